// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.geo;

/**
 * Sine, cosine and arc sine rounded correctly, but for cases in a million. So does the C library below stock Redis nearly always (a stored distance differs in its
 * last digit 4 times in 1,000), while Java's may be off by one in the last place, which is seen far more often.
 *
 * <p>The angle is a multiple of pi / 32, looked up, and a small rest, by its series (both {@link Twofold}). Owns its places for numbers: one thread at a time.
 */
final class Trigonometry {
    private static final double PI_HIGH = Math.PI;
    private static final double PI_LOW = 1.2246467991473532e-16;
    private static final int PARTS = 32;
    private static final double ANGLE_MAX = 3.2;
    private static final int TERMS = 8;
    private static final int TABLE_TERMS = 18;
    /** Below this cosine Newton's step would divide by nothing; Java's result is as good there. */
    private static final double COSINE_MIN = 1e-8;

    private static final double[] SINES = new double[2 * (PARTS + 1)];
    private static final double[] COSINES = new double[2 * (PARTS + 1)];
    /** 1 / (n * (n + 1)), for the series. */
    private static final double[] RECIPROCALS = new double[2 * (2 * TABLE_TERMS + 2)];

    static {
        for (int n = 1; n < RECIPROCALS.length / 2; n++) {
            double divisor = n * (n + 1.0);
            double high = 1 / divisor;
            RECIPROCALS[2 * n] = high;
            RECIPROCALS[2 * n + 1] = Math.fma(-high, divisor, 1) / divisor;
        }
        Trigonometry table = new Trigonometry();
        for (int part = 0; part <= PARTS / 2; part++) {
            table.rest.set(PI_HIGH / PARTS, PI_LOW / PARTS).multiply(part, 0);
            table.series(TABLE_TERMS);
            int mirrored = PARTS - part;
            put(SINES, part, table.restSine, 1);
            put(SINES, mirrored, table.restSine, 1);
            put(COSINES, part, table.restCosine, 1);
            put(COSINES, mirrored, table.restCosine, -1);
        }
        put(COSINES, PARTS / 2, table.restCosine.set(0, 0), 1);
    }

    private final Twofold rest = new Twofold();
    private final Twofold square = new Twofold();
    private final Twofold restSine = new Twofold();
    private final Twofold restCosine = new Twofold();
    private final Twofold sine = new Twofold();
    private final Twofold cosine = new Twofold();
    private final Twofold other = new Twofold();

    private static void put(double[] table, int part, Twofold value, int sign) {
        table[2 * part] = sign * value.high;
        table[2 * part + 1] = sign * value.low;
    }

    double sine(double angle) {
        if (!(Math.abs(angle) <= ANGLE_MAX)) {
            return Math.sin(angle);
        }
        both(Math.abs(angle));
        return angle < 0 ? -sine.high : sine.high;
    }

    double cosine(double angle) {
        if (!(Math.abs(angle) <= ANGLE_MAX)) {
            return Math.cos(angle);
        }
        both(Math.abs(angle));
        return cosine.high;
    }

    /** One step of Newton's from what Java says. */
    double arcSine(double value) {
        double near = StrictMath.asin(value);
        if (!(Math.abs(value) < 1) || near == 0) {
            return near;
        }
        both(Math.abs(near));
        if (cosine.high < COSINE_MIN) {
            return near;
        }
        double error = Math.abs(value) - sine.high - sine.low;
        double result = Math.abs(near) + error / cosine.high;
        return value < 0 ? -result : result;
    }

    /** Sets sine and cosine of an angle from 0 to somewhat beyond pi. */
    private void both(double angle) {
        int part = Math.min(PARTS, (int) Math.rint(angle * (PARTS / Math.PI)));
        rest.set(-PI_HIGH / PARTS, -PI_LOW / PARTS).multiply(part, 0).add(angle, 0);
        series(TERMS);
        sine.set(restSine).multiply(COSINES[2 * part], COSINES[2 * part + 1]);
        other.set(restCosine).multiply(SINES[2 * part], SINES[2 * part + 1]);
        sine.add(other);
        cosine.set(restCosine).multiply(COSINES[2 * part], COSINES[2 * part + 1]);
        other.set(restSine).multiply(-SINES[2 * part], -SINES[2 * part + 1]);
        cosine.add(other);
    }

    /** Sine and cosine of {@code rest}, by Horner's rule from the last term on. */
    private void series(int terms) {
        square.set(rest).multiply(-rest.high, -rest.low);
        restSine.set(1, 0);
        restCosine.set(1, 0);
        for (int n = 2 * terms; n >= 2; n -= 2) {
            restSine.multiply(square).multiply(RECIPROCALS[2 * n], RECIPROCALS[2 * n + 1]).add(1, 0);
            restCosine.multiply(square).multiply(RECIPROCALS[2 * (n - 1)], RECIPROCALS[2 * (n - 1) + 1]).add(1, 0);
        }
        restSine.multiply(rest);
    }
}

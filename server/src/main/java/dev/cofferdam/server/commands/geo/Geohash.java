// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.geo;

/**
 * Places as numbers: longitude and latitude, each as a share of its range in as many bits as there are steps, bit by bit in turn (Morton 1966). With 26 steps
 * that is 52 bits, which a sorted set's score holds exactly. Owns nothing. The order of arithmetic is Redis's, so that all bits are.
 */
final class Geohash {
    static final int STEPS_MAX = 26;
    static final double LONGITUDE_MAX = 180;
    /** Where the square map of Mercator's projection ends. */
    static final double LATITUDE_MAX = 85.05112878;
    private static final double POLE = 90;
    private static final int TEXT_DIGITS = 11;
    private static final int DIGIT_BITS = 5;
    private static final byte[] DIGITS = "0123456789bcdefghjkmnpqrstuvwxyz".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    /** One, two, four ... ones and as many zeros in turn. */
    private static final long[] GROUPS = {0x5555555555555555L, 0x3333333333333333L, 0x0f0f0f0f0f0f0f0fL, 0x00ff00ff00ff00ffL,
        0x0000ffff0000ffffL, 0xffffffffL};

    private Geohash() {
    }

    static boolean isPlace(double longitude, double latitude) {
        return longitude >= -LONGITUDE_MAX && longitude <= LONGITUDE_MAX && latitude >= -LATITUDE_MAX && latitude <= LATITUDE_MAX;
    }

    /** Number of the cell in which the value lies, from 0; one too many at the upper end of the range. */
    static long cell(double value, double max, int steps) {
        return (long) ((value + max) / (max + max) * (1L << steps)) & 0xffffffffL;
    }

    /** Lower end of a cell. */
    static double lowerEnd(long cell, double max, int steps) {
        return -max + (cell * 1.0 / (1L << steps)) * (max + max);
    }

    static double upperEnd(long cell, double max, int steps) {
        return lowerEnd(cell + 1 & 0xffffffffL, max, steps);
    }

    /** The cells of both directions in one number. */
    static long interleave(long longitudeCell, long latitudeCell) {
        return spread(latitudeCell) | spread(longitudeCell) << 1;
    }

    static double score(double longitude, double latitude) {
        return interleave(cell(longitude, LONGITUDE_MAX, STEPS_MAX), cell(latitude, LATITUDE_MAX, STEPS_MAX));
    }

    static double longitude(double score) {
        return middle(gather((long) score >>> 1), LONGITUDE_MAX);
    }

    static double latitude(double score) {
        return middle(gather((long) score), LATITUDE_MAX);
    }

    private static double middle(long cell, double max) {
        double middle = (lowerEnd(cell, max, STEPS_MAX) + upperEnd(cell, max, STEPS_MAX)) / 2;
        return Math.max(-max, Math.min(max, middle));
    }

    /** The standard geohash text, whose latitudes go from pole to pole; 52 bits are ten digits, and the eleventh is always 0. */
    static byte[] text(double score) {
        long bits = interleave(cell(longitude(score), LONGITUDE_MAX, STEPS_MAX), cell(latitude(score), POLE, STEPS_MAX));
        byte[] text = new byte[TEXT_DIGITS];
        for (int i = 0; i < TEXT_DIGITS; i++) {
            int shift = 2 * STEPS_MAX - (i + 1) * DIGIT_BITS;
            text[i] = DIGITS[shift < 0 ? 0 : (int) (bits >>> shift) & 31];
        }
        return text;
    }

    /** Puts a zero before each of the lower 32 bits. */
    private static long spread(long value) {
        long bits = value & 0xffffffffL;
        for (int i = GROUPS.length - 2; i >= 0; i--) {
            bits = (bits | bits << (1 << i)) & GROUPS[i];
        }
        return bits;
    }

    /** Takes every second bit. */
    private static long gather(long value) {
        long bits = value & GROUPS[0];
        for (int i = 1; i < GROUPS.length; i++) {
            bits = (bits | bits >>> (1 << i - 1)) & GROUPS[i];
        }
        return bits;
    }
}

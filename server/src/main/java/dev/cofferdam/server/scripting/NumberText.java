// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers as C's {@code %.14g} writes them, which is how Lua and cjson write theirs. Stateless. */
final class NumberText {
    private static final double INTEGER_MAX = 1e14;

    private NumberText() {
    }

    static String general(double value, int digits) {
        if (value == Math.rint(value) && Math.abs(value) < Math.min(INTEGER_MAX, Math.pow(10, digits))) {
            return value == 0 && 1 / value < 0 ? "-0" : Long.toString((long) value);
        }
        if (Double.isNaN(value)) {
            return Double.doubleToRawLongBits(value) < 0 ? "-nan" : "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(Math.max(1, digits), RoundingMode.HALF_EVEN));
        int exponent = rounded.precision() - rounded.scale() - 1;
        BigDecimal shortest = rounded.stripTrailingZeros();
        if (exponent >= -4 && exponent < digits) {
            return shortest.toPlainString();
        }
        String figures = shortest.unscaledValue().abs().toString();
        String mantissa = figures.length() == 1 ? figures : figures.charAt(0) + "." + figures.substring(1);
        String power = Integer.toString(Math.abs(exponent));
        return (value < 0 ? "-" : "") + mantissa + "e" + (exponent < 0 ? "-" : "+") + (power.length() < 2 ? "0" : "") + power;
    }
}

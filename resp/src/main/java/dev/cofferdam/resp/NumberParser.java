// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp;

import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Reads numbers out of off-heap bytes as strictly as Redis does; the result lies in {@link #integer} or {@link #real}.
 *
 * <p>Owns only its two results; one thread. Integers never allocate; a real number of up to 15 digits and a small exponent neither, longer
 * ones go through {@link Double#parseDouble}, which rounds correctly.
 */
public final class NumberParser {
    private static final double[] POWERS_OF_TEN = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
        1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    /** Longest text of a real number that is looked at. */
    private static final int REAL_MAX_BYTES = 5 * 1024;

    public long integer;
    public double real;

    /** The whole text must be one long in its only canonical form: no blanks, no plus, no leading zeros. */
    public boolean parseLong(long address, int length) {
        if (length <= 0 || length > 20) {
            return false;
        }
        long at = address;
        long end = address + length;
        int c = Mem.getByte(at);
        if (c == '0') {
            integer = 0;
            return length == 1;
        }
        boolean negative = c == '-';
        if (negative) {
            at++;
            if (at == end) {
                return false;
            }
            c = Mem.getByte(at);
        }
        if (c < '1' || c > '9') {
            return false;
        }
        // Counted downwards, because Long.MIN_VALUE has no positive twin.
        long value = 0;
        for (; at < end; at++) {
            int digit = Mem.getByte(at) - '0';
            if (digit < 0 || digit > 9 || value < Long.MIN_VALUE / 10) {
                return false;
            }
            value *= 10;
            if (value < Long.MIN_VALUE + digit) {
                return false;
            }
            value -= digit;
        }
        if (!negative && value == Long.MIN_VALUE) {
            return false;
        }
        integer = negative ? value : -value;
        return true;
    }

    /** What strtod accepts as a whole, without leading blanks, without NaN, and neither overflowing nor vanishing. */
    public boolean parseDouble(long address, int length) {
        if (length <= 0 || length > REAL_MAX_BYTES) {
            return false;
        }
        if (simpleDecimal(address, length) || shortInfinity(address, length)) {
            return true;
        }
        return anyReal(new String(Mem.bytes(address, length), StandardCharsets.ISO_8859_1));
    }

    /** Both the digits and the power of ten are exact doubles, so one multiplication or division rounds correctly (Clinger 1990). */
    private boolean simpleDecimal(long address, int length) {
        long at = address;
        long end = address + length;
        int c = Mem.getByte(at);
        boolean negative = c == '-';
        if (negative || c == '+') {
            at++;
        }
        long mantissa = 0;
        int digits = 0;
        int decimals = 0;
        boolean point = false;
        for (; at < end; at++) {
            c = Mem.getByte(at);
            if (c >= '0' && c <= '9') {
                mantissa = mantissa * 10 + (c - '0');
                digits++;
                if (digits > 15) {
                    return false;
                }
                if (point) {
                    decimals++;
                }
            } else if (c == '.' && !point) {
                point = true;
            } else {
                return false;
            }
        }
        if (digits == 0) {
            return false;
        }
        double value = mantissa / POWERS_OF_TEN[decimals];
        real = negative ? -value : value;
        return true;
    }

    /** "inf" with or without a sign: what bounds of ranges say all the time, so not by way of a string. */
    private boolean shortInfinity(long address, int length) {
        int sign = Mem.getByte(address);
        int skip = sign == '+' || sign == '-' ? 1 : 0;
        long at = address + skip;
        if (length != 3 + skip || (Mem.getByte(at) | 0x20) != 'i' || (Mem.getByte(at + 1) | 0x20) != 'n'
                || (Mem.getByte(at + 2) | 0x20) != 'f') {
            return false;
        }
        real = sign == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        return true;
    }

    private boolean anyReal(String text) {
        int at = 0;
        boolean negative = text.charAt(0) == '-';
        if (negative || text.charAt(0) == '+') {
            at = 1;
        }
        String rest = text.substring(at).toLowerCase(Locale.ROOT);
        double value;
        if (rest.equals("inf") || rest.equals("infinity")) {
            value = Double.POSITIVE_INFINITY;
        } else if (RealGrammar.isDecimal(rest) || RealGrammar.isHexadecimal(rest)) {
            boolean hexadecimal = rest.startsWith("0x");
            value = Double.parseDouble(hexadecimal && rest.indexOf('p') < 0 ? rest + "p0" : rest);
            if (Double.isInfinite(value) || value == 0 && RealGrammar.hasNonZeroDigit(rest)) {
                return false;
            }
        } else {
            return false;
        }
        real = negative ? -value : value;
        return true;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp;

/**
 * The two written forms of a finite real number in C, lower case and without sign. Java's own parser accepts more (a trailing "d",
 * blanks) and less (a hexadecimal number without exponent).
 */
final class RealGrammar {
    private RealGrammar() {
    }

    /** 12, 12., .5, 1.5e-3. */
    static boolean isDecimal(String text) {
        return hasForm(text, 0, 10, 'e');
    }

    /** 0x1f, 0x.8p3. */
    static boolean isHexadecimal(String text) {
        return text.startsWith("0x") && hasForm(text, 2, 16, 'p');
    }

    static boolean hasNonZeroDigit(String text) {
        int from = text.startsWith("0x") ? 2 : 0;
        char exponentMark = from == 2 ? 'p' : 'e';
        for (int i = from; i < text.length() && text.charAt(i) != exponentMark; i++) {
            if (Character.digit(text.charAt(i), 16) > 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasForm(String text, int from, int radix, char exponentMark) {
        int i = from;
        int digits = 0;
        boolean point = false;
        for (; i < text.length() && text.charAt(i) != exponentMark; i++) {
            char c = text.charAt(i);
            if (c < 128 && Character.digit(c, radix) >= 0) {
                digits++;
            } else if (c == '.' && !point) {
                point = true;
            } else {
                return false;
            }
        }
        return digits > 0 && (i == text.length() || isInteger(text, i + 1));
    }

    private static boolean isInteger(String text, int from) {
        int i = from < text.length() && (text.charAt(from) == '-' || text.charAt(from) == '+') ? from + 1 : from;
        if (i == text.length()) {
            return false;
        }
        for (; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}

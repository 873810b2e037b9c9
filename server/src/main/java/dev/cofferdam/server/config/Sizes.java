// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import java.util.Locale;

/** Sizes and times as they are written in a configuration: {@code 64mb}, {@code 30m}; and as a reader likes to see them. */
public final class Sizes {
    private Sizes() {
    }

    /**
     * Bytes of a size, as Redis reads it: a whole number, then nothing or {@code b}, {@code k} {@code m} {@code g} (1000s) or {@code kb} {@code mb} {@code gb}
     * (1024s), in any case. Throws with Redis's text otherwise.
     */
    public static long parseBytes(String text) throws InvalidValueException {
        int digits = 0;
        while (digits < text.length() && (isDigit(text.charAt(digits)) || digits == 0 && text.charAt(0) == '-')) {
            digits++;
        }
        long unit = switch (text.substring(digits).toLowerCase(Locale.ROOT)) {
            case "", "b" -> 1;
            case "k" -> 1000;
            case "kb" -> 1L << 10;
            case "m" -> 1_000_000;
            case "mb" -> 1L << 20;
            case "g" -> 1_000_000_000;
            case "gb" -> 1L << 30;
            default -> 0;
        };
        try {
            if (unit != 0) {
                long bytes = Math.multiplyExact(text.isEmpty() ? 0 : Long.parseLong(text.substring(0, digits)), unit);
                if (bytes >= 0) {
                    return bytes;
                }
            }
        } catch (NumberFormatException | ArithmeticException e) {
            // Falls through: no digits, or more than a long holds.
        }
        throw new InvalidValueException("argument must be a memory value");
    }

    /** Milliseconds of a time: a whole number, then {@code ms}, {@code s}, {@code m}, {@code h} or {@code d}; seconds when no unit is given. */
    public static long parseMillis(String text) throws InvalidValueException {
        int digits = 0;
        while (digits < text.length() && isDigit(text.charAt(digits))) {
            digits++;
        }
        long unit = switch (text.substring(digits).toLowerCase(Locale.ROOT)) {
            case "ms" -> 1;
            case "", "s" -> 1000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            default -> 0;
        };
        try {
            if (unit != 0) {
                return Math.multiplyExact(Long.parseLong(text.substring(0, digits)), unit);
            }
        } catch (NumberFormatException | ArithmeticException e) {
            // Falls through, as above.
        }
        throw new InvalidValueException("'" + text + "' is not a time; write a number and ms, s, m, h or d, as in 30m");
    }

    /** The shortest way to write the size exactly: {@code 64mb}, {@code 1536kb}, {@code 1000}. */
    public static String printBytes(long bytes) {
        if (bytes != 0 && bytes % (1L << 30) == 0) {
            return (bytes >> 30) + "gb";
        }
        if (bytes != 0 && bytes % (1L << 20) == 0) {
            return (bytes >> 20) + "mb";
        }
        return bytes != 0 && bytes % (1L << 10) == 0 ? (bytes >> 10) + "kb" : Long.toString(bytes);
    }

    /** The shortest way to write the time exactly: {@code 30m}, {@code 90s}, {@code 250ms}. */
    public static String printMillis(long millis) {
        if (millis == 0) {
            return "0";
        }
        if (millis % 86_400_000 == 0) {
            return millis / 86_400_000 + "d";
        }
        if (millis % 3_600_000 == 0) {
            return millis / 3_600_000 + "h";
        }
        if (millis % 60_000 == 0) {
            return millis / 60_000 + "m";
        }
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }

    /** For people: {@code 64.0 MB}, units of 1024. */
    public static String readable(long bytes) {
        if (bytes < 1L << 10) {
            return bytes + " B";
        }
        if (bytes < 1L << 20) {
            return String.format(Locale.ROOT, "%.1f KB", bytes / 1024.0);
        }
        if (bytes < 1L << 30) {
            return String.format(Locale.ROOT, "%.1f MB", bytes / 1048576.0);
        }
        return String.format(Locale.ROOT, "%.2f GB", bytes / 1073741824.0);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}

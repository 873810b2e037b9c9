// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.config;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sizes, times and shares as people write them into a configuration: {@code 8GiB}, {@code 30m}, {@code 0.5%}. Null for what is none. */
final class Quantities {
    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)\\s*([A-Za-z%]*)");

    private Quantities() {
    }

    /** Bytes; {@code k m g} and {@code kb mb gb kib mib gib} all count in 1024s, as maxmemory's units do. */
    static @Nullable Long bytes(String text) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text.trim());
        if (!matcher.matches()) {
            return null;
        }
        int shift = switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
            case "", "b" -> 0;
            case "k", "kb", "kib" -> 10;
            case "m", "mb", "mib" -> 20;
            case "g", "gb", "gib" -> 30;
            case "t", "tb", "tib" -> 40;
            default -> -1;
        };
        double bytes = shift < 0 ? -1 : Double.parseDouble(matcher.group(1)) * (1L << shift);
        return bytes < 0 || bytes > 1L << 60 ? null : (Long) (long) bytes;
    }

    /** A time: a number and {@code ms}, {@code s}, {@code m}, {@code h} or {@code d}; the unit is not optional, since seconds and minutes are both likely. */
    static @Nullable Duration time(String text) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text.trim());
        if (!matcher.matches()) {
            return null;
        }
        long unitMillis = switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            default -> 0;
        };
        double millis = Double.parseDouble(matcher.group(1)) * unitMillis;
        return unitMillis == 0 || millis > 1e13 ? null : Duration.ofMillis((long) millis);
    }

    /** A part of one: {@code 0.5%} or {@code 0.005}. */
    static @Nullable Double share(String text) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text.trim());
        if (!matcher.matches() || !(matcher.group(2).isEmpty() || matcher.group(2).equals("%"))) {
            return null;
        }
        double share = Double.parseDouble(matcher.group(1)) / (matcher.group(2).isEmpty() ? 1 : 100);
        return share > 1 ? null : (Double) share;
    }
}

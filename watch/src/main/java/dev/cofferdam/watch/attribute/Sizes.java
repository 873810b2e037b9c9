// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import java.util.Locale;

/** Bytes and parts as people read them. Pure functions. */
final class Sizes {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};

    private Sizes() {
    }

    static String of(double bytes) {
        double value = Math.abs(bytes);
        int unit = 0;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        String number = value < 10 && unit > 0 ? String.format(Locale.ROOT, "%.1f", value) : String.format(Locale.ROOT, "%.0f", value);
        return (bytes < 0 ? "-" : "") + number + " " + UNITS[unit];
    }

    static String percent(double part) {
        return Math.abs(part) < 0.0995 ? String.format(Locale.ROOT, "%.1f %%", part * 100) : Math.round(part * 100) + " %";
    }
}

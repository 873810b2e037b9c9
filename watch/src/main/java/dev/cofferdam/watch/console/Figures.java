// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console;

import java.util.Locale;

/** Figures as people read them. Stateless. */
final class Figures {
    private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB", "PB"};

    private Figures() {
    }

    /** Two or three figures and a unit of 1024, as maxmemory counts: {@code 9.4 MB}. */
    static String bytes(double bytes) {
        double value = Math.abs(bytes);
        int unit = 0;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        String sign = bytes < 0 ? "-" : "";
        return sign + String.format(Locale.ROOT, unit == 0 || value >= 99.95 ? "%.0f" : "%.1f", value) + " " + UNITS[unit];
    }

    static String percent(double share) {
        double percent = share * 100;
        return String.format(Locale.ROOT, Math.abs(percent) < 1 && percent != 0 ? "%.1f %%" : "%.0f %%", percent);
    }

    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}

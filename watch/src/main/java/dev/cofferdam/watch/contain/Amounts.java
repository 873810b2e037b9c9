// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import java.util.Locale;

/** Figures in words. Pure functions. */
final class Amounts {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

    private Amounts() {
    }

    static String bytes(double bytes) {
        double value = Math.abs(bytes);
        int unit = 0;
        while (value >= 1000 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        String text = String.format(Locale.ROOT, unit == 0 || value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
        return (bytes < 0 ? "-" : "") + text + " " + UNITS[unit];
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number).replace(',', ' ');
    }

    static String percent(double part) {
        return Math.round(part * 100) + " %";
    }

    static String duration(double seconds) {
        long whole = Math.round(seconds);
        if (whole < 120) {
            return whole + " s";
        }
        if (whole < 7200) {
            return whole / 60 + " min" + (whole % 60 == 0 || whole >= 1200 ? "" : " " + whole % 60 + " s");
        }
        return whole < 172_800 ? Math.round(whole / 3600d) + " h" : Math.round(whole / 86_400d) + " days";
    }
}

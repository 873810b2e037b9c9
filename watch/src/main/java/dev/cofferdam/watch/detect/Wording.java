// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

/** Figures as people read them: two digits that matter, a unit that fits. No state. */
final class Wording {
    private Wording() {
    }

    /** {@code 9.4 MB}; thousands, as rates and disks are counted. */
    static String bytes(double bytes) {
        double size = Math.abs(bytes);
        if (size < 1e3) {
            return Math.round(bytes) + " B";
        }
        if (size < 999.5e3) {
            return figure(bytes / 1e3) + " kB";
        }
        if (size < 999.5e6) {
            return figure(bytes / 1e6) + " MB";
        }
        return size < 999.5e9 ? figure(bytes / 1e9) + " GB" : figure(bytes / 1e12) + " TB";
    }

    /** {@code 0.8 %}, {@code 92 %}. */
    static String share(double share) {
        return figure(100 * share) + " %";
    }

    /** {@code 40 s}, {@code 3 min 40 s}, {@code 2 h 5 min}, {@code 3 days}. */
    static String duration(double seconds) {
        long rounded = Math.round(seconds);
        if (rounded < 60) {
            return rounded + " s";
        }
        if (rounded < 600) {
            return rounded / 60 + " min" + (rounded % 60 == 0 ? "" : " " + rounded % 60 + " s");
        }
        long minutes = Math.round(seconds / 60);
        if (minutes < 60) {
            return minutes + " min";
        }
        if (minutes < 48 * 60) {
            return minutes / 60 + " h" + (minutes % 60 == 0 ? "" : " " + minutes % 60 + " min");
        }
        return Math.round(seconds / 86_400) + " days";
    }

    /** {@code 1-8 min}: both ends in the unit of the later one. */
    static String range(double fromSeconds, double toSeconds) {
        if (toSeconds < 90) {
            return Math.round(fromSeconds) + "-" + Math.round(toSeconds) + " s";
        }
        if (toSeconds < 90 * 60) {
            return figure(fromSeconds / 60) + "-" + Math.round(toSeconds / 60) + " min";
        }
        if (toSeconds < 48 * 3_600) {
            return figure(fromSeconds / 3_600) + "-" + Math.round(toSeconds / 3_600) + " h";
        }
        return figure(fromSeconds / 86_400) + "-" + Math.round(toSeconds / 86_400) + " days";
    }

    /** One decimal below 10, none above. */
    static String figure(double value) {
        double size = Math.abs(value);
        if (size >= 9.95) {
            return Long.toString(Math.round(value));
        }
        long tenths = Math.round(size * 10);
        String text = tenths % 10 == 0 ? Long.toString(tenths / 10) : tenths / 10 + "." + tenths % 10;
        return value < 0 && tenths > 0 ? "-" + text : text;
    }
}

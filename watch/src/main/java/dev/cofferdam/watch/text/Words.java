// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.text;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Figures as people say them, the same in every message, page and record. Times are UTC, a MB is 1024 * 1024 bytes. Stateless. */
public final class Words {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
        .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
        .withZone(ZoneOffset.UTC);
    private static final String[] UNITS = {"KB", "MB", "GB", "TB", "PB"};

    private Words() {
    }

    /** {@code 9.4 MB}, {@code 812 B}; below ten with one decimal. */
    public static String bytes(double bytes) {
        if (Double.isNaN(bytes)) {
            return "?";
        }
        if (bytes < 0) {
            return "-" + bytes(-bytes);
        }
        if (bytes < 1000) {
            return String.format(Locale.ROOT, "%.0f B", bytes);
        }
        double value = bytes / 1024;
        int unit = 0;
        while (value >= 1000 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, value < 9.95 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
    }

    /** {@code 9.4 MB/s}. */
    public static String rate(double bytesPerSecond) {
        return bytes(bytesPerSecond) + "/s";
    }

    /** {@code 92 %} of a share between 0 and 1; below ten with a decimal where it is not whole, {@code 0.4 %}. */
    public static String percent(double share) {
        return Double.isNaN(share) ? "? %" : figure(share * 100) + " %";
    }

    /** One decimal below ten, where it is not whole; none above. */
    public static String figure(double value) {
        if (Math.abs(value) >= 9.95) {
            return Long.toString(Math.round(value));
        }
        long tenths = Math.round(value * 10);
        return tenths % 10 == 0 ? Long.toString(tenths / 10) : String.format(Locale.ROOT, "%.1f", tenths / 10.0);
    }

    /** {@code 75 000}. */
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number).replace(',', ' ');
    }

    /** {@code 45 s}, {@code 2 min 50 s}, {@code 31 min}, {@code 3 h 10 min}, {@code 12 days}. */
    public static String seconds(double seconds) {
        if (Double.isNaN(seconds) || seconds > 10_000L * 86_400) {
            return "a long time";
        }
        long whole = Math.max(0, Math.round(seconds));
        if (whole < 60) {
            return whole + " s";
        }
        if (whole < 600) {
            return whole % 60 == 0 ? whole / 60 + " min" : whole / 60 + " min " + whole % 60 + " s";
        }
        if (whole < 3600) {
            return whole / 60 + " min";
        }
        if (whole < 48 * 3600) {
            long minutes = whole % 3600 / 60;
            return minutes == 0 ? whole / 3600 + " h" : whole / 3600 + " h " + minutes + " min";
        }
        return whole / 86_400 + " days";
    }

    public static String millis(long millis) {
        return seconds(millis / 1000.0);
    }

    /** {@code likely 1 to 6 min}, {@code likely 40 s to 4 min}: the range of a forecast, in one unit where both ends have it. */
    public static String range(double fromSeconds, double toSeconds) {
        double earliest = Math.max(0, fromSeconds);
        double latest = Math.max(earliest, toSeconds);
        if (Double.isNaN(latest) || Double.isInfinite(latest)) {
            return "at the earliest in " + seconds(earliest);
        }
        double unit = latest < 100 ? 1 : latest < 100 * 60 ? 60 : latest < 48 * 3600 ? 3600 : 86_400;
        String name = latest < 100 ? "s" : latest < 100 * 60 ? "min" : latest < 48 * 3600 ? "h" : "days";
        long from = (long) Math.floor(earliest / unit);
        long to = (long) Math.ceil(latest / unit);
        if (from == 0 && earliest >= 1) {
            return "likely " + seconds(earliest) + " to " + to + " " + name;
        }
        return from == to ? "likely " + to + " " + name : "likely " + from + " to " + to + " " + name;
    }

    /** {@code 15:45:08}, UTC. */
    public static String time(long millis) {
        return TIME.format(Instant.ofEpochMilli(millis));
    }

    /** {@code 2026-11-23 15:45:08}, UTC. */
    public static String dayTime(long millis) {
        return DAY_TIME.format(Instant.ofEpochMilli(millis));
    }

    /** {@code 2026-11-23T15:45:08.000Z}, as RFC 3339 and every receiver of alerts read it. */
    public static String iso(long millis) {
        return ISO.format(Instant.ofEpochMilli(millis));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers and lines as people read them. Pure functions. */
final class Figures {
    private Figures() {
    }

    /** {@code 12,345}. */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 37 %}; under one percent but not nothing stays visible. */
    static String percent(long part, long whole) {
        if (whole == 0) {
            return "-";
        }
        double percent = 100.0 * part / whole;
        return part > 0 && percent < 1 ? "<1 %" : String.format(Locale.ROOT, "%.0f %%", percent);
    }

    /** {@code 63.9}: a number of MB of 1024 * 1024, as {@code --memory 64mb} means it. */
    static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / 1048576.0);
    }

    static String millis(@Nullable Double millis) {
        return millis == null ? "-" : String.format(Locale.ROOT, millis < 100 ? "%.1f" : "%.0f", millis);
    }

    /** {@code 9.1x}, or {@code -} when there is nothing to compare with. */
    static String factor(double factor) {
        return Double.isFinite(factor) ? String.format(Locale.ROOT, "%.1fx", factor) : "-";
    }

    static String left(String text, int width) {
        return text.length() > width ? text.substring(0, width) : text + " ".repeat(width - text.length());
    }

    static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }

    /** Lines of at most {@code width}, broken at blanks, the first with {@code start} and the others with as many blanks before them. */
    static List<String> wrap(String start, String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(start);
        boolean empty = true;
        for (String word : text.split(" ")) {
            if (!empty && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line = new StringBuilder(" ".repeat(start.length()));
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        lines.add(line.toString());
        return lines;
    }
}

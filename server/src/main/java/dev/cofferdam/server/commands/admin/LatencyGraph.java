// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.admin;

import dev.cofferdam.server.metrics.LatencyEvents.Event;
import dev.cofferdam.server.metrics.LatencyEvents.Sample;
import java.util.List;

/** LATENCY GRAPH: the samples of an event as columns of characters, the newest on the right, with their age below. Stateless. */
final class LatencyGraph {
    private static final int COLUMNS_MAX = 80;
    private static final int ROWS = 4;

    private LatencyGraph() {
    }

    static String of(String name, Event event, long nowSecond) {
        List<Sample> all = event.samples();
        List<Sample> shown = all.subList(Math.max(0, all.size() - COLUMNS_MAX), all.size());
        long high = shown.stream().mapToLong(Sample::millis).max().orElse(0);
        long low = shown.stream().mapToLong(Sample::millis).min().orElse(0);
        StringBuilder text = new StringBuilder();
        text.append(name).append(" - high ").append(high).append(" ms, low ").append(low).append(" ms (all time high ")
            .append(event.maxMillis()).append(" ms)\n").append("-".repeat(COLUMNS_MAX)).append('\n');
        for (int row = ROWS; row > 0; row--) {
            StringBuilder line = new StringBuilder();
            for (Sample sample : shown) {
                // The lowest sample fills one row, the highest all.
                long height = high == low ? 1 : 1 + (sample.millis() - low) * (ROWS - 1) / (high - low);
                line.append(height > row ? '|' : height == row ? '#' : row == 1 ? '_' : ' ');
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        appendAges(text.append('\n'), shown, nowSecond);
        return text.toString();
    }

    /** One age a column, written downwards: 12s, 3m, 5h, 2d. */
    private static void appendAges(StringBuilder text, List<Sample> shown, long nowSecond) {
        List<String> ages = shown.stream().map(sample -> age(nowSecond - sample.second())).toList();
        int rows = ages.stream().mapToInt(String::length).max().orElse(0);
        for (int row = 0; row < rows; row++) {
            StringBuilder line = new StringBuilder();
            for (String age : ages) {
                line.append(row < age.length() ? age.charAt(row) : ' ');
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
    }

    private static String age(long seconds) {
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return seconds / 60 + "m";
        }
        return seconds < 86_400 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
    }
}

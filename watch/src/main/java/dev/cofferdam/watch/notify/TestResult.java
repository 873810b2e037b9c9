// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import java.util.List;
import java.util.Locale;

/**
 * What became of a test message. Immutable.
 *
 * @param detail what the other side said, or why it did not arrive
 * @param millis it took
 */
public record TestResult(String channel, boolean delivered, String detail, long millis) {
    /** A table for the terminal. */
    public static String table(List<TestResult> results) {
        if (results.isEmpty()) {
            return "No channel is configured: nobody would be told.\n";
        }
        int width = Math.max(7, results.stream().mapToInt(result -> result.channel().length()).max().orElse(7));
        StringBuilder table = new StringBuilder(
                String.format(Locale.ROOT, "%-" + width + "s  %-9s  %8s  %s%n", "channel", "arrived", "ms", "answer"));
        for (TestResult result : results) {
            table
                .append(String.format(Locale.ROOT, "%-" + width + "s  %-9s  %8d  %s%n", result.channel(), result.delivered() ? "yes" : "NO",
                        result.millis(), result.detail()));
        }
        return table.toString();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The most each group has grown within five minutes of calm, for the question whether it has ever grown like this. Bounded; forgets after two weeks. One thread.
 *
 * <p>What is kept is the upper end of an estimate, so that a bad estimate makes us silent rather than loud.
 */
final class GrowthHistory {
    private static final int GROUPS_MAX = 500;
    private static final long KEPT_MILLIS = 14L * 24 * 3600 * 1000;
    /** A target that has been watched for less has no history to speak of. */
    private static final long ENOUGH_MILLIS = 6L * 3600 * 1000;
    private static final double MORE = 1.15;

    private final Map<String, Peak> peaks = new HashMap<>();
    private long watchedMillis;
    private long lastMillis;

    private record Peak(long bytes, long atMillis) {
    }

    /** Five minutes of calm are over. */
    void calm(Map<String, Long> growthAtMost, long fromMillis, long atMillis) {
        watchedMillis += Math.max(0, atMillis - Math.max(fromMillis, lastMillis));
        lastMillis = atMillis;
        growthAtMost.forEach((group, bytes) -> {
            if (bytes > 0) {
                peaks.merge(group, new Peak(bytes, atMillis), (old, now) -> now.bytes >= old.bytes ? now : old);
            }
        });
        peaks.values().removeIf(peak -> atMillis - peak.atMillis > KEPT_MILLIS);
        while (peaks.size() > GROUPS_MAX) {
            peaks.entrySet().stream().min(Comparator.comparingLong(each -> each.getValue().bytes))
                .ifPresent(each -> peaks.remove(each.getKey()));
        }
    }

    /** Whether the group grows by more than ever; false while too little is known of it. */
    boolean neverGrewLike(String group, long bytesAtLeast) {
        Peak peak = peaks.get(group);
        return watchedMillis >= ENOUGH_MILLIS && bytesAtLeast > MORE * (peak == null ? 0 : peak.bytes);
    }

    /** As lines of text, to be kept over a restart. */
    List<String> save() {
        List<String> lines = new ArrayList<>();
        lines.add("growth-history 1 " + watchedMillis);
        peaks.forEach((group, peak) -> lines.add(peak.bytes + " " + peak.atMillis + " " + group));
        return lines;
    }

    /** What {@link #save} gave; anything else is ignored. */
    void restore(List<String> lines) {
        for (String line : lines) {
            String[] parts = line.split(" ", 3);
            try {
                if (parts[0].equals("growth-history") && parts.length == 3) {
                    watchedMillis = Long.parseLong(parts[2]);
                } else if (parts.length == 3 && peaks.size() < GROUPS_MAX) {
                    peaks.put(parts[2], new Peak(Long.parseLong(parts[0]), Long.parseLong(parts[1])));
                }
            } catch (NumberFormatException e) {
                // A line of another version; the history is a help, not a record.
            }
        }
    }
}

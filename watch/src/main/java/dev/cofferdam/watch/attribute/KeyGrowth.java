// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares the growth of single big keys with the target's, each over the time between two measurements of that key. Pure functions. */
final class KeyGrowth {
    /** Part of the growth from which on a key is named. */
    static final double SHARE = 0.3;
    private static final long APART_MILLIS = 900;
    private static final long GROWN_MIN_BYTES = 64 * 1024;

    private KeyGrowth() {
    }

    /** One key that grew. */
    record Grown(BigKeys.Entry key, long bytes, double share, double bytesPerSecond) {
    }

    /** All that grew, largest share first; keys that were measured only once are left out. */
    static List<Grown> of(List<BigKeys.Entry> keys, long onsetMillis, TargetHistory history) {
        List<Grown> grown = new ArrayList<>();
        for (BigKeys.Entry key : keys) {
            BigKeys.Measure to = key.last();
            BigKeys.Measure from = key.at(onsetMillis);
            if (to.atMillis() - from.atMillis() >= APART_MILLIS) {
                long bytes = key.growth(from, to);
                long target = history.at(to.atMillis()).keyBytes() - history.at(from.atMillis()).keyBytes();
                if (bytes >= GROWN_MIN_BYTES && target > 0) {
                    grown.add(new Grown(key, bytes, Math.min(1, (double) bytes / target),
                            bytes * 1000.0 / (to.atMillis() - from.atMillis())));
                }
            }
        }
        grown.sort(Comparator.comparingDouble(Grown::share).reversed());
        return grown;
    }

    /** Whether a key was met during the suspicion and has not been measured twice yet: until then a prefix must wait. */
    static boolean isUnclear(List<BigKeys.Entry> keys) {
        return keys.stream().anyMatch(key -> key.last().atMillis() - key.at(Long.MIN_VALUE).atMillis() < APART_MILLIS);
    }

    static @Nullable Culprit culprit(List<Grown> grown, PrefixTree tree, long growthBytes) {
        if (grown.isEmpty()) {
            return null;
        }
        Grown first = grown.getFirst();
        if (first.share >= SHARE) {
            return new Culprit.Key(first.key.database(), KeyText.of(first.key.name()), first.key.type(), first.key.last().elements(),
                    first.bytes, first.share, first.bytesPerSecond);
        }
        // Many big keys of one kind, each with a small part.
        Map<Long, Double> shares = new HashMap<>();
        Map<Long, Double> rates = new HashMap<>();
        for (Grown each : grown) {
            long id = Composition.id(each.key.database(), tree.current(tree.add(each.key.name())));
            shares.merge(id, each.share, Double::sum);
            rates.merge(id, each.bytesPerSecond, Double::sum);
        }
        long best = shares.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
        double share = Math.min(1, shares.getOrDefault(best, 0.0));
        if (share < SHARE || Composition.group(best) == PrefixTree.ROOT) {
            return null;
        }
        return new Culprit.Prefix(Composition.database(best), tree.pattern(Composition.group(best)), tree.literal(Composition.group(best)),
                Math.round(share * growthBytes), share, 0, rates.getOrDefault(best, 0.0), false, 0, GrowthRule.CERTAIN);
    }
}

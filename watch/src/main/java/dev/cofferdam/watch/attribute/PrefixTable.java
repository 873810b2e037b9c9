// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes the table of what is there and what grows out of samples. Pure functions but for the tree it reads names from. */
final class PrefixTable {
    private static final int ROWS = 50;
    private static final int ROWS_OF_CLIMB = 5;

    private final PrefixTree tree;

    PrefixTable(PrefixTree tree) {
        this.tree = tree;
    }

    Composition current(Composition composition) {
        return composition.by(id -> Composition.id(Composition.database(id), tree.current(Composition.group(id))));
    }

    /**
     * The calm picture: what each group holds, and how it changed between two stretches.
     *
     * @param seconds between the middles of the stretches
     */
    List<PrefixShare> calm(Composition earlier, Composition now, double seconds) {
        Composition old = current(earlier);
        Composition last = current(now);
        if (last.samples() == 0) {
            return List.of();
        }
        double growth = last.targetBytes() - old.targetBytes();
        Map<Long, GrowthRule.Share> grown = new HashMap<>();
        if (old.samples() > 0 && growth > 0) {
            GrowthRule.judge(old, List.of(last), 0, tree).shares().forEach(share -> grown.put(share.id(), share));
        }
        List<PrefixShare> rows = new ArrayList<>();
        last.tallies().forEach((id, tally) -> {
            double bytes = last.targetKeys() * tally.bytes / last.samples();
            Composition.Tally before = old.tallies().get(id);
            double was = old.samples() == 0 || before == null ? 0 : old.targetKeys() * before.bytes / old.samples();
            double rate = old.samples() == 0 || seconds <= 0 ? 0 : (bytes - was) / seconds;
            GrowthRule.Share share = grown.get(id);
            rows.add(row(id, last, rate, share == null ? 0 : share.share(), share == null ? 0 : share.margin()));
        });
        rows.sort(Comparator.comparingLong(PrefixShare::bytes).reversed());
        return List.copyOf(rows.subList(0, Math.min(ROWS, rows.size())));
    }

    /** The largest parts of a climb. */
    List<PrefixShare> climb(GrowthRule.Verdict verdict, List<Composition> since, double climbPerSecond) {
        if (since.isEmpty()) {
            return List.of();
        }
        Composition last = new Composition(since.getLast().fromMillis());
        since.forEach(each -> last.add(current(each)));
        return verdict.shares().stream().limit(ROWS_OF_CLIMB)
            .map(share -> row(share.id(), last, share.share() * climbPerSecond, share.share(), share.margin()))
            .toList();
    }

    private PrefixShare row(long id, Composition now, double rate, double share, double margin) {
        Composition.Tally tally = now.tallies().getOrDefault(id, new Composition.Tally());
        double bytes = now.targetKeys() * tally.bytes / Math.max(1, now.samples());
        double keys = now.targetKeys() * tally.keys / Math.max(1, now.samples());
        return new PrefixShare(Composition.database(id), tree.pattern(Composition.group(id)), Math.round(bytes), Math.round(keys), rate,
                share,
                margin, tally.keys == 0 ? 0 : (double) tally.withoutTtl / tally.keys);
    }
}

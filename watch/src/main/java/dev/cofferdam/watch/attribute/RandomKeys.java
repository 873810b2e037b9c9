// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import dev.cofferdam.watch.probe.Capability;
import dev.cofferdam.watch.probe.CostGovernor.Work;
import dev.cofferdam.watch.probe.InfoText;
import dev.cofferdam.watch.probe.Sample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Draws random keys over all databases, each in proportion to its keys, and counts them into a composition by their groups. One thread. */
final class RandomKeys {
    /** A key so much larger than the usual is the registry's: in the sample it counts as this, or one of them would outweigh all others. */
    private static final long SIZE_MAX_TIMES_MEAN = 16;
    /** A link that breaks costs one piece. */
    private static final int PIECE = 100;

    private final Asking asking;
    private final PrefixTree tree;
    private final BigKeys bigKeys;
    private final RandomGenerator chance;
    private long drawn;
    private long vanished;

    RandomKeys(Asking asking, PrefixTree tree, BigKeys bigKeys, RandomGenerator chance) {
        this.asking = asking;
        this.tree = tree;
        this.bigKeys = bigKeys;
        this.chance = chance;
    }

    /** Draws as many of the wanted as the governor and the time let us, into each of the compositions. Answers how many were drawn. */
    int draw(int wanted, InfoText info, Sample sample, Composition... into) throws IOException {
        if (!asking.can(Capability.RANDOM_KEY) || sample.keys() == 0) {
            return 0;
        }
        int count = asking.governor().allowed(wanted, Work.RANDOM_KEY, Work.MEMORY_USAGE, Work.TIME_TO_LIVE);
        List<InfoText.Database> databases = asking.databases(info);
        long keys = databases.stream().mapToLong(InfoText.Database::keys).sum();
        if (count == 0 || keys == 0) {
            return 0;
        }
        long bytes = TargetHistory.keyBytesOf(sample);
        long mean = Math.max(1, bytes / Math.max(1, sample.keys()));
        long sizeMax = Math.max(64 * 1024, SIZE_MAX_TIMES_MEAN * mean);
        boolean measured = asking.can(Capability.MEMORY_USAGE);
        int before = (int) drawn;
        for (InfoText.Database database : databases) {
            double part = (double) count * database.keys() / keys;
            // What is left over after the whole part is decided by chance, so that small databases have their turn.
            int here = (int) part + (chance.nextDouble() < part - (int) part ? 1 : 0);
            while (here > 0 && asking.hasTime()) {
                int now = Math.min(here, PIECE);
                here -= now;
                List<Asking.Met> met = asking.randomKeys(database.number(), now);
                vanished += now - met.size();
                drawn += met.size();
                count(met, measured, mean, sizeMax, sample, bytes, into);
            }
        }
        return (int) drawn - before;
    }

    private void count(List<Asking.Met> met, boolean measured, long mean, long sizeMax, Sample sample, long bytes, Composition... into)
            throws IOException {
        List<Asking.Met> big = new ArrayList<>();
        for (Asking.Met key : met) {
            if (bigKeys.wants(key.bytes()) && key.bytes() > sizeMax / 4) {
                big.add(key);
            }
            long size = measured ? Math.min(key.bytes(), sizeMax) : mean;
            long id = Composition.id(key.database(), tree.add(key.name()));
            for (Composition composition : into) {
                composition.add(id, size, key.withoutTtl(), sample.keys(), bytes);
            }
        }
        bigKeys.add(big, asking, sample.atMillis());
    }

    long drawn() {
        return drawn;
    }

    /** Keys that were gone, or could not be drawn. */
    long vanished() {
        return vanished;
    }
}

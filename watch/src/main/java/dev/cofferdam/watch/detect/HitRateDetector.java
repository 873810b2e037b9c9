// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import dev.cofferdam.watch.text.Words;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Sees a cache find far fewer of the keys it is asked for, which its database feels. One thread.
 *
 * <p>The measure is seconds of usual traffic that missed beyond what is tolerated: the usual part of misses and a fifth of the usual hits. Usual is a mean over some
 * six hours, so that a workload that has changed for good is the new normal by the next day.
 */
final class HitRateDetector {
    private static final double USUAL_SECONDS = 6 * 3_600;
    private static final double TOLERATED_PART_OF_HITS = 0.2;
    /** Fewer lookups a second say nothing. */
    private static final double LOOKUPS_MIN = 5;
    /** A rush counts as so many times the usual traffic at most. */
    private static final double RUSH_MAX = 3;

    private final LossBank bank = new LossBank(10);
    private double seenSeconds;
    private double usualLookups;
    private double usualMisses;
    private double lately;

    void accept(WatchedTime time, long hits, long misses) {
        double step = time.step();
        double lookups = hits + misses;
        seenSeconds += step;
        if (seenSeconds > EvictionDetector.WARM_UP_SECONDS && usualLookups > LOOKUPS_MIN && lookups > 0) {
            double usual = usualMisses / usualLookups;
            double rush = Math.min(RUSH_MAX * step, lookups / usualLookups);
            bank.add(time, rush * misses / lookups, rush * (usual + TOLERATED_PART_OF_HITS * (1 - usual)));
            lately += Math.min(1, step / 60) * (misses / lookups - lately);
        }
        double weight = Math.min(1, step / Math.min(seenSeconds, USUAL_SECONDS));
        usualLookups += weight * (lookups / step - usualLookups);
        usualMisses += weight * (misses / step - usualMisses);
    }

    Stage stage() {
        return bank.stage();
    }

    long onsetMillis() {
        return bank.onsetMillis();
    }

    void disregardSince(double seconds) {
        bank.disregardSince(seconds);
    }

    String reason() {
        return "hit rate " + Words.percent(1 - lately) + " where " + Words.percent(1 - usualMisses / usualLookups)
                + " is usual; as if nothing had been found for " + Words.seconds(bank.value());
    }

    void write(DataOutput out) throws IOException {
        bank.write(out);
        for (double number : new double[] {seenSeconds, usualLookups, usualMisses, lately}) {
            out.writeDouble(number);
        }
    }

    void read(DataInput in) throws IOException {
        bank.read(in);
        seenSeconds = Saved.positive(in);
        usualLookups = Saved.positive(in);
        usualMisses = Saved.positive(in);
        lately = Saved.positive(in);
    }
}

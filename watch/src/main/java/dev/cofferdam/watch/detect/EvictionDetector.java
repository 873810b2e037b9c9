// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import dev.cofferdam.watch.text.Words;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Sees an evicting target give up keys far faster than it used to. One thread.
 *
 * <p>The measure is the part of the keyspace that was given up beyond twice the usual rate; the usual rate is a mean over some six hours. A cache that lives at its
 * limit and turns over every hour is calm; sessions that are thrown out to make room are not.
 */
final class EvictionDetector {
    /** Nothing is said before the usual rate has been seen for so long: watching may begin beside a cache that is full. */
    static final double WARM_UP_SECONDS = 900;
    private static final double USUAL_SECONDS = 6 * 3_600;
    private static final double TOLERATED_TURNOVER_SECONDS = 6 * 3_600;
    /** So few keys turn over by chance. */
    private static final long KEYS_MIN = 1_000;

    private final LossBank bank = new LossBank(0.01);
    private double seenSeconds;
    private double usualPerSecond;
    private double usualBefore;

    void accept(WatchedTime time, long evicted, long keys) {
        double share = evicted / (double) Math.max(keys + evicted, KEYS_MIN);
        double step = time.step();
        double tolerated = Math.max(1 / TOLERATED_TURNOVER_SECONDS, 2 * usualPerSecond) * step;
        seenSeconds += step;
        if (seenSeconds > WARM_UP_SECONDS) {
            bank.add(time, share, tolerated);
        }
        if (bank.value() == 0) {
            usualBefore = usualPerSecond;
        }
        double weight = Math.min(1, step / Math.min(seenSeconds, USUAL_SECONDS));
        usualPerSecond += weight * (share / step - usualPerSecond);
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
        return "keys are evicted far faster than usual: " + Words.percent(bank.value())
                + " of them since the onset, beyond the usual " + Words.percent(3_600 * usualBefore) + " an hour";
    }

    void write(DataOutput out) throws IOException {
        bank.write(out);
        out.writeDouble(seenSeconds);
        out.writeDouble(usualPerSecond);
        out.writeDouble(usualBefore);
    }

    void read(DataInput in) throws IOException {
        bank.read(in);
        seenSeconds = Saved.positive(in);
        usualPerSecond = Saved.positive(in);
        usualBefore = Saved.positive(in);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/**
 * What random keys of one stretch of time were made of: for each group how many, and how large. With the target's own totals of that time it says what each group holds.
 * One thread.
 *
 * <p>A group's number has the database in its upper half, see {@link #id}.
 */
final class Composition {
    private final Map<Long, Tally> tallies = new HashMap<>();
    private long fromMillis;
    private long untilMillis;
    private long samples;
    private double keysSum;
    private double bytesSum;

    /** Sums over the sampled keys of one group. */
    static final class Tally {
        long keys;
        double bytes;
        double squares;
        long withoutTtl;
        double withoutTtlBytes;

        private void add(Tally other) {
            keys += other.keys;
            bytes += other.bytes;
            squares += other.squares;
            withoutTtl += other.withoutTtl;
            withoutTtlBytes += other.withoutTtlBytes;
        }
    }

    Composition(long fromMillis) {
        this.fromMillis = fromMillis;
        this.untilMillis = fromMillis;
    }

    static long id(int database, int group) {
        return (long) database << 32 | group;
    }

    static int database(long id) {
        return (int) (id >>> 32);
    }

    static int group(long id) {
        return (int) id;
    }

    /**
     * @param targetKeys all keys of the target at that moment
     * @param targetBytes what they take together, as MEMORY USAGE counts
     */
    void add(long id, long bytes, boolean withoutTtl, long targetKeys, long targetBytes) {
        Tally tally = tallies.computeIfAbsent(id, each -> new Tally());
        tally.keys++;
        tally.bytes += bytes;
        tally.squares += (double) bytes * bytes;
        if (withoutTtl) {
            tally.withoutTtl++;
            tally.withoutTtlBytes += bytes;
        }
        samples++;
        keysSum += targetKeys;
        bytesSum += targetBytes;
    }

    void add(Composition other) {
        other.tallies.forEach((id, tally) -> tallies.computeIfAbsent(id, each -> new Tally()).add(tally));
        samples += other.samples;
        keysSum += other.keysSum;
        bytesSum += other.bytesSum;
        fromMillis = Math.min(fromMillis, other.fromMillis);
        untilMillis = Math.max(untilMillis, other.untilMillis);
    }

    /** The same counted by other groups: folded ones by what they are part of now, or all by an ancestor. */
    Composition by(LongUnaryOperator group) {
        Composition grouped = new Composition(fromMillis);
        grouped.untilMillis = untilMillis;
        grouped.samples = samples;
        grouped.keysSum = keysSum;
        grouped.bytesSum = bytesSum;
        tallies.forEach((id, tally) -> grouped.tallies.computeIfAbsent(group.applyAsLong(id), each -> new Tally()).add(tally));
        return grouped;
    }

    void until(long millis) {
        untilMillis = millis;
    }

    long fromMillis() {
        return fromMillis;
    }

    long untilMillis() {
        return untilMillis;
    }

    long samples() {
        return samples;
    }

    Map<Long, Tally> tallies() {
        return tallies;
    }

    /** All keys of the target, on average over the samples. */
    double targetKeys() {
        return samples == 0 ? 0 : keysSum / samples;
    }

    /** Their bytes, on average over the samples. */
    double targetBytes() {
        return samples == 0 ? 0 : bytesSum / samples;
    }
}

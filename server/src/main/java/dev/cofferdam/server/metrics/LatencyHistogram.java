// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.metrics;

/**
 * How long calls of one command took: counts by duration, exact to about 3 %.
 *
 * <p>Owns the counts. The event loop adds, allocating nothing; other threads may read counts that are a moment old. Durations are kept in
 * nanoseconds, up to about 17 seconds: 32 steps to each power of two.
 */
public final class LatencyHistogram {
    private static final int STEP_BITS = 5;
    private static final int STEPS = 1 << STEP_BITS;
    private static final int POWERS = 34 - STEP_BITS;

    private final int[] counts = new int[(POWERS + 1) * STEPS];
    private long total;

    /** Counts one call. */
    public void add(long nanos) {
        add(nanos, 1);
    }

    /** So many that took as long. */
    public void add(long nanos, int times) {
        counts[bucketOf(nanos)] += times;
        total += times;
    }

    private static int bucketOf(long nanos) {
        if (nanos < STEPS) {
            return (int) Math.max(0, nanos);
        }
        int power = 63 - Long.numberOfLeadingZeros(nanos) - STEP_BITS;
        if (power >= POWERS) {
            return (POWERS + 1) * STEPS - 1;
        }
        return (power + 1) * STEPS + (int) (nanos >>> power & STEPS - 1);
    }

    /** The longest duration that falls into the bucket. */
    private static long upperNanos(int bucket) {
        if (bucket < STEPS) {
            return bucket;
        }
        int power = bucket / STEPS - 1;
        return ((long) (STEPS + bucket % STEPS + 1) << power) - 1;
    }

    /** Calls counted. */
    public long total() {
        return total;
    }

    /** The duration that {@code percent} of the calls did not exceed; 0 when there were none. */
    public long percentileNanos(double percent) {
        long wanted = Math.max(1, (long) Math.ceil(total * Math.min(100, percent) / 100));
        long seen = 0;
        for (int bucket = 0; bucket < counts.length; bucket++) {
            seen += counts[bucket];
            if (seen >= wanted) {
                return upperNanos(bucket);
            }
        }
        return 0;
    }

    /** Calls that took at most so long. */
    public long countUpTo(long nanos) {
        long seen = 0;
        for (int bucket = 0; bucket < counts.length && upperNanos(bucket) <= nanos; bucket++) {
            seen += counts[bucket];
        }
        return seen;
    }
}

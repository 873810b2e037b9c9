// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/**
 * The eight bytes in an entry that say when it expires and where that is noted.
 *
 * <pre>
 *  bits 0..43   milliseconds since 1970 at which the entry expires (until the year 2527), 0 = never
 *  bits 44..63  tick of the {@link ExpiryWheel} record that watches over it, 0 = none
 * </pre>
 * An entry that was persisted keeps the tick: its record is still valid and is dropped when it is due, or serves the next deadline. A record whose
 * tick is not the entry's is stale. Pure functions, any thread.
 */
final class ExpiryWord {
    static final long MILLIS_MASK = (1L << 44) - 1;
    private static final int TICK_SHIFT = 44;
    static final int TICK_BITS = Long.SIZE - TICK_SHIFT;

    private ExpiryWord() {
    }

    static long millis(long word) {
        return word & MILLIS_MASK;
    }

    static int tick(long word) {
        return (int) (word >>> TICK_SHIFT);
    }

    static long withMillis(long word, long millis) {
        return word & ~MILLIS_MASK | Math.clamp(millis, 0, MILLIS_MASK);
    }

    static long withTick(long word, int tick) {
        return word & MILLIS_MASK | (long) tick << TICK_SHIFT;
    }
}

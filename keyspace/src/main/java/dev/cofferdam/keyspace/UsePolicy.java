// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/**
 * The twelve policy bits of an index slot: what eviction knows about the use of an entry without touching the entry.
 *
 * <pre>
 *  plain eviction:       bits 0..2  frequency, 0 to 7
 *  eviction protecting:  bit  11    used since it was created
 *                        bits 0..10 coarse time of the last use: protect time / 32 a tick, wrapping after 64 protect times
 * </pre>
 * Pure functions, any thread.
 */
final class UsePolicy {
    private static final int FREQUENCY_MASK = 7;
    static final int USED_BIT = 1 << 11;
    private static final int TICK_MASK = USED_BIT - 1;
    private static final int TICKS_PER_PROTECT = 32;

    private UsePolicy() {
    }

    /** Length of a tick for a protect time. */
    static long tickMillis(long protectMillis) {
        return Math.max(1, protectMillis / TICKS_PER_PROTECT);
    }

    /** Bits of an entry that was used once more. */
    static int used(int policy, FullPolicy full, long nowMillis) {
        if (full.protectMillis() == 0) {
            return EvictionPolicy.used(frequency(policy));
        }
        return USED_BIT | (int) (nowMillis / tickMillis(full.protectMillis())) & TICK_MASK;
    }

    /** Uses since eviction last came by; bits left over from protecting eviction count for what they are worth. */
    static int frequency(int policy) {
        return policy & FREQUENCY_MASK;
    }

    static boolean wasUsed(int policy) {
        return (policy & USED_BIT) != 0;
    }

    /** Time since the last use, in whole ticks; 0 when it was never used or times are not kept. */
    static long idleMillis(int policy, FullPolicy full, long nowMillis) {
        if (full.protectMillis() == 0 || !wasUsed(policy)) {
            return 0;
        }
        long tick = tickMillis(full.protectMillis());
        return ((int) (nowMillis / tick) - policy & TICK_MASK) * tick;
    }

    /** True when the last use lies within the protect time (a tick more, as ticks are coarse). */
    static boolean isProtected(int policy, FullPolicy full, long nowMillis) {
        int age = (int) (nowMillis / tickMillis(full.protectMillis())) - policy & TICK_MASK;
        return wasUsed(policy) && age <= TICKS_PER_PROTECT;
    }
}

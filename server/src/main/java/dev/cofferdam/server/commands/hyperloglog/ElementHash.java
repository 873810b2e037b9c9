// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.hyperloglog;

import dev.cofferdam.memory.Mem;

/** Which register an element belongs to, and which value it asks of it: Austin Appleby's MurmurHash64A with Redis's seed. Owns nothing; any thread. */
final class ElementHash {
    private static final long SEED = 0xadc83b19L;
    private static final long FACTOR = 0xc6a4a7935bd1e995L;
    private static final int SHIFT = 47;
    private static final int REGISTER_BITS = 14;
    private static final int VALUE_BITS = 64 - REGISTER_BITS;

    private ElementHash() {
    }

    static long of(long address, int length) {
        long hash = SEED ^ length * FACTOR;
        int whole = length & ~7;
        for (int i = 0; i < whole; i += 8) {
            long word = Mem.getLong(address + i) * FACTOR;
            word ^= word >>> SHIFT;
            hash = (hash ^ word * FACTOR) * FACTOR;
        }
        if (whole < length) {
            for (int i = length - 1; i >= whole; i--) {
                hash ^= (long) Mem.getUnsignedByte(address + i) << 8 * (i - whole);
            }
            hash *= FACTOR;
        }
        hash ^= hash >>> SHIFT;
        hash *= FACTOR;
        return hash ^ hash >>> SHIFT;
    }

    static int register(long hash) {
        return (int) hash & (1 << REGISTER_BITS) - 1;
    }

    /** The place of the lowest one in the rest of the hash, from 1. */
    static int value(long hash) {
        return Long.numberOfTrailingZeros(hash >>> REGISTER_BITS | 1L << VALUE_BITS) + 1;
    }
}

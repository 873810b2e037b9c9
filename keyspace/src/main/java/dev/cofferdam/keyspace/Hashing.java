// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * The 64-bit hash of keys and members: 8 bytes a step, folded 128-bit multiplications (the construction of wyhash, Wang Yi 2019), keyed by a seed
 * that differs from process to process so that nobody can prepare colliding keys. Pure, any thread.
 */
public final class Hashing {
    private static final long K0 = 0xa0761d6478bd642fL;
    private static final long K1 = 0xe7037ed1a0b428dbL;
    private static final long K2 = 0x8ebc6af09c88c6e3L;

    private final long seed;

    public Hashing(long seed) {
        this.seed = fold(seed ^ K0, K1);
    }

    /** Hash of a key in a database. */
    public long key(int database, long address, int length) {
        return hash(seed ^ database, address, length);
    }

    /** Hash of a member of a collection. */
    public long member(int collection, long address, int length) {
        return hash(seed + fold(collection ^ K2, K1), address, length);
    }

    private static long hash(long start, long address, int length) {
        long h = start;
        long at = address;
        int left = length;
        while (left > 16) {
            h = fold(Mem.getLong(at) ^ K1, Mem.getLong(at + 8) ^ h);
            at += 16;
            left -= 16;
        }
        long a;
        long b;
        if (left >= 8) {
            a = Mem.getLong(at);
            b = Mem.getLong(at + left - 8);
        } else if (left >= 4) {
            a = Mem.getInt(at);
            b = Mem.getInt(at + left - 4);
        } else if (left > 0) {
            a = (long) Mem.getByte(at) << 16 | (long) Mem.getByte(at + (left >> 1)) << 8 | Mem.getUnsignedByte(at + left - 1);
            b = 0;
        } else {
            a = 0;
            b = 0;
        }
        return fold(K2 ^ length, fold(a ^ K0, b ^ h ^ K1));
    }

    private static long fold(long a, long b) {
        return Math.multiplyHigh(a, b) ^ a * b;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import java.util.Random;

/**
 * Random positions of a collection without repetition, in constant memory however many: each call of {@link #next} gives another of 0 to size - 1.
 *
 * <p>One per call, on its thread. Up to 64 positions, those used are bits of a word and the choice is exact. Beyond, the numbers 0, 1, 2 ... go through
 * a keyed permutation (a Feistel network of four rounds over the next even power of two, numbers outside the range going through again), which no
 * client can tell from chance.
 */
public final class DistinctPositions {
    private static final int WORD_BITS = 64;
    private static final int ROUNDS = 4;

    private final Random random;
    private final int size;
    private final int halfBits;
    /** One for each round: rounds that share their function leave some positions twice as likely as others. */
    private final long[] keys = new long[ROUNDS];
    private long used;
    private int usedCount;
    private long counter;

    public DistinctPositions(Random random, int size) {
        this.random = random;
        this.size = size;
        this.halfBits = (WORD_BITS + 1 - Long.numberOfLeadingZeros(size)) / 2;
        for (int round = 0; round < ROUNDS; round++) {
            keys[round] = random.nextLong();
        }
    }

    /** Not to be called more often than there are positions. */
    public int next() {
        return size <= WORD_BITS ? nextBit() : nextPermuted();
    }

    private int nextBit() {
        int skip = random.nextInt(size - usedCount++);
        long free = ~used;
        for (; skip > 0; skip--) {
            free &= free - 1;
        }
        used |= Long.lowestOneBit(free);
        return Long.numberOfTrailingZeros(free);
    }

    private int nextPermuted() {
        long at = permute(counter++);
        while (at >= size) {
            at = permute(at);
        }
        return (int) at;
    }

    private long permute(long number) {
        long mask = (1L << halfBits) - 1;
        long left = number >>> halfBits;
        long right = number & mask;
        for (int round = 0; round < ROUNDS; round++) {
            long mixed = (right * 0x9e3779b97f4a7c15L ^ keys[round]) * 0xbf58476d1ce4e5b9L;
            mixed = (mixed ^ mixed >>> 29) * 0x94d049bb133111ebL;
            long next = left ^ mixed >>> 33 & mask;
            left = right;
            right = next;
        }
        return left << halfBits | right;
    }
}

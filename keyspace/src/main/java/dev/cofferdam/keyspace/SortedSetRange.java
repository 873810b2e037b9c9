// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/**
 * A part of a sorted set, asked for by ranks, scores or names, and what it is as ranks: the shape of all range commands.
 *
 * <p>Owns nothing off-heap; filled, resolved and read again by one command. Names are not copied. After {@link #resolve} {@link #count} elements from
 * rank {@link #first} on are meant, upwards or, when {@link #reverse} is set, downwards. So a LIMIT is arithmetic, whatever its offset.
 */
public final class SortedSetRange {
    public static final int BY_RANK = 0;
    public static final int BY_SCORE = 1;
    public static final int BY_NAME = 2;

    /** A bound by name that is below, or above, all names. */
    public static final int LOWEST = -1;
    public static final int HIGHEST = 1;

    public int by;
    public boolean reverse;
    public long offset;
    /** Elements at most; negative for all. */
    public long limit;

    private long startRank;
    private long stopRank;
    private double minScore;
    private double maxScore;
    private boolean minExclusive;
    private boolean maxExclusive;
    private int minEnd;
    private int maxEnd;
    private long minAddress;
    private long maxAddress;
    private int minLength;
    private int maxLength;

    /** Rank of the first element to hand out, counted from the lowest. */
    public long first;
    public long count;

    /** Starts anew: forwards, everything the bounds allow. */
    public void begin(int newBy) {
        by = newBy;
        reverse = false;
        offset = 0;
        limit = -1;
    }

    /** Negative ranks count from the end; with {@link #reverse} rank 0 is the highest element. */
    public void ranks(long start, long stop) {
        startRank = start;
        stopRank = stop;
    }

    public void minScore(double score, boolean exclusive) {
        minScore = score;
        minExclusive = exclusive;
    }

    public void maxScore(double score, boolean exclusive) {
        maxScore = score;
        maxExclusive = exclusive;
    }

    /** @param end {@link #LOWEST} or {@link #HIGHEST}, or 0 for the name that follows */
    public void minName(int end, long address, int length, boolean exclusive) {
        minEnd = end;
        minAddress = address;
        minLength = length;
        minExclusive = exclusive;
    }

    public void maxName(int end, long address, int length, boolean exclusive) {
        maxEnd = end;
        maxAddress = address;
        maxLength = length;
        maxExclusive = exclusive;
    }

    /** Sets {@link #first} and {@link #count}. */
    public void resolve(SortedSetValues values, Key key) {
        long size = SortedSetValues.count(key);
        long low;
        long high;
        if (by == BY_RANK) {
            long start = startRank < 0 ? Math.max(0, startRank + size) : startRank;
            long stop = stopRank < 0 ? stopRank + size : Math.min(stopRank, size - 1);
            if (start > stop || start >= size) {
                count = 0;
                return;
            }
            low = reverse ? size - 1 - stop : start;
            high = reverse ? size - start : stop + 1;
        } else if (by == BY_SCORE) {
            low = values.countByScore(key, minScore, minExclusive);
            high = values.countByScore(key, maxScore, !maxExclusive);
        } else {
            low = nameBound(values, key, size, minEnd, minAddress, minLength, minExclusive);
            high = nameBound(values, key, size, maxEnd, maxAddress, maxLength, !maxExclusive);
        }
        long inside = offset < 0 ? 0 : Math.max(0, high - low - offset);
        count = limit < 0 ? inside : Math.min(inside, limit);
        first = reverse ? high - 1 - offset : low + offset;
    }

    private static long nameBound(SortedSetValues values, Key key, long size, int end, long address, int length, boolean inclusive) {
        if (end != 0) {
            return end == LOWEST ? 0 : size;
        }
        return values.countByName(key, address, length, inclusive);
    }

    /** After {@link #resolve}: rank of the lowest element meant. */
    public long lowest() {
        return reverse ? first - count + 1 : first;
    }
}

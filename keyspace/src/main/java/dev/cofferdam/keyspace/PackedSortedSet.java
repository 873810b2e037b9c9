// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * A small sorted set in one piece: the value of a ZSET_PACKED entry.
 *
 * <p>Owns nothing; all methods take the address of the value. Owner thread of the compartment. Elements lie in the order of (score, member bytes), so
 * ranks and ranges are positions; a member is found by going over all of them, which for 128 costs less than a look-up in an index.
 *
 * <pre>
 *  0       2       3      4              4 + 2 n
 *  +-------+-------+------+--------------+------------------------------------------------+----------
 *  | count | flags | 0    | end[n]       | score (8) | member ... | score (8) | member ...| to spare
 *  +-------+-------+------+--------------+------------------------------------------------+----------
 *   16 bits  8 bits        16 bits each: where the element ends, counted from the first one's start
 *
 *  flags bit 0: OBJECT ENCODING says skiplist
 * </pre>
 */
final class PackedSortedSet {
    static final int ENTRIES_MAX = 128;
    /** Bytes of the value at most; beyond it is a large set. */
    static final int BYTES_MAX = 2048;
    static final int HEAD_BYTES = 4;
    private static final int FLAGS = 2;
    private static final int END_BYTES = 2;
    private static final int SCORE_BYTES = 8;

    private PackedSortedSet() {
    }

    static void clear(long value) {
        Mem.putInt(value, 0);
    }

    static int count(long value) {
        return Mem.getUnsignedShort(value);
    }

    static int flags(long value) {
        return Mem.getUnsignedByte(value + FLAGS);
    }

    static void setFlags(long value, int flags) {
        Mem.putByte(value + FLAGS, (byte) flags);
    }

    private static void setCount(long value, int count) {
        Mem.putShort(value, (short) count);
    }

    private static int end(long value, int at) {
        return at < 0 ? 0 : Mem.getUnsignedShort(value + HEAD_BYTES + (long) END_BYTES * at);
    }

    private static void setEnd(long value, int at, int end) {
        Mem.putShort(value + HEAD_BYTES + (long) END_BYTES * at, (short) end);
    }

    private static long body(long value, int count) {
        return value + HEAD_BYTES + (long) END_BYTES * count;
    }

    /** Bytes in use of a value with this count. */
    static int usedBytes(long value) {
        int count = count(value);
        return HEAD_BYTES + END_BYTES * count + end(value, count - 1);
    }

    /** What one more element takes. */
    static int elementBytes(int nameLength) {
        return END_BYTES + SCORE_BYTES + nameLength;
    }

    // The count is a parameter here because a conversion writes over its place before it reads the elements.

    static double score(long value, int count, int at) {
        return Mem.getDouble(body(value, count) + end(value, at - 1));
    }

    static long nameAddress(long value, int count, int at) {
        return body(value, count) + end(value, at - 1) + SCORE_BYTES;
    }

    static int nameLength(long value, int at) {
        return end(value, at) - end(value, at - 1) - SCORE_BYTES;
    }

    /** Position of the member, or -1. */
    static int find(long value, long name, int length) {
        int count = count(value);
        long body = body(value, count);
        int start = 0;
        for (int at = 0; at < count; at++) {
            int end = end(value, at);
            if (end - start == length + SCORE_BYTES && Mem.equal(body + start + SCORE_BYTES, name, length)) {
                return at;
            }
            start = end;
        }
        return -1;
    }

    /** How many elements the mode counts; modes as in {@link OrderTree}. */
    static int seek(long value, int mode, double score, long name, int length) {
        int count = count(value);
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = low + high >>> 1;
            if (isCounted(value, count, middle, mode, score, name, length)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static boolean isCounted(long value, int count, int at, int mode, double score, long name, int length) {
        double own = score(value, count, at);
        return switch (mode) {
            case OrderTree.UP_TO_ELEMENT -> own < score || own == score && compareName(value, count, at, name, length) <= 0;
            case OrderTree.BELOW_SCORE -> own < score;
            case OrderTree.UP_TO_SCORE -> own <= score;
            case OrderTree.BELOW_NAME -> compareName(value, count, at, name, length) < 0;
            default -> compareName(value, count, at, name, length) <= 0;
        };
    }

    private static int compareName(long value, int count, int at, long name, int length) {
        return Mem.compare(nameAddress(value, count, at), nameLength(value, at), name, length);
    }

    /** Adds a member that is not there; the value has room for it. The name lies outside of the value. */
    static void insert(long value, double score, long name, int length) {
        int at = seek(value, OrderTree.UP_TO_ELEMENT, score, name, length);
        long element = open(value, at, SCORE_BYTES + length);
        Mem.putDouble(element, score);
        Mem.copy(name, element + SCORE_BYTES, length);
    }

    private static long open(long value, int at, int bytes) {
        int count = count(value);
        int start = end(value, at - 1);
        int total = end(value, count - 1);
        long from = body(value, count);
        long to = body(value, count + 1);
        Mem.copy(from + start, to + start + bytes, total - start);
        Mem.copy(from, to, start);
        for (int i = count - 1; i >= at; i--) {
            setEnd(value, i + 1, end(value, i) + bytes);
        }
        setEnd(value, at, start + bytes);
        setCount(value, count + 1);
        return to + start;
    }

    static void remove(long value, int at) {
        int count = count(value);
        int start = end(value, at - 1);
        int end = end(value, at);
        int total = end(value, count - 1);
        long from = body(value, count);
        long to = body(value, count - 1);
        for (int i = at + 1; i < count; i++) {
            setEnd(value, i - 1, end(value, i) - (end - start));
        }
        Mem.copy(from, to, start);
        Mem.copy(from + end, to + start, total - end);
        setCount(value, count - 1);
    }

    /**
     * Gives an element another score: it moves to where it belongs, the others close up.
     *
     * @param scratch room for one element
     */
    static void rescore(long value, int at, double score, byte[] scratch) {
        int count = count(value);
        int length = nameLength(value, at);
        long name = nameAddress(value, count, at);
        int to = seek(value, OrderTree.UP_TO_ELEMENT, score, name, length);
        // The element itself stands in the order it is about to leave, and is counted if it lies before its new place.
        if (to > at) {
            to--;
        }
        Mem.putDouble(name - SCORE_BYTES, score);
        if (to != at) {
            move(value, at, to, scratch);
        }
    }

    private static void move(long value, int at, int to, byte[] scratch) {
        long body = body(value, count(value));
        int start = end(value, at - 1);
        int end = end(value, at);
        int bytes = end - start;
        Mem.copyTo(body + start, scratch, 0, bytes);
        if (to > at) {
            int stop = end(value, to);
            Mem.copy(body + end, body + start, stop - end);
            for (int i = at; i < to; i++) {
                setEnd(value, i, end(value, i + 1) - bytes);
            }
            Mem.copyFrom(scratch, 0, body + stop - bytes, bytes);
        } else {
            int stop = end(value, to - 1);
            Mem.copy(body + stop, body + stop + bytes, start - stop);
            for (int i = at; i > to; i--) {
                setEnd(value, i, end(value, i - 1) + bytes);
            }
            setEnd(value, to, stop + bytes);
            Mem.copyFrom(scratch, 0, body + stop, bytes);
        }
    }
}

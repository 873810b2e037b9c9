// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * A run of a stream's entries in one block, oldest first. The names of the first entry's fields are kept once, and entries with the same fields keep their values only.
 *
 * <pre>
 *  0        16         32     36      38     40
 *  +--------+----------+------+-------+------+--------------------+---------+---------+---
 *  | header | first id | used | count | dead | fields of the first | entry 0 | entry 1 | ...
 *  +--------+----------+------+-------+------+--------------------+---------+---------+---
 *
 *  used:    bytes of the block that are written; what is behind them is room
 *  fields:  number, then length and bytes of each                                        (lengths and numbers as 7 bits a byte)
 *  entry:   flags, length of the rest, milliseconds since the first id, sequence (from the first id's in its millisecond),
 *           then the values, or number of fields and each with its value
 * </pre>
 * Owns nothing; static functions on addresses. An entry that was deleted stays, marked, until all of its chunk are.
 */
final class StreamChunk {
    static final int HEADER_BYTES = 40;
    static final int DEAD = 1;
    static final int SAME_FIELDS = 2;
    /** Longest number. */
    static final int NUMBER_MAX_BYTES = 10;

    private static final int USED = 32;
    private static final int COUNT = 36;
    private static final int DEAD_COUNT = 38;

    private StreamChunk() {
    }

    static int used(long chunk) {
        return Mem.getInt(chunk + USED);
    }

    static void setUsed(long chunk, int used) {
        Mem.putInt(chunk + USED, used);
    }

    /** Entries, dead ones included. */
    static int count(long chunk) {
        return Mem.getUnsignedShort(chunk + COUNT);
    }

    static void setCount(long chunk, int count) {
        Mem.putShort(chunk + COUNT, (short) count);
    }

    static int dead(long chunk) {
        return Mem.getUnsignedShort(chunk + DEAD_COUNT);
    }

    static void setDead(long chunk, int dead) {
        Mem.putShort(chunk + DEAD_COUNT, (short) dead);
    }

    static int live(long chunk) {
        return count(chunk) - dead(chunk);
    }

    /** Address of the fields' number. */
    static long fields(long chunk) {
        return chunk + HEADER_BYTES;
    }

    /** Address of entry 0. */
    static long firstEntry(long chunk) {
        long at = fields(chunk);
        long left = number(at);
        at += numberBytes(left);
        for (; left > 0; left--) {
            long length = number(at);
            at += numberBytes(length) + length;
        }
        return at;
    }

    static int flags(long entry) {
        return Mem.getByte(entry);
    }

    static void markDead(long chunk, long entry) {
        Mem.putByte(entry, (byte) (flags(entry) | DEAD));
        setDead(chunk, dead(chunk) + 1);
    }

    /** Address of the entry's milliseconds. */
    static long body(long entry) {
        return entry + 1 + numberBytes(number(entry + 1));
    }

    static long next(long entry) {
        long length = number(entry + 1);
        return entry + 1 + numberBytes(length) + length;
    }

    // ---------------------------------------------------------------- numbers of 7 bits a byte, lowest first

    static long number(long at) {
        long number = Mem.getByte(at) & 0x7f;
        if (Mem.getByte(at) >= 0) {
            return number;
        }
        for (int shift = 7;; shift += 7) {
            byte next = Mem.getByte(++at);
            number |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return number;
            }
        }
    }

    static int numberBytes(long number) {
        int bytes = 1;
        for (long left = number >>> 7; left != 0; left >>>= 7) {
            bytes++;
        }
        return bytes;
    }

    /** Answers where it goes on. */
    static long writeNumber(long to, long number) {
        long at = to;
        long left = number;
        while (left >>> 7 != 0) {
            Mem.putByte(at++, (byte) (left | 0x80));
            left >>>= 7;
        }
        Mem.putByte(at++, (byte) left);
        return at;
    }
}

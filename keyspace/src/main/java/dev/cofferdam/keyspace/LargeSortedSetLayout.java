// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * The root record of a large sorted set: the value of a ZSET_LARGE entry.
 *
 * <pre>
 *  0    4       8       16     24       28       32              40
 *  +----+-------+-------+------+--------+--------+---------------+
 *  | id | flags | count | root | leaves | inners | element bytes |
 *  +----+-------+-------+------+--------+--------+---------------+
 *
 *  flags bit 0: OBJECT ENCODING says skiplist
 *  root: address of the tree's top node, 0 when there is none
 *  element bytes: what the ELEMENT blocks take in their pages
 * </pre>
 */
final class LargeSortedSetLayout {
    static final int BYTES = 40;
    static final int SKIPLIST_FLAG = 1;

    private static final int FLAGS = 4;
    private static final int COUNT = 8;
    private static final int ROOT = 16;
    private static final int LEAVES = 24;
    private static final int INNERS = 28;
    private static final int ELEMENT_BYTES = 32;

    private LargeSortedSetLayout() {
    }

    /** Clears everything but the id. */
    static void clear(long set) {
        Mem.putInt(set + FLAGS, 0);
        Mem.fill(set + COUNT, BYTES - COUNT, (byte) 0);
    }

    static int id(long set) {
        return Mem.getInt(set);
    }

    static int flags(long set) {
        return Mem.getInt(set + FLAGS);
    }

    static void setFlags(long set, int flags) {
        Mem.putInt(set + FLAGS, flags);
    }

    static long count(long set) {
        return Mem.getLong(set + COUNT);
    }

    static void setCount(long set, long count) {
        Mem.putLong(set + COUNT, count);
    }

    static long root(long set) {
        return Mem.getLong(set + ROOT);
    }

    static void setRoot(long set, long node) {
        Mem.putLong(set + ROOT, node);
    }

    static int leaves(long set) {
        return Mem.getInt(set + LEAVES);
    }

    static void setLeaves(long set, int leaves) {
        Mem.putInt(set + LEAVES, leaves);
    }

    static int inners(long set) {
        return Mem.getInt(set + INNERS);
    }

    static void setInners(long set, int inners) {
        Mem.putInt(set + INNERS, inners);
    }

    static long elementBytes(long set) {
        return Mem.getLong(set + ELEMENT_BYTES);
    }

    static void setElementBytes(long set, long bytes) {
        Mem.putLong(set + ELEMENT_BYTES, bytes);
    }
}

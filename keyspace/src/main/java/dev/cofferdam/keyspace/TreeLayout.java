// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * The nodes of an {@link OrderTree}.
 *
 * <pre>
 *              0        4            8       12                       524          532
 *  TREE_LEAF   +--------+------------+-------+------------------------+------------+-----------+
 *              | word 0 | collection | count | element[64] (8 each)   | base (8)   | scale (8) |
 *              +--------+------------+-------+------------------------+------------+-----------+
 *              540 bytes
 *
 *  element     bits 0 to 47 the address of an ELEMENT block, 48 to 63 the sketch of its score
 *
 *              0        4            8       12         524        1036         1548
 *  TREE_INNER  +--------+------------+-------+----------+----------+------------+-----------+
 *              | word 0 | collection | count | child[64]| first[64]| score[64]  | size[64]  |
 *              +--------+------------+-------+----------+----------+------------+-----------+
 *              1804 bytes                      8 each     8 each     8 each       4 each
 * </pre>
 * {@code element}: in order; {@code base} and {@code scale}: what sketches are made with, see {@link ScoreSketch}; {@code first} and {@code score}: the smallest element below the child and its score, so
 * that a descent reads elements only where scores are equal; {@code size}: elements below the child. No node knows its parent or its neighbours:
 * whoever needs them has come down a {@link TreePath}.
 */
final class TreeLayout {
    /** Slots of a leaf: 8.4 bytes an element when full, about 10.5 after random inserts. */
    static final int LEAF_SLOTS = 64;
    static final int INNER_SLOTS = 64;

    private static final int COUNT = 8;
    private static final int SLOTS = 12;
    private static final int FIRSTS = SLOTS + 8 * INNER_SLOTS;
    private static final int SCORES = FIRSTS + 8 * INNER_SLOTS;
    private static final int SIZES = SCORES + 8 * INNER_SLOTS;

    private static final int BASE = SLOTS + 8 * LEAF_SLOTS;
    private static final int SCALE = BASE + 8;

    static final int LEAF_BYTES = SCALE + 8;
    static final int INNER_BYTES = SIZES + 4 * INNER_SLOTS;

    /** No address of a process has more, on x86-64 and AArch64. */
    private static final int ADDRESS_BITS = 48;
    private static final long ADDRESS = (1L << ADDRESS_BITS) - 1;

    private TreeLayout() {
    }

    static boolean isLeaf(long node) {
        return BlockLayout.kind(node) == BlockKind.TREE_LEAF;
    }

    /** Slots in use. */
    static int count(long node) {
        return Mem.getInt(node + COUNT);
    }

    static void setCount(long node, int count) {
        Mem.putInt(node + COUNT, count);
    }

    /** Element of a leaf, child of an inner node. */
    static long slot(long node, int at) {
        return Mem.getLong(node + SLOTS + 8L * at) & ADDRESS;
    }

    /** Child of an inner node. */
    static void setChild(long inner, int at, long node) {
        Mem.putLong(inner + SLOTS + 8L * at, node);
    }

    /** Element of a leaf, with the sketch of its score. */
    static void setElement(long leaf, int at, long element, int sketch) {
        Mem.putLong(leaf + SLOTS + 8L * at, element | (long) sketch << ADDRESS_BITS);
    }

    /** Whatever the address of an element becomes, its score stays. */
    static void moveElement(long leaf, int at, long element) {
        setElement(leaf, at, element, sketch(leaf, at));
    }

    static int sketch(long leaf, int at) {
        return (int) (Mem.getLong(leaf + SLOTS + 8L * at) >>> ADDRESS_BITS);
    }

    static double base(long leaf) {
        return Mem.getDouble(leaf + BASE);
    }

    static double scale(long leaf) {
        return Mem.getDouble(leaf + SCALE);
    }

    static void setScale(long leaf, double base, double scale) {
        Mem.putDouble(leaf + BASE, base);
        Mem.putDouble(leaf + SCALE, scale);
    }

    static long first(long inner, int at) {
        return Mem.getLong(inner + FIRSTS + 8L * at);
    }

    static void setFirst(long inner, int at, long element) {
        Mem.putLong(inner + FIRSTS + 8L * at, element);
    }

    static double score(long inner, int at) {
        return Mem.getDouble(inner + SCORES + 8L * at);
    }

    static void setScore(long inner, int at, double score) {
        Mem.putDouble(inner + SCORES + 8L * at, score);
    }

    static int size(long inner, int at) {
        return Mem.getInt(inner + SIZES + 4L * at);
    }

    static void setSize(long inner, int at, int size) {
        Mem.putInt(inner + SIZES + 4L * at, size);
    }

    /** Makes room for {@code width} slots at {@code at}; the count rises, their contents are the caller's to write. */
    static void open(long node, boolean leaf, int at, int width) {
        shift(node, leaf, at, at + width, count(node) - at);
        setCount(node, count(node) + width);
    }

    /** Takes {@code width} slots at {@code at} out. */
    static void close(long node, boolean leaf, int at, int width) {
        shift(node, leaf, at + width, at, count(node) - at - width);
        setCount(node, count(node) - width);
    }

    private static void shift(long node, boolean leaf, int from, int to, int slots) {
        copy(node, leaf, from, node, to, slots);
    }

    /** Copies slots from one node to another, or within one. */
    static void copy(long source, boolean leaf, int from, long target, int to, int slots) {
        if (slots <= 0) {
            return;
        }
        Mem.copy(source + SLOTS + 8L * from, target + SLOTS + 8L * to, 8L * slots);
        if (!leaf) {
            Mem.copy(source + FIRSTS + 8L * from, target + FIRSTS + 8L * to, 8L * slots);
            Mem.copy(source + SCORES + 8L * from, target + SCORES + 8L * to, 8L * slots);
            Mem.copy(source + SIZES + 4L * from, target + SIZES + 4L * to, 4L * slots);
        }
    }
}

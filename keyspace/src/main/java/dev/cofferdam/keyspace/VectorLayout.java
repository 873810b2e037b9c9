// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * The root record of a large hash or set, and the nodes of its vector of element addresses.
 *
 * <pre>
 *        0            4        8           16                24
 *  root  +------------+--------+-----------+-----------------+-------+
 *        | collection | count  | top node  | bytes of blocks | flags |
 *        +------------+--------+-----------+-----------------+-------+
 *        0        4            8                12       16
 *  node  +--------+------------+----------------+--------+-----------+-----------+--
 *        | word 0 | collection | first position | height | address 0 | address 1 | ...
 *        +--------+------------+----------------+--------+-----------+-----------+--
 * </pre>
 * The root is the value of the entry. A node of height 0 holds addresses of elements, one of height h addresses of nodes of height h - 1; its
 * capacity follows from its block's length and is never more than {@link #FANOUT}. Bytes of blocks: elements and nodes, rounded as they lie in pages.
 */
final class VectorLayout {
    /** The value is shown as a hash table by OBJECT ENCODING: it once exceeded what Redis keeps in a listpack. */
    static final int FLAG_TABLE = 1;

    static final int ROOT_BYTES = 28;
    static final int FANOUT_SHIFT = 8;
    static final int FANOUT = 1 << FANOUT_SHIFT;

    private static final int ROOT_COUNT = 4;
    private static final int ROOT_TOP = 8;
    private static final int ROOT_BLOCK_BYTES = 16;
    private static final int ROOT_FLAGS = 24;
    private static final int NODE_FIRST = 8;
    private static final int NODE_HEIGHT = 12;
    private static final int NODE_HEAD_BYTES = 16;

    private VectorLayout() {
    }

    /** Clears everything but the collection's id. */
    static void clearRoot(long root) {
        Mem.fill(root + ROOT_COUNT, ROOT_BYTES - ROOT_COUNT, (byte) 0);
    }

    static int collection(long root) {
        return Mem.getInt(root);
    }

    static int count(long root) {
        return Mem.getInt(root + ROOT_COUNT);
    }

    static void setCount(long root, int count) {
        Mem.putInt(root + ROOT_COUNT, count);
    }

    static long top(long root) {
        return Mem.getLong(root + ROOT_TOP);
    }

    static void setTop(long root, long node) {
        Mem.putLong(root + ROOT_TOP, node);
    }

    /** Where the address of the top node is stored. */
    static long topSlot(long root) {
        return root + ROOT_TOP;
    }

    static long blockBytes(long root) {
        return Mem.getLong(root + ROOT_BLOCK_BYTES);
    }

    static void addBlockBytes(long root, long bytes) {
        Mem.putLong(root + ROOT_BLOCK_BYTES, blockBytes(root) + bytes);
    }

    static int flags(long root) {
        return Mem.getInt(root + ROOT_FLAGS);
    }

    static void setFlags(long root, int flags) {
        Mem.putInt(root + ROOT_FLAGS, flags);
    }

    static long nodeBytes(int capacity) {
        return NODE_HEAD_BYTES + 8L * capacity;
    }

    static int capacity(long node) {
        return (int) (BlockLayout.bytes(node) - NODE_HEAD_BYTES) / 8;
    }

    /** Position of the first element below the node. */
    static int first(long node) {
        return Mem.getInt(node + NODE_FIRST);
    }

    static void setFirst(long node, int position) {
        Mem.putInt(node + NODE_FIRST, position);
    }

    static int height(long node) {
        return Mem.getInt(node + NODE_HEIGHT);
    }

    static void setHeight(long node, int height) {
        Mem.putInt(node + NODE_HEIGHT, height);
    }

    /** Where address number {@code index} is stored. */
    static long slot(long node, int index) {
        return node + NODE_HEAD_BYTES + 8L * index;
    }
}

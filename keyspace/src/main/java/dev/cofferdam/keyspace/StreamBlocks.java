// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * The blocks a stream consists of, in the order of their score and name ({@link StreamLayout}): how they come, are found, counted and go.
 *
 * <p>Owns the tree as code and the path of the last search; what is in the tree lies in the stream's own nodes. Owner thread of the compartment; one object
 * serves all its streams. What always holds: the bytes in the root record are those of all blocks in the tree.
 */
final class StreamBlocks {
    final OrderTree tree;
    /** Where the last search of {@link #at}, {@link #named} or {@link #count} ended; for whoever goes on from there. */
    final TreePath path = new TreePath();
    private final BlockHeap heap;
    private final CollectionTable collections;

    StreamBlocks(Compartment home) {
        heap = home.heap();
        collections = home.collections();
        tree = new OrderTree(heap);
        for (int kind = BlockKind.STREAM_CHUNK; kind <= BlockKind.STREAM_OWNED; kind++) {
            heap.relocateWith(kind, this::blockMoved);
        }
        home.reclaimWith(BlockKind.STREAM, this::freeSome);
    }

    private void blockMoved(int kind, long from, long to) {
        tree.elementMoved(EntryLayout.valueAddress(collections.entry(BlockLayout.owner(to))), from, to);
    }

    private boolean freeSome(long rootEntry, int steps) {
        long root = EntryLayout.valueAddress(rootEntry);
        for (int i = 0; i < steps; i++) {
            long block = tree.dismantle(root);
            if (block == 0) {
                return true;
            }
            heap.free(block);
        }
        return LargeSortedSetLayout.root(root) == 0;
    }

    // ---------------------------------------------------------------- come and go

    /** Allocates a block of the stream; its name is to be written before it goes into the tree. */
    long allocate(long root, int kind, double score, long bytes) {
        long block = heap.allocate(kind, LargeSortedSetLayout.id(root), bytes);
        MemberLayout.setScore(block, score);
        addBytes(root, sizeOf(block));
        return block;
    }

    /** Takes a block out of the tree and gives its bytes back. */
    void free(long root, long block) {
        tree.remove(root, block);
        addBytes(root, -sizeOf(block));
        heap.free(block);
    }

    /** Frees all blocks with this score. */
    void removeAll(long root, double score) {
        for (long left = count(root, score); left > 0;) {
            tree.seek(root, OrderTree.BELOW_SCORE, score, 0, 0, path);
            path.settle();
            long leaf = path.leaf();
            int at = path.at[path.leafLevel];
            int run = (int) Math.min(left, TreeLayout.count(leaf) - at);
            for (int i = at; i < at + run; i++) {
                long block = TreeLayout.slot(leaf, i);
                addBytes(root, -sizeOf(block));
                heap.free(block);
            }
            tree.removeRun(root, path, run);
            left -= run;
        }
    }

    static long sizeOf(long block) {
        return BlockLayout.roundedBytes(BlockLayout.bytes(block));
    }

    static void addBytes(long root, long bytes) {
        LargeSortedSetLayout.setElementBytes(root, LargeSortedSetLayout.elementBytes(root) + bytes);
    }

    // ---------------------------------------------------------------- found

    /** The block with this score and name, or 0. */
    long named(long root, double score, long name, int length) {
        tree.seek(root, OrderTree.UP_TO_ELEMENT, score, name, length, path);
        if (path.leafLevel < 0 || OrderTree.rankOf(path) == 0) {
            return 0;
        }
        path.previous();
        long block = path.element();
        return MemberLayout.score(block) == score && MemberLayout.nameLength(block) == length
                && Mem.equal(MemberLayout.nameAddress(block), name, length)
                        ? block
                        : 0;
    }

    /** The group, consumer or pending entry with this rank among its like; 0 behind the last. */
    long at(long root, double score, long index) {
        tree.seek(root, OrderTree.BELOW_SCORE, score, 0, 0, path);
        if (path.leafLevel < 0 || !tree.seekRank(root, OrderTree.rankOf(path) + index, path)) {
            return 0;
        }
        long block = path.element();
        return MemberLayout.score(block) == score ? block : 0;
    }

    /** Blocks with this score. */
    long count(long root, double score) {
        tree.seek(root, OrderTree.UP_TO_SCORE, score, 0, 0, path);
        if (path.leafLevel < 0) {
            return 0;
        }
        long upTo = OrderTree.rankOf(path);
        tree.seek(root, OrderTree.BELOW_SCORE, score, 0, 0, path);
        return upTo - OrderTree.rankOf(path);
    }
}

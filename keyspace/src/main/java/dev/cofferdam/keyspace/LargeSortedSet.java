// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * Sorted sets too large for one piece: every member an ELEMENT block with its score, found by name through the compartment's {@link MemberIndex} and by
 * order through an {@link OrderTree}.
 *
 * <p>Owns nothing itself: one object serves all large sorted sets of a compartment, named by the address of their root record
 * ({@link LargeSortedSetLayout}). Owner thread of the compartment. What always holds: an element has one slot in the index and one in the tree.
 */
final class LargeSortedSet {
    private final BlockHeap heap;
    private final MemberIndex members;
    private final CollectionTable collections;
    private final OrderTree tree;
    private final TreePath path = new TreePath();
    /** Sum of what was loaded ahead: means nothing, and keeps the compiler from dropping the loads. */
    private long touched;

    LargeSortedSet(Compartment compartment) {
        heap = compartment.heap();
        members = compartment.members();
        collections = compartment.collections();
        tree = new OrderTree(heap);
        heap.relocateWith(BlockKind.ELEMENT, this::elementMoved);
        heap.relocateWith(BlockKind.TREE_LEAF, this::nodeMoved);
        heap.relocateWith(BlockKind.TREE_INNER, this::nodeMoved);
        compartment.reclaimWith(BlockKind.ZSET_LARGE, this::freeSome);
    }

    OrderTree tree() {
        return tree;
    }

    long hash(long set, long name, int length) {
        return members.hash(LargeSortedSetLayout.id(set), name, length);
    }

    /** The element with this name, or 0. */
    long find(long set, long hash, long name, int length) {
        long slot = members.find(hash, LargeSortedSetLayout.id(set), name, length);
        return slot == 0 ? 0 : members.blockIn(slot);
    }

    /** A new element, in no index yet. */
    long create(int collection, double score, long name, int length) {
        long element = heap.allocate(BlockKind.ELEMENT, collection, MemberLayout.elementBytes(length));
        MemberLayout.setScore(element, score);
        Mem.copy(name, MemberLayout.nameAddress(element), length);
        return element;
    }

    /** Adds an element whose name is not in the set. */
    void add(long set, long hash, long element) {
        LargeSortedSetLayout.setElementBytes(set, LargeSortedSetLayout.elementBytes(set) + sizeOf(element));
        members.insert(hash, element, 0);
        tree.insert(set, element);
    }

    void rescore(long set, long element, double score) {
        tree.rescore(set, element, score);
    }

    void remove(long set, long element) {
        tree.remove(set, element);
        forget(set, element);
    }

    private void forget(long set, long element) {
        LargeSortedSetLayout.setElementBytes(set, LargeSortedSetLayout.elementBytes(set) - sizeOf(element));
        members.drop(element);
        heap.free(element);
    }

    private static long sizeOf(long element) {
        return BlockLayout.roundedBytes(BlockLayout.bytes(element));
    }

    /** Removes {@code width} elements from rank {@code from} on, leaf by leaf. */
    void removeRange(long set, long from, long width) {
        for (long left = width; left > 0;) {
            tree.seekRank(set, from, path);
            long leaf = path.leaf();
            int at = path.at[path.leafLevel];
            int run = (int) Math.min(left, TreeLayout.count(leaf) - at);
            for (int i = at; i < at + run; i++) {
                forget(set, TreeLayout.slot(leaf, i));
            }
            tree.removeRun(set, path, run);
            left -= run;
        }
    }

    /** Elements before this one. */
    long rank(long set, long element) {
        tree.find(set, element, path);
        return OrderTree.rankOf(path);
    }

    /** How many elements the mode counts; modes as in {@link OrderTree}. */
    long seek(long set, int mode, double score, long name, int length) {
        tree.seek(set, mode, score, name, length, path);
        return OrderTree.rankOf(path);
    }

    // ---------------------------------------------------------------- relocation and reclaim

    private long setOf(long block) {
        return EntryLayout.valueAddress(collections.entry(BlockLayout.owner(block)));
    }

    private void elementMoved(int kind, long from, long to) {
        members.moved(from, to);
        tree.elementMoved(setOf(to), from, to);
    }

    private void nodeMoved(int kind, long from, long to) {
        tree.nodeMoved(setOf(to), from, to);
    }

    private boolean freeSome(long rootEntry, int steps) {
        long set = EntryLayout.valueAddress(rootEntry);
        int ahead = 0;
        for (int i = 0; i < steps; i++) {
            if (ahead-- == 0) {
                ahead = bringIn(set, steps - i) - 1;
            }
            long element = tree.dismantle(set);
            if (element == 0) {
                return true;
            }
            members.drop(element);
            heap.free(element);
        }
        return LargeSortedSetLayout.root(set) == 0;
    }

    /** Loads what freeing the last elements will look at, all at once, since they lie anywhere; returns how many it were, at least 1. */
    private int bringIn(long set, int steps) {
        if (LargeSortedSetLayout.root(set) == 0) {
            return 1;
        }
        long leaf = OrderTree.lastLeaf(set);
        int count = TreeLayout.count(leaf);
        int first = Math.max(0, count - steps);
        for (int at = first; at < count; at++) {
            touched += Mem.getInt(TreeLayout.slot(leaf, at));
        }
        for (int at = first; at < count; at++) {
            touched += Mem.getInt(members.bucketOf(members.hashOf(TreeLayout.slot(leaf, at))));
        }
        return count - first;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/**
 * Makes, fills and empties the nodes of {@link OrderTree}s: the same for leaves and inner nodes, one slot being an element or a child with its summary.
 *
 * <p>Owns one slot in hand ({@code slot}, {@code first}, {@code score}, {@code size}) and the room to spread three nodes' slots anew; no memory of the
 * compartment. Owner thread of the compartment.
 */
final class TreeNodes {
    private static final int GATHERED_MAX = 2 * Math.max(TreeLayout.LEAF_SLOTS, TreeLayout.INNER_SLOTS) + 1;

    private final BlockHeap heap;

    /** The slot in hand: what goes into a node next, or what a node is to its parent. */
    long slot;
    long first;
    double score;
    int size;

    private final long[] slots = new long[GATHERED_MAX];
    private final long[] firsts = new long[GATHERED_MAX];
    private final double[] scores = new double[GATHERED_MAX];
    private final int[] sizes = new int[GATHERED_MAX];
    private int gathered;

    TreeNodes(BlockHeap heap) {
        this.heap = heap;
    }

    static int capacity(boolean leaf) {
        return leaf ? TreeLayout.LEAF_SLOTS : TreeLayout.INNER_SLOTS;
    }

    long allocate(long set, boolean leaf) {
        int collection = LargeSortedSetLayout.id(set);
        long node;
        if (leaf) {
            node = heap.allocate(BlockKind.TREE_LEAF, collection, TreeLayout.LEAF_BYTES);
            LargeSortedSetLayout.setLeaves(set, LargeSortedSetLayout.leaves(set) + 1);
        } else {
            node = heap.allocate(BlockKind.TREE_INNER, collection, TreeLayout.INNER_BYTES);
            LargeSortedSetLayout.setInners(set, LargeSortedSetLayout.inners(set) + 1);
        }
        TreeLayout.setCount(node, 0);
        if (leaf) {
            TreeLayout.setScale(node, 0, 0);
        }
        return node;
    }

    void free(long set, long node) {
        if (TreeLayout.isLeaf(node)) {
            LargeSortedSetLayout.setLeaves(set, LargeSortedSetLayout.leaves(set) - 1);
        } else {
            LargeSortedSetLayout.setInners(set, LargeSortedSetLayout.inners(set) - 1);
        }
        heap.free(node);
    }

    void takeElement(long element) {
        slot = element;
    }

    /** Takes in hand what the node is to its parent. */
    void takeNode(long node) {
        slot = node;
        if (TreeLayout.isLeaf(node)) {
            first = TreeLayout.slot(node, 0);
            score = MemberLayout.score(first);
            size = TreeLayout.count(node);
        } else {
            first = TreeLayout.first(node, 0);
            score = TreeLayout.score(node, 0);
            int sum = 0;
            for (int at = TreeLayout.count(node) - 1; at >= 0; at--) {
                sum += TreeLayout.size(node, at);
            }
            size = sum;
        }
    }

    /** Adds the slot in hand to a node that has room. */
    void insert(long node, boolean leaf, int at) {
        TreeLayout.open(node, leaf, at, 1);
        if (leaf) {
            ScoreSketch.put(node, at, slot);
        } else {
            putChild(node, at, slot, first, score, size);
        }
    }

    private static void putChild(long inner, int at, long child, long first, double score, int size) {
        TreeLayout.setChild(inner, at, child);
        TreeLayout.setFirst(inner, at, first);
        TreeLayout.setScore(inner, at, score);
        TreeLayout.setSize(inner, at, size);
    }

    /** Writes anew what the parent knows of its child. */
    void refresh(long parent, int at) {
        takeNode(TreeLayout.slot(parent, at));
        putChild(parent, at, slot, first, score, size);
    }

    void startGathering() {
        gathered = 0;
    }

    /** Adds the node's slots to what is spread next, with the slot in hand among them at {@code insertAt} unless that is negative. */
    void gather(long node, boolean leaf, int insertAt) {
        int count = TreeLayout.count(node);
        for (int at = 0; at <= count; at++) {
            if (at == insertAt) {
                keep(slot, first, score, size);
            }
            if (at < count) {
                if (leaf) {
                    slots[gathered++] = TreeLayout.slot(node, at);
                } else {
                    keep(TreeLayout.slot(node, at), TreeLayout.first(node, at), TreeLayout.score(node, at), TreeLayout.size(node, at));
                }
            }
        }
    }

    private void keep(long newSlot, long newFirst, double newScore, int newSize) {
        slots[gathered] = newSlot;
        firsts[gathered] = newFirst;
        scores[gathered] = newScore;
        sizes[gathered] = newSize;
        gathered++;
    }

    /** Spreads what was gathered evenly: this node is part {@code part} of {@code parts}. */
    void spread(long node, boolean leaf, int part, int parts) {
        int from = (int) ((long) gathered * part / parts);
        int to = (int) ((long) gathered * (part + 1) / parts);
        for (int i = from; i < to; i++) {
            if (leaf) {
                TreeLayout.setElement(node, i - from, slots[i], 0);
            } else {
                putChild(node, i - from, slots[i], firsts[i], scores[i], sizes[i]);
            }
        }
        TreeLayout.setCount(node, to - from);
        if (leaf) {
            ScoreSketch.scale(node);
        }
    }

    /** Moves all slots of a node to the end of its left neighbour. */
    static void append(long left, long right, boolean leaf) {
        int count = TreeLayout.count(right);
        TreeLayout.copy(right, leaf, 0, left, TreeLayout.count(left), count);
        TreeLayout.setCount(left, TreeLayout.count(left) + count);
        if (leaf) {
            ScoreSketch.scale(left);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * The elements of a large sorted set in the order of (score, member bytes): a B+tree of eight-byte element addresses with subtree sizes, so that a rank
 * is found in one descent.
 *
 * <p>Owns nothing itself: one object serves all sorted sets of a compartment, named by the address of their root record. Owner thread of the
 * compartment. What always holds, and {@code OrderTreeAudit} checks: no node is empty; every inner slot carries the exact size and first element of what
 * is below it; all leaves are on one level.
 *
 * <p><b>Memory.</b> A full node first gives to a neighbour with room, then two full nodes become three (B*-tree, Knuth vol. 3, 6.2.4), so random inserts
 * leave nodes about 80 % full; at the tree's two ends a full node is left full and a fresh one begun, so inserts in order fill them. A node at most half
 * full joins a neighbour when both fit in 7/8 of a node: what lies between keeps a tree that breathes from joining and splitting all the time.
 * Removal never allocates. Scores are compared with {@code <} as in C: -0 equals 0, and there is no NaN.
 */
final class OrderTree {
    /** What a seek counts: elements up to and including (score, name). */
    static final int UP_TO_ELEMENT = 0;
    /** Elements with a score less than the target's. */
    static final int BELOW_SCORE = 1;
    static final int UP_TO_SCORE = 2;
    /** Elements with a member less than the target's, all scores being equal. */
    static final int BELOW_NAME = 3;
    static final int UP_TO_NAME = 4;

    private final TreeNodes nodes;
    private final TreePath path = new TreePath();

    private int mode;
    private double targetScore;
    private long targetName;
    private int targetLength;

    OrderTree(BlockHeap heap) {
        nodes = new TreeNodes(heap);
    }

    // ---------------------------------------------------------------- search

    /** Points {@code way} at the first slot that is not counted by the mode; see the constants. */
    void seek(long set, int newMode, double score, long name, int length, TreePath way) {
        aim(newMode, score, name, length);
        way.leafLevel = -1;
        long node = LargeSortedSetLayout.root(set);
        if (node == 0) {
            return;
        }
        int level = 0;
        while (!TreeLayout.isLeaf(node)) {
            int at = childFor(node);
            way.node[level] = node;
            way.at[level] = at;
            level++;
            node = TreeLayout.slot(node, at);
        }
        way.node[level] = node;
        way.at[level] = countInLeaf(node);
        way.leafLevel = level;
    }

    private void aim(int newMode, double score, long name, int length) {
        mode = newMode;
        targetScore = score;
        targetName = name;
        targetLength = length;
    }

    private void aimAt(long element) {
        aim(UP_TO_ELEMENT, MemberLayout.score(element), MemberLayout.nameAddress(element), MemberLayout.nameLength(element));
    }

    /** The last child whose first element is counted, or the first child. */
    private int childFor(long node) {
        int low = 1;
        int high = TreeLayout.count(node);
        while (low < high) {
            int middle = low + high >>> 1;
            if (isCounted(TreeLayout.score(node, middle), TreeLayout.first(node, middle))) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /** Elements are read only where their sketches are the target's. */
    private int countInLeaf(long leaf) {
        int low = 0;
        int high = TreeLayout.count(leaf);
        if (mode < BELOW_NAME) {
            int sketch = ScoreSketch.of(leaf, targetScore);
            low = ScoreSketch.below(leaf, high, sketch);
            high = ScoreSketch.endOfRun(leaf, low, high, sketch);
        }
        while (low < high) {
            int middle = low + high >>> 1;
            long element = TreeLayout.slot(leaf, middle);
            if (isCounted(MemberLayout.score(element), element)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private boolean isCounted(double score, long element) {
        return switch (mode) {
            case UP_TO_ELEMENT -> score < targetScore || score == targetScore && compareName(element) <= 0;
            case BELOW_SCORE -> score < targetScore;
            case UP_TO_SCORE -> score <= targetScore;
            case BELOW_NAME -> compareName(element) < 0;
            default -> compareName(element) <= 0;
        };
    }

    private int compareName(long element) {
        return Mem.compare(MemberLayout.nameAddress(element), MemberLayout.nameLength(element), targetName, targetLength);
    }

    /** Points {@code way} at the element with this rank, from 0; false when there is none. */
    boolean seekRank(long set, long rank, TreePath way) {
        way.leafLevel = -1;
        if (rank < 0 || rank >= LargeSortedSetLayout.count(set)) {
            return false;
        }
        long node = LargeSortedSetLayout.root(set);
        int left = (int) rank;
        int level = 0;
        while (!TreeLayout.isLeaf(node)) {
            int at = 0;
            for (int size = TreeLayout.size(node, at); left >= size; size = TreeLayout.size(node, at)) {
                left -= size;
                at++;
            }
            way.node[level] = node;
            way.at[level] = at;
            level++;
            node = TreeLayout.slot(node, at);
        }
        way.node[level] = node;
        way.at[level] = left;
        way.leafLevel = level;
        return true;
    }

    /** Elements before the slot the path points at. */
    static long rankOf(TreePath way) {
        if (way.leafLevel < 0) {
            return 0;
        }
        long rank = way.at[way.leafLevel];
        for (int level = 0; level < way.leafLevel; level++) {
            for (int at = way.at[level] - 1; at >= 0; at--) {
                rank += TreeLayout.size(way.node[level], at);
            }
        }
        return rank;
    }

    /** Points {@code way} at this very element. */
    void find(long set, long element, TreePath way) {
        seek(set, UP_TO_ELEMENT, MemberLayout.score(element), MemberLayout.nameAddress(element), MemberLayout.nameLength(element), way);
        if (way.leafLevel < 0 || --way.at[way.leafLevel] < 0 || way.element() != element) {
            throw new IllegalStateException("sorted set " + LargeSortedSetLayout.id(set) + ": element at 0x" + Long.toHexString(element)
                    + " is not where its score says");
        }
    }

    // ---------------------------------------------------------------- insert

    /** Adds an element whose score and name are written. Needs at most one leaf, and an inner node on each level. */
    void insert(long set, long element) {
        LargeSortedSetLayout.setCount(set, LargeSortedSetLayout.count(set) + 1);
        nodes.takeElement(element);
        if (LargeSortedSetLayout.root(set) == 0) {
            long leaf = nodes.allocate(set, true);
            nodes.insert(leaf, true, 0);
            LargeSortedSetLayout.setRoot(set, leaf);
            return;
        }
        seek(set, UP_TO_ELEMENT, MemberLayout.score(element), MemberLayout.nameAddress(element), MemberLayout.nameLength(element), path);
        int level = path.leafLevel;
        int at = path.at[level];
        while (true) {
            long node = path.node[level];
            boolean leaf = level == path.leafLevel;
            if (TreeLayout.count(node) < TreeNodes.capacity(leaf)) {
                nodes.insert(node, leaf, at);
                tellAncestors(level, 1, at == 0);
                return;
            }
            if (level == 0) {
                growRoot(set);
                level = 1;
            }
            int parentAt = path.at[level - 1];
            if (at == TreeNodes.capacity(leaf) && path.onRightEdge(level)) {
                begin(set, leaf);
                at = parentAt + 1;
            } else if (at == 0 && path.onLeftEdge(level)) {
                begin(set, leaf);
                at = 0;
            } else if (give(level, leaf, at)) {
                tellAncestors(level - 1, 1, true);
                return;
            } else {
                at = split(set, level, leaf, at);
            }
            level--;
        }
    }

    /** At an end of the tree: a fresh node with the slot in hand alone; it becomes the slot in hand. */
    private void begin(long set, boolean leaf) {
        long fresh = nodes.allocate(set, leaf);
        nodes.insert(fresh, leaf, 0);
        nodes.takeNode(fresh);
    }

    /** Spreads a full node, the slot in hand and a neighbour that has room over the two; false when no neighbour has. */
    private boolean give(int level, boolean leaf, int at) {
        int lower = lowerOfPair(level);
        if (lower < 0) {
            return false;
        }
        long parent = path.node[level - 1];
        long left = TreeLayout.slot(parent, lower);
        long right = TreeLayout.slot(parent, lower + 1);
        int capacity = TreeNodes.capacity(leaf);
        if (TreeLayout.count(left) + TreeLayout.count(right) > 2 * capacity - capacity / 8) {
            return false;
        }
        gatherPair(level, leaf, at, lower);
        nodes.spread(left, leaf, 0, 2);
        nodes.spread(right, leaf, 1, 2);
        nodes.refresh(parent, lower);
        nodes.refresh(parent, lower + 1);
        return true;
    }

    /**
     * Makes three nodes of a full pair, or two of one that has no neighbour. The last of them becomes the slot in hand.
     *
     * @return where it belongs in the parent
     */
    private int split(long set, int level, boolean leaf, int at) {
        long parent = path.node[level - 1];
        int lower = lowerOfPair(level);
        long fresh;
        if (lower < 0) {
            lower = path.at[level - 1];
            long node = path.node[level];
            nodes.startGathering();
            nodes.gather(node, leaf, at);
            fresh = nodes.allocate(set, leaf);
            nodes.spread(node, leaf, 0, 2);
            nodes.spread(fresh, leaf, 1, 2);
            nodes.refresh(parent, lower);
            nodes.takeNode(fresh);
            return lower + 1;
        }
        gatherPair(level, leaf, at, lower);
        fresh = nodes.allocate(set, leaf);
        nodes.spread(TreeLayout.slot(parent, lower), leaf, 0, 3);
        nodes.spread(TreeLayout.slot(parent, lower + 1), leaf, 1, 3);
        nodes.spread(fresh, leaf, 2, 3);
        nodes.refresh(parent, lower);
        nodes.refresh(parent, lower + 1);
        nodes.takeNode(fresh);
        return lower + 2;
    }

    private void gatherPair(int level, boolean leaf, int at, int lower) {
        long parent = path.node[level - 1];
        boolean pathIsLeft = path.at[level - 1] == lower;
        nodes.startGathering();
        nodes.gather(TreeLayout.slot(parent, lower), leaf, pathIsLeft ? at : -1);
        nodes.gather(TreeLayout.slot(parent, lower + 1), leaf, pathIsLeft ? -1 : at);
    }

    /** The path's node and its emptier neighbour: position of the left one in their parent, -1 when there is no neighbour. */
    private int lowerOfPair(int level) {
        long parent = path.node[level - 1];
        int at = path.at[level - 1];
        int left = at > 0 ? TreeLayout.count(TreeLayout.slot(parent, at - 1)) : Integer.MAX_VALUE;
        int right = at + 1 < TreeLayout.count(parent) ? TreeLayout.count(TreeLayout.slot(parent, at + 1)) : Integer.MAX_VALUE;
        if (left == Integer.MAX_VALUE && right == Integer.MAX_VALUE) {
            return -1;
        }
        return left <= right ? at - 1 : at;
    }

    private void growRoot(long set) {
        // The slot in hand is wanted again: what it is comes back after the root's only child was written.
        long slot = nodes.slot;
        long first = nodes.first;
        double score = nodes.score;
        int size = nodes.size;
        long root = nodes.allocate(set, false);
        nodes.takeNode(path.node[0]);
        nodes.insert(root, false, 0);
        LargeSortedSetLayout.setRoot(set, root);
        path.grow(root);
        nodes.slot = slot;
        nodes.first = first;
        nodes.score = score;
        nodes.size = size;
    }

    /** Adds to the sizes above the path's node at {@code level}, and hands a changed first element up. */
    private void tellAncestors(int level, int difference, boolean firstChanged) {
        boolean tellFirst = firstChanged;
        for (int below = level; below > 0; below--) {
            long parent = path.node[below - 1];
            int at = path.at[below - 1];
            TreeLayout.setSize(parent, at, TreeLayout.size(parent, at) + difference);
            if (tellFirst) {
                copyFirst(path.node[below], parent, at);
                tellFirst = at == 0;
            }
        }
    }

    private static void copyFirst(long node, long parent, int at) {
        long first = TreeLayout.isLeaf(node) ? TreeLayout.slot(node, 0) : TreeLayout.first(node, 0);
        TreeLayout.setFirst(parent, at, first);
        TreeLayout.setScore(parent, at, MemberLayout.score(first));
    }

    // ---------------------------------------------------------------- remove

    void remove(long set, long element) {
        find(set, element, path);
        removeRun(set, path, 1);
    }

    /** Takes {@code width} slots of one leaf out, from the one {@code way} points at; frees nodes, never takes one. The path is worthless afterwards. */
    void removeRun(long set, TreePath way, int width) {
        LargeSortedSetLayout.setCount(set, LargeSortedSetLayout.count(set) - width);
        int level = way.leafLevel;
        for (int above = 0; above < level; above++) {
            TreeLayout.setSize(way.node[above], way.at[above], TreeLayout.size(way.node[above], way.at[above]) - width);
        }
        TreeLayout.close(way.leaf(), true, way.at[level], width);
        while (level > 0 && TreeLayout.count(way.node[level]) == 0) {
            nodes.free(set, way.node[level]);
            level--;
            TreeLayout.close(way.node[level], false, way.at[level], 1);
        }
        if (level == 0 && TreeLayout.count(way.node[0]) == 0) {
            nodes.free(set, way.node[0]);
            LargeSortedSetLayout.setRoot(set, 0);
            return;
        }
        for (int below = level; below > 0 && way.at[below] == 0; below--) {
            copyFirst(way.node[below], way.node[below - 1], way.at[below - 1]);
        }
        while (level > 0 && join(set, way, level)) {
            level--;
        }
        shrinkRoot(set);
    }

    /** Joins a node that is half empty with a neighbour, if both fit well in one; the parent has one child less then. */
    private boolean join(long set, TreePath way, int level) {
        boolean leaf = level == way.leafLevel;
        int capacity = TreeNodes.capacity(leaf);
        long parent = way.node[level - 1];
        int at = way.at[level - 1];
        int count = TreeLayout.count(way.node[level]);
        if (count > capacity / 2) {
            return false;
        }
        int most = capacity - capacity / 8 - count;
        int lower;
        if (at > 0 && TreeLayout.count(TreeLayout.slot(parent, at - 1)) <= most) {
            lower = at - 1;
        } else if (at + 1 < TreeLayout.count(parent) && TreeLayout.count(TreeLayout.slot(parent, at + 1)) <= most) {
            lower = at;
        } else {
            return false;
        }
        long right = TreeLayout.slot(parent, lower + 1);
        TreeNodes.append(TreeLayout.slot(parent, lower), right, leaf);
        TreeLayout.setSize(parent, lower, TreeLayout.size(parent, lower) + TreeLayout.size(parent, lower + 1));
        TreeLayout.close(parent, false, lower + 1, 1);
        nodes.free(set, right);
        return true;
    }

    private void shrinkRoot(long set) {
        long root = LargeSortedSetLayout.root(set);
        while (!TreeLayout.isLeaf(root) && TreeLayout.count(root) == 1) {
            long child = TreeLayout.slot(root, 0);
            nodes.free(set, root);
            LargeSortedSetLayout.setRoot(set, child);
            root = child;
        }
    }

    // ---------------------------------------------------------------- score

    /** Gives an element another score. Between the same neighbours nothing but the score changes; else it is taken out and put back. */
    void rescore(long set, long element, double score) {
        find(set, element, path);
        long leaf = path.leaf();
        int at = path.at[path.leafLevel];
        boolean alone = path.leafLevel == 0;
        int last = TreeLayout.count(leaf) - 1;
        boolean afterLeft = at == 0 ? alone : isBefore(TreeLayout.slot(leaf, at - 1), score, element);
        if (afterLeft && (at == last ? alone : !isBefore(TreeLayout.slot(leaf, at + 1), score, element))) {
            MemberLayout.setScore(element, score);
            ScoreSketch.put(leaf, at, element);
            return;
        }
        removeRun(set, path, 1);
        MemberLayout.setScore(element, score);
        insert(set, element);
    }

    /** Whether {@code other} comes before the element if that had this score. */
    private boolean isBefore(long other, double score, long element) {
        aim(UP_TO_ELEMENT, score, MemberLayout.nameAddress(element), MemberLayout.nameLength(element));
        return isCounted(MemberLayout.score(other), other);
    }

    // ---------------------------------------------------------------- relocation and reclaim

    /** An element has moved; its old bytes are still readable. */
    void elementMoved(long set, long from, long to) {
        aimAt(to);
        long node = LargeSortedSetLayout.root(set);
        int level = 0;
        while (!TreeLayout.isLeaf(node)) {
            path.node[level] = node;
            path.at[level] = childFor(node);
            node = TreeLayout.slot(node, path.at[level]);
            level++;
        }
        int at = TreeLayout.count(node) - 1;
        while (at >= 0 && TreeLayout.slot(node, at) != from) {
            at--;
        }
        if (at < 0) {
            throw new IllegalStateException("sorted set " + LargeSortedSetLayout.id(set) + ": moved element at 0x" + Long.toHexString(from)
                    + " is not in its leaf");
        }
        TreeLayout.moveElement(node, at, to);
        for (int above = level - 1; above >= 0 && at == 0; above--) {
            at = path.at[above];
            TreeLayout.setFirst(path.node[above], at, to);
        }
    }

    /** A node has moved: points its parent, or the root record, at the new place. */
    void nodeMoved(long set, long from, long to) {
        if (LargeSortedSetLayout.root(set) == from) {
            LargeSortedSetLayout.setRoot(set, to);
            return;
        }
        aimAt(TreeLayout.isLeaf(to) ? TreeLayout.slot(to, 0) : TreeLayout.first(to, 0));
        for (long node = LargeSortedSetLayout.root(set); !TreeLayout.isLeaf(node);) {
            int at = childFor(node);
            long child = TreeLayout.slot(node, at);
            if (child == from) {
                TreeLayout.setChild(node, at, to);
                return;
            }
            node = child;
        }
        throw new IllegalStateException(
                "sorted set " + LargeSortedSetLayout.id(set) + ": moved node at 0x" + Long.toHexString(from) + " has no parent");
    }

    /** The last leaf of a set that is not empty. */
    static long lastLeaf(long set) {
        long node = LargeSortedSetLayout.root(set);
        while (!TreeLayout.isLeaf(node)) {
            node = TreeLayout.slot(node, TreeLayout.count(node) - 1);
        }
        return node;
    }

    /**
     * Of a set that is being deleted: takes the last leaf's last element out without repairing sizes, but so that elements and nodes still there are
     * found when the cleaner moves them. Frees nodes that become empty.
     *
     * @return the element, or 0 when there is none left
     */
    long dismantle(long set) {
        long node = LargeSortedSetLayout.root(set);
        if (node == 0) {
            return 0;
        }
        int level = 0;
        while (!TreeLayout.isLeaf(node)) {
            path.node[level] = node;
            node = TreeLayout.slot(node, TreeLayout.count(node) - 1);
            level++;
        }
        path.node[level] = node;
        long element = TreeLayout.slot(node, TreeLayout.count(node) - 1);
        LargeSortedSetLayout.setCount(set, LargeSortedSetLayout.count(set) - 1);
        while (true) {
            TreeLayout.setCount(path.node[level], TreeLayout.count(path.node[level]) - 1);
            if (TreeLayout.count(path.node[level]) > 0) {
                return element;
            }
            nodes.free(set, path.node[level]);
            if (level == 0) {
                LargeSortedSetLayout.setRoot(set, 0);
                return element;
            }
            level--;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/**
 * A way from the root of an {@link OrderTree} down to a slot of a leaf: what stands in for parent pointers and neighbour links.
 *
 * <p>Owns nothing off-heap; made once and reused. Valid until the tree changes or the command ends. The slot's position may be one past the leaf's last
 * (where something would be added); {@link #settle} then goes on to the next leaf.
 */
final class TreePath {
    /** Levels at most: inner nodes are at least about half full, so 2^31 elements need seven. */
    static final int LEVELS_MAX = 12;

    final long[] node = new long[LEVELS_MAX];
    final int[] at = new int[LEVELS_MAX];
    /** Level of the leaf; the root is level 0. */
    int leafLevel = -1;

    long leaf() {
        return node[leafLevel];
    }

    /** The element the path ends at; only after {@link #settle} or a step that answered true. */
    long element() {
        return TreeLayout.slot(node[leafLevel], at[leafLevel]);
    }

    /** Moves from one past a leaf's end to the next leaf's first slot; false when there is no element here or further on. */
    boolean settle() {
        if (leafLevel < 0) {
            return false;
        }
        return at[leafLevel] < TreeLayout.count(node[leafLevel]) || nextLeaf();
    }

    boolean next() {
        at[leafLevel]++;
        return settle();
    }

    boolean previous() {
        if (--at[leafLevel] >= 0) {
            return true;
        }
        int level = leafLevel - 1;
        while (level >= 0 && at[level] == 0) {
            level--;
        }
        if (level < 0) {
            return false;
        }
        at[level]--;
        while (level < leafLevel) {
            long child = TreeLayout.slot(node[level], at[level]);
            level++;
            node[level] = child;
            at[level] = TreeLayout.count(child) - 1;
        }
        return true;
    }

    /** Goes to the first slot of the next leaf; false at the last one. */
    boolean nextLeaf() {
        int level = leafLevel - 1;
        while (level >= 0 && at[level] + 1 >= TreeLayout.count(node[level])) {
            level--;
        }
        if (level < 0) {
            return false;
        }
        at[level]++;
        while (level < leafLevel) {
            long child = TreeLayout.slot(node[level], at[level]);
            level++;
            node[level] = child;
            at[level] = 0;
        }
        return true;
    }

    /** True when everything above {@code level} is the last child of its parent. */
    boolean onRightEdge(int level) {
        for (int above = 0; above < level; above++) {
            if (at[above] != TreeLayout.count(node[above]) - 1) {
                return false;
            }
        }
        return true;
    }

    /** True when everything above {@code level} is the first child of its parent. */
    boolean onLeftEdge(int level) {
        for (int above = 0; above < level; above++) {
            if (at[above] != 0) {
                return false;
            }
        }
        return true;
    }

    /** The tree has a new root with the old one as its only child. */
    void grow(long root) {
        for (int level = leafLevel; level >= 0; level--) {
            node[level + 1] = node[level];
            at[level + 1] = at[level];
        }
        node[0] = root;
        at[0] = 0;
        leafLevel++;
    }
}

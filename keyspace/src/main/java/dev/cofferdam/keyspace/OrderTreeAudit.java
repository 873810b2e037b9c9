// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * Walks a whole sorted set and compares it with what its record, its inner nodes and the member index say of it. Owner thread; changes nothing. Throws
 * {@link IllegalStateException} that names the set and what is wrong.
 */
final class OrderTreeAudit {
    private final MemberIndex members;
    private final int collection;
    private int leafLevel = -1;
    private long elements;
    private long elementBytes;
    private int leaves;
    private int inners;
    private long previous;

    private OrderTreeAudit(MemberIndex members, int collection) {
        this.members = members;
        this.collection = collection;
    }

    /** Checks the set whose root record is at {@code set}. */
    static void check(MemberIndex members, long set) {
        OrderTreeAudit audit = new OrderTreeAudit(members, LargeSortedSetLayout.id(set));
        long root = LargeSortedSetLayout.root(set);
        if (root != 0) {
            audit.walk(root, 0);
            audit.demand(TreeLayout.isLeaf(root) || TreeLayout.count(root) > 1, "its root has a single child");
        }
        audit.equal("elements", LargeSortedSetLayout.count(set), audit.elements);
        audit.equal("element bytes", LargeSortedSetLayout.elementBytes(set), audit.elementBytes);
        audit.equal("leaves", LargeSortedSetLayout.leaves(set), audit.leaves);
        audit.equal("inner nodes", LargeSortedSetLayout.inners(set), audit.inners);
    }

    /** Checks a packed set: order, and that its parts fit in the value. */
    static void checkPacked(long value, long valueLength) {
        int count = PackedSortedSet.count(value);
        demand(count > 0 && PackedSortedSet.usedBytes(value) <= valueLength, 0,
                count + " packed elements do not fit " + valueLength + " bytes");
        for (int at = 1; at < count; at++) {
            demand(isBefore(PackedSortedSet.score(value, count, at - 1), PackedSortedSet.nameAddress(value, count, at - 1),
                    PackedSortedSet.nameLength(value, at - 1), PackedSortedSet.score(value, count, at),
                    PackedSortedSet.nameAddress(value, count, at),
                    PackedSortedSet.nameLength(value, at)), 0, "packed element " + at + " is out of order");
        }
    }

    private void walk(long node, int level) {
        demand(!BlockLayout.isDead(node) && BlockLayout.owner(node) == collection, "a node is dead or another set's");
        demand(TreeLayout.count(node) > 0, "a node is empty");
        if (TreeLayout.isLeaf(node)) {
            demand(leafLevel < 0 || leafLevel == level, "leaves on levels " + leafLevel + " and " + level);
            leafLevel = level;
            leaves++;
            for (int at = 0; at < TreeLayout.count(node); at++) {
                long element = TreeLayout.slot(node, at);
                element(element);
                demand(TreeLayout.sketch(node, at) == ScoreSketch.of(node, MemberLayout.score(element)),
                        "element " + at + " of a leaf has another score than its sketch is of");
            }
            return;
        }
        demand(BlockLayout.kind(node) == BlockKind.TREE_INNER, "a node is of kind " + BlockLayout.kind(node));
        inners++;
        for (int at = 0; at < TreeLayout.count(node); at++) {
            long child = TreeLayout.slot(node, at);
            long before = elements;
            long first = TreeLayout.isLeaf(child) ? TreeLayout.slot(child, 0) : TreeLayout.first(child, 0);
            demand(TreeLayout.first(node, at) == first, "an inner node's first element is not its child's");
            demand(TreeLayout.score(node, at) == MemberLayout.score(first), "an inner node's score is not its child's");
            walk(child, level + 1);
            equal("size below a slot", TreeLayout.size(node, at), elements - before);
        }
    }

    private void element(long element) {
        demand(!BlockLayout.isDead(element) && BlockLayout.kind(element) == BlockKind.ELEMENT && BlockLayout.owner(element) == collection,
                "an element is dead or another set's");
        demand(previous == 0 || isBefore(previous, element), "element " + elements + " is out of order");
        demand(members.get(collection, MemberLayout.nameAddress(element), MemberLayout.nameLength(element)) == element,
                "element " + elements + " is not in the member index");
        previous = element;
        elements++;
        elementBytes += BlockLayout.roundedBytes(BlockLayout.bytes(element));
    }

    private static boolean isBefore(long left, long right) {
        return isBefore(MemberLayout.score(left), MemberLayout.nameAddress(left), MemberLayout.nameLength(left), MemberLayout.score(right),
                MemberLayout.nameAddress(right), MemberLayout.nameLength(right));
    }

    private static boolean isBefore(double leftScore, long left, int leftLength, double rightScore, long right, int rightLength) {
        return leftScore < rightScore || leftScore == rightScore && Mem.compare(left, leftLength, right, rightLength) < 0;
    }

    private void equal(String what, long said, long counted) {
        demand(said == counted, what + ": " + said + " by the books, " + counted + " counted");
    }

    private void demand(boolean condition, String otherwise) {
        demand(condition, collection, otherwise);
    }

    private static void demand(boolean condition, int collection, String otherwise) {
        if (!condition) {
            throw new IllegalStateException("sorted set " + collection + ": " + otherwise);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/**
 * One step of ZSCAN over a large sorted set: elements in the order of their hashes' bits reversed, so that a member which stays is visited whatever
 * happens to its score, its rank or the set's size meanwhile.
 *
 * <p>Owns nothing off-heap; owner thread of the compartment. The order of scores would not do: a member whose score falls moves behind the cursor. The
 * cursor is that of {@link HashIndex#scan} (Noordhuis 2009): it names a class of hashes, all that agree in some low bits. There are two ways to find
 * a class's members, and as both go through the same classes each call may choose the cheaper one:
 * <ul>
 * <li>by the compartment's member index, bucket by bucket: costs (members of the compartment / members of the set) looks for each one found;
 * <li>by the set's tree: a pass over all elements for one class out of up to {@link #CLASSES_MAX}; for a small set in a large compartment.
 * </ul>
 */
final class SortedSetScan implements HashIndex.SlotVisitor {
    /** Sets up to this size are answered in one step. */
    private static final int WHOLE_MAX = 512;
    /** Classes a set is cut into at most when its tree is read: so many passes make a whole scan. */
    private static final int CLASSES_MAX = 64;
    /** Buckets looked at in one step, per element asked for. */
    private static final int BUCKETS_PER_ELEMENT = 32;

    private final MemberIndex members;
    private final OrderTree tree;
    private final TreePath path = new TreePath();
    private int collection;
    private SortedSetVisitor visitor = (address, length, score) -> {
    };
    private long found;

    SortedSetScan(MemberIndex members, OrderTree tree) {
        this.members = members;
        this.tree = tree;
    }

    /** Visits about {@code wanted} elements; answers the next cursor, 0 at the end. */
    long step(long set, long cursor, long wanted, SortedSetVisitor newVisitor) {
        collection = LargeSortedSetLayout.id(set);
        visitor = newVisitor;
        long size = LargeSortedSetLayout.count(set);
        int classes = classes(size, wanted);
        if (classes == 1 || members.size() / size > classes) {
            return stepByTree(set, cursor, classes);
        }
        return stepByIndex(cursor, wanted);
    }

    /** How many elements a step may have to look at; for the decision whether it is a long command. */
    long looks(long set, long wanted) {
        long size = LargeSortedSetLayout.count(set);
        long ratio = members.size() / size;
        return ratio > classes(size, wanted) ? size : wanted * Math.min(ratio + 1, BUCKETS_PER_ELEMENT);
    }

    private static int classes(long size, long wanted) {
        if (size <= Math.max(WHOLE_MAX, wanted)) {
            return 1;
        }
        return (int) Math.min(CLASSES_MAX, Long.highestOneBit(size / Math.max(1, wanted)));
    }

    private long stepByIndex(long from, long wanted) {
        long cursor = from;
        found = 0;
        long buckets = Math.min(wanted, Long.MAX_VALUE / BUCKETS_PER_ELEMENT) * BUCKETS_PER_ELEMENT;
        do {
            cursor = members.scan(cursor, this);
        } while (cursor != 0 && found < wanted && --buckets > 0);
        return cursor;
    }

    @Override
    public void visit(long block, long slot) {
        if (BlockLayout.owner(block) == collection) {
            show(block);
        }
    }

    private void show(long element) {
        found++;
        visitor.visit(MemberLayout.nameAddress(element), MemberLayout.nameLength(element), MemberLayout.score(element));
    }

    private long stepByTree(long set, long cursor, int classes) {
        long mask = classes - 1L;
        if (tree.seekRank(set, 0, path)) {
            do {
                long element = path.element();
                if (mask == 0 || (members.hashOf(element) & mask) == (cursor & mask)) {
                    show(element);
                }
            } while (path.next());
        }
        // A class of few bits holds all classes of more bits that begin with it, so a cursor of another mask is answered in full.
        return Long.reverse(Long.reverse(cursor | ~mask) + 1);
    }
}

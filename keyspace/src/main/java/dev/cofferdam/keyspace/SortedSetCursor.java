// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/**
 * One element of a sorted set, and the way to its neighbours: what ranges are read with.
 *
 * <p>Owns nothing off-heap; made once and reused. Put on an element by {@link SortedSetValues#seek}; the fields are valid until the set changes or the
 * command ends.
 */
public final class SortedSetCursor {
    private final TreePath path = new TreePath();
    /** Address of a packed value; 0 while on a large one. */
    private long packed;
    private int at;

    /** The member's bytes. */
    public long address;
    public int length;
    public double score;

    boolean seekPacked(long value, long rank) {
        packed = value;
        at = (int) rank;
        return rank >= 0 && rank < PackedSortedSet.count(value) && readPacked();
    }

    boolean seekLarge(OrderTree tree, long set, long rank) {
        packed = 0;
        return tree.seekRank(set, rank, path) && readElement();
    }

    /** Goes on to the next higher element; false at the end. */
    public boolean next() {
        if (packed != 0) {
            at++;
            return at < PackedSortedSet.count(packed) && readPacked();
        }
        return path.next() && readElement();
    }

    /** Goes back to the next lower element; false at the start. */
    public boolean previous() {
        if (packed != 0) {
            at--;
            return at >= 0 && readPacked();
        }
        return path.previous() && readElement();
    }

    private boolean readPacked() {
        int count = PackedSortedSet.count(packed);
        address = PackedSortedSet.nameAddress(packed, count, at);
        length = PackedSortedSet.nameLength(packed, at);
        score = PackedSortedSet.score(packed, count, at);
        return true;
    }

    private boolean readElement() {
        long element = path.element();
        address = MemberLayout.nameAddress(element);
        length = MemberLayout.nameLength(element);
        score = MemberLayout.score(element);
        return true;
    }
}

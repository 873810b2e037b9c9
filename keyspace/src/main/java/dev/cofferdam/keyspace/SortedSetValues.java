// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * Sorted sets of a compartment, small and large behind one face.
 *
 * <p>Owns nothing off-heap; owner thread of the compartment. Works on a {@link Key} that was located and is absent or a sorted set. A set is packed into
 * its entry while it is small and becomes large once, for good. What always holds: no empty set stays, its key goes with the last element. Scores are
 * never NaN. A range of anything is a range of ranks: {@link #countByScore} and {@link #countByName} say where it begins and ends.
 *
 * <p>Memory: only {@link #add} grows. {@link #setFound} may need a few tree nodes from the headroom. Removing never needs any.
 */
public final class SortedSetValues {
    /** What the index takes for one member more, rounded up. */
    private static final int INDEX_BYTES = 24;
    private static final int LEVELS = 6;
    /** A packed set that is added to until it is full is copied each time it has grown by an eighth: all copies together. */
    private static final int RESIZES_BYTES = 10 * PackedSortedSet.BYTES_MAX;
    /** A split leaves at least this much room in each of its nodes. */
    private static final int INSERTS_PER_SPLIT = 20;

    private final Compartment compartment;
    private final Effects effects;
    private final CollectionTable collections;
    private final LargeSortedSet large;
    private final SortedSetScan scan;
    private final EncodingLimits limits;
    private final SortedSetCursor cursor = new SortedSetCursor();
    private final SortedSetRange range = new SortedSetRange();
    private final byte[] scratch = new byte[PackedSortedSet.BYTES_MAX];
    private final long[] converted = new long[PackedSortedSet.ENTRIES_MAX];

    /** The score of the last member found. */
    public double score;
    private int foundAt;
    private long foundElement;
    private long foundHash;

    SortedSetValues(Compartment compartment, EncodingLimits limits) {
        this.limits = limits;
        this.compartment = compartment;
        this.effects = compartment.effects();
        this.collections = compartment.collections();
        this.large = new LargeSortedSet(compartment);
        this.scan = new SortedSetScan(compartment.members(), large.tree());
        compartment.transfer().copyWith(BlockKind.ZSET_LARGE, copier);
    }

    /** A cursor for whoever works on this compartment right now. */
    public SortedSetCursor cursor() {
        return cursor;
    }

    /** A range for whoever works on this compartment right now. */
    public SortedSetRange range() {
        return range;
    }

    private static boolean isPacked(Key key) {
        return key.kind() == BlockKind.ZSET_PACKED;
    }

    // ---------------------------------------------------------------- read

    public static long count(Key key) {
        if (!key.exists()) {
            return 0;
        }
        return isPacked(key) ? PackedSortedSet.count(key.valueAddress()) : LargeSortedSetLayout.count(key.valueAddress());
    }

    /** Looks the member up; sets {@link #score} and remembers where it is, or where it is not, for the next change of this key. */
    public boolean find(Key key, long address, int length) {
        if (!key.exists()) {
            return false;
        }
        long value = key.valueAddress();
        if (isPacked(key)) {
            foundAt = PackedSortedSet.find(value, address, length);
            if (foundAt < 0) {
                return false;
            }
            score = PackedSortedSet.score(value, PackedSortedSet.count(value), foundAt);
            return true;
        }
        foundHash = large.hash(value, address, length);
        foundElement = large.find(value, foundHash, address, length);
        if (foundElement == 0) {
            return false;
        }
        score = MemberLayout.score(foundElement);
        return true;
    }

    /** Elements before the member {@link #find} has just found. */
    public long rankOfFound(Key key) {
        return isPacked(key) ? foundAt : large.rank(key.valueAddress(), foundElement);
    }

    /** Elements whose score is less than this one; or not greater, if {@code inclusive}. */
    public long countByScore(Key key, double bound, boolean inclusive) {
        return count(key, inclusive ? OrderTree.UP_TO_SCORE : OrderTree.BELOW_SCORE, bound, 0, 0);
    }

    /** Elements whose member comes before this one, or is it, if {@code inclusive}; of a set whose scores are all equal. */
    public long countByName(Key key, long address, int length, boolean inclusive) {
        return count(key, inclusive ? OrderTree.UP_TO_NAME : OrderTree.BELOW_NAME, 0, address, length);
    }

    private long count(Key key, int mode, double bound, long address, int length) {
        if (!key.exists()) {
            return 0;
        }
        return isPacked(key)
                ? PackedSortedSet.seek(key.valueAddress(), mode, bound, address, length)
                : large.seek(key.valueAddress(), mode, bound, address, length);
    }

    /** Puts the cursor on the element of this rank, from 0; false when there is none. */
    public boolean seek(Key key, long rank, SortedSetCursor cursor) {
        if (!key.exists()) {
            return false;
        }
        return isPacked(key) ? cursor.seekPacked(key.valueAddress(), rank) : cursor.seekLarge(large.tree(), key.valueAddress(), rank);
    }

    /**
     * One step of ZSCAN: a member that is there during a whole scan is visited, at least once.
     *
     * @return the next cursor, 0 at the end
     */
    public long scan(Key key, long cursor, long wanted, SortedSetVisitor visitor) {
        if (!key.exists()) {
            return 0;
        }
        long value = key.valueAddress();
        if (!isPacked(key)) {
            return scan.step(value, cursor, wanted, visitor);
        }
        int count = PackedSortedSet.count(value);
        for (int at = 0; at < count; at++) {
            visitor.visit(PackedSortedSet.nameAddress(value, count, at), PackedSortedSet.nameLength(value, at),
                    PackedSortedSet.score(value, count, at));
        }
        return 0;
    }

    /** Elements a step of {@link #scan} may have to look at. */
    public long scanLooks(Key key, long wanted) {
        return key.kind() == BlockKind.ZSET_LARGE ? scan.looks(key.valueAddress(), wanted) : count(key);
    }

    /** What OBJECT ENCODING answers: true for skiplist, false for listpack. */
    public static boolean isSkiplist(Key key) {
        int flags = isPacked(key) ? PackedSortedSet.flags(key.valueAddress()) : LargeSortedSetLayout.flags(key.valueAddress());
        return (flags & LargeSortedSetLayout.SKIPLIST_FLAG) != 0;
    }

    /** Bytes of the key with its value, nodes and index slots. */
    public static long memoryBytes(Key key) {
        long entry = BlockLayout.roundedBytes(BlockLayout.bytes(key.entry));
        if (isPacked(key)) {
            return entry;
        }
        long set = key.valueAddress();
        return entry + LargeSortedSetLayout.elementBytes(set) + (long) LargeSortedSetLayout.leaves(set) * TreeLayout.LEAF_BYTES
                + (long) LargeSortedSetLayout.inners(set) * TreeLayout.INNER_BYTES
                + LargeSortedSetLayout.count(set) * HashIndex.BUCKET_BYTES / 5;
    }

    private long foundNameAddress(Key key) {
        long value = key.valueAddress();
        return isPacked(key)
                ? PackedSortedSet.nameAddress(value, PackedSortedSet.count(value), foundAt)
                : MemberLayout.nameAddress(foundElement);
    }

    private int foundNameLength(Key key) {
        return isPacked(key) ? PackedSortedSet.nameLength(key.valueAddress(), foundAt) : MemberLayout.nameLength(foundElement);
    }

    // ---------------------------------------------------------------- change

    /** Gives the member {@link #find} has just found another score. */
    public void setFound(Key key, double given) {
        double newScore = isSkiplist(key) ? given : unsignedZero(given);
        if (effects.heard) {
            effects.scoreSet(key, newScore, foundNameAddress(key), foundNameLength(key));
        }
        if (isPacked(key)) {
            PackedSortedSet.rescore(key.valueAddress(), foundAt, newScore, scratch);
        } else {
            large.rescore(key.valueAddress(), foundElement, newScore);
        }
    }

    /** Adds the member {@link #find} has just not found; makes the key if there is none. */
    public void add(Key key, long address, int length, double given) {
        int flag = count(key) + 1 > limits.zsetListpackEntries || length > limits.zsetListpackValueBytes
                ? LargeSortedSetLayout.SKIPLIST_FLAG
                : 0;
        int bytes = PackedSortedSet.elementBytes(length);
        if (!key.exists()) {
            begin(key, bytes, false);
        }
        double newScore = flag != 0 || isSkiplist(key) ? given : unsignedZero(given);
        if (effects.heard) {
            effects.scoreSet(key, newScore, address, length);
        }
        if (isPacked(key)) {
            if (fits(key.valueAddress(), bytes)) {
                addPacked(key, address, length, newScore, bytes, flag);
                return;
            }
            convert(key);
        }
        addLarge(key, address, length, newScore, flag);
    }

    /**
     * Begins a set for a key whose present value, if any, stays until {@link Compartment#adopt}; its first member and further ones are then added by
     * {@link #add}. For commands that store a result of which the destination may be a part.
     */
    public void addBeside(Key key, long address, int length, double newScore) {
        begin(key, PackedSortedSet.elementBytes(length), true);
        add(key, address, length, newScore);
    }

    /** An empty set, for its first member at once. */
    private void begin(Key key, int elementBytes, boolean beside) {
        boolean packed = PackedSortedSet.HEAD_BYTES + elementBytes <= PackedSortedSet.BYTES_MAX;
        int kind = packed ? BlockKind.ZSET_PACKED : BlockKind.ZSET_LARGE;
        int bytes = packed ? PackedSortedSet.HEAD_BYTES + elementBytes : LargeSortedSetLayout.BYTES;
        if (beside) {
            compartment.createBeside(key, kind, bytes);
        } else {
            compartment.create(key, kind, bytes);
        }
        if (packed) {
            PackedSortedSet.clear(key.valueAddress());
        } else {
            collections.register(key.entry);
            LargeSortedSetLayout.clear(key.valueAddress());
        }
    }

    private static boolean fits(long value, int bytes) {
        return PackedSortedSet.count(value) < PackedSortedSet.ENTRIES_MAX
                && PackedSortedSet.usedBytes(value) + bytes <= PackedSortedSet.BYTES_MAX;
    }

    private void addPacked(Key key, long address, int length, double newScore, int bytes, int flag) {
        int needed = PackedSortedSet.usedBytes(key.valueAddress()) + bytes;
        if (key.valueLength() < needed) {
            // An eighth to spare, so that a set of n elements is copied some log n times on its way.
            compartment.resize(key, Math.min(needed + needed / 8, PackedSortedSet.BYTES_MAX));
        }
        long value = key.valueAddress();
        PackedSortedSet.setFlags(value, PackedSortedSet.flags(value) | flag);
        PackedSortedSet.insert(value, newScore, address, length);
    }

    private void addLarge(Key key, long address, int length, double newScore, int flag) {
        long set = key.valueAddress();
        LargeSortedSetLayout.setFlags(set, LargeSortedSetLayout.flags(set) | flag);
        long element = large.create(LargeSortedSetLayout.id(set), newScore, address, length);
        large.add(set, large.hash(set, address, length), element);
    }

    private void convert(Key key) {
        long value = key.valueAddress();
        int count = PackedSortedSet.count(value);
        int flags = PackedSortedSet.flags(value);
        int id = collections.register(key.entry); // writes over the packed head, which was just read
        for (int at = 0; at < count; at++) {
            converted[at] = large.create(id, PackedSortedSet.score(value, count, at), PackedSortedSet.nameAddress(value, count, at),
                    PackedSortedSet.nameLength(value, at));
        }
        compartment.replaceValue(key, BlockKind.ZSET_LARGE, LargeSortedSetLayout.BYTES);
        collections.setEntry(id, key.entry);
        long set = key.valueAddress();
        Mem.putInt(set, id);
        LargeSortedSetLayout.clear(set);
        LargeSortedSetLayout.setFlags(set, flags);
        for (int at = 0; at < count; at++) {
            long element = converted[at];
            large.add(set, large.hash(set, MemberLayout.nameAddress(element), MemberLayout.nameLength(element)), element);
        }
    }

    /** Removes the member {@link #find} has just found, and the key with its last one. */
    public void removeFound(Key key) {
        if (effects.heard && count(key) > 1) {
            effects.scoreRemoved(key, foundNameAddress(key), foundNameLength(key));
        }
        if (!isPacked(key)) {
            large.remove(key.valueAddress(), foundElement);
            deleteIfEmpty(key);
            return;
        }
        PackedSortedSet.remove(key.valueAddress(), foundAt);
        if (!deleteIfEmpty(key)) {
            shrink(key);
        }
    }

    /** Removes {@code width} elements from rank {@code from} on, all of which exist. */
    public void removeRange(Key key, long from, long width) {
        if (effects.heard && width < count(key)) {
            effects.ranksRemoved(key, from, width);
        }
        if (!isPacked(key)) {
            large.removeRange(key.valueAddress(), from, width);
            deleteIfEmpty(key);
            return;
        }
        for (long at = from + width - 1; at >= from; at--) {
            PackedSortedSet.remove(key.valueAddress(), (int) at);
        }
        if (!deleteIfEmpty(key)) {
            shrink(key);
        }
    }

    /** A listpack keeps whole scores as integers, so in Redis -0 becomes 0 there; a skiplist shows it as it came. */
    private static double unsignedZero(double given) {
        return given + 0.0;
    }

    private boolean deleteIfEmpty(Key key) {
        if (count(key) > 0) {
            return false;
        }
        compartment.delete(key);
        return true;
    }

    /** Gives room back when more than a quarter is unused. Shrinking is done in place. */
    private void shrink(Key key) {
        int used = PackedSortedSet.usedBytes(key.valueAddress());
        if (used + used / 3 + 16 < key.valueLength()) {
            compartment.resize(key, used + used / 8);
        }
    }

    // ---------------------------------------------------------------- admission

    /** At most so many bytes are needed to add {@code elements} members, of {@code nameBytes} in all, or to give as many another score. */
    public static long growthBound(Key key, long elements, long nameBytes) {
        long blocks = elements * (MemberLayout.elementBytes(BlockLayout.UNIT_BYTES) + INDEX_BYTES) + nameBytes;
        if (key.kind() == BlockKind.ZSET_LARGE) {
            long set = key.valueAddress();
            return blocks + splitBound(elements, LargeSortedSetLayout.leaves(set), LargeSortedSetLayout.inners(set));
        }
        long head = key.length + 64;
        if (!key.exists()) {
            return head + elements * PackedSortedSet.elementBytes(0) + nameBytes
                    + (elements == 1 && nameBytes < PackedSortedSet.BYTES_MAX / 2
                            ? 0
                            : blocks + splitBound(elements, 0, 0) + RESIZES_BYTES);
        }
        long value = key.valueAddress();
        int count = PackedSortedSet.count(value);
        int used = PackedSortedSet.usedBytes(value);
        long after = used + nameBytes + elements * PackedSortedSet.elementBytes(0);
        if (count + elements <= PackedSortedSet.ENTRIES_MAX && after <= PackedSortedSet.BYTES_MAX) {
            return head + (elements == 1 ? after + after / 8 : RESIZES_BYTES);
        }
        return head + RESIZES_BYTES + (long) count * (MemberLayout.elementBytes(BlockLayout.UNIT_BYTES) + INDEX_BYTES) + blocks
                + splitBound(elements + count, 0, 0);
    }

    /** Bytes that all members of this set need as part of another, at most; not those of {@link #createBound}. */
    public static long membersBound(Key key) {
        if (!key.exists()) {
            return 0;
        }
        return membersBound(count(key), isPacked(key) ? key.valueLength() : LargeSortedSetLayout.elementBytes(key.valueAddress()));
    }

    /** As above, of members known by their number and length. */
    public static long membersBound(long elements, long nameBytes) {
        return elements * (MemberLayout.elementBytes(BlockLayout.UNIT_BYTES) + INDEX_BYTES) + nameBytes + elements / INSERTS_PER_SPLIT
                * (TreeLayout.LEAF_BYTES + TreeLayout.INNER_BYTES / INSERTS_PER_SPLIT + 1);
    }

    /** Bytes a new set needs beside its members' {@link #membersBound}. */
    public static long createBound(Key key) {
        return key.length + 64 + RESIZES_BYTES + splitBound(PackedSortedSet.ENTRIES_MAX, 0, 0);
    }

    /** A node that was not split before splits at the first insert at worst, any other after {@link #INSERTS_PER_SPLIT}. */
    static long splitBound(long inserts, long leaves, long inners) {
        long leafSplits = Math.min(inserts, leaves + inserts / INSERTS_PER_SPLIT + 2);
        // One insert splits at most a node on each level, and puts a root above.
        int levels = inners == 0 ? 1 : inners == 1 ? 2 : inners <= TreeLayout.INNER_SLOTS ? 3 : LEVELS;
        long innerSplits = Math.min(leafSplits - 1, inners + leafSplits / INSERTS_PER_SPLIT) + levels;
        return leafSplits * TreeLayout.LEAF_BYTES + innerSplits * TreeLayout.INNER_BYTES;
    }

    /** COPY, and MOVE between compartments, of large sets; packed ones are copied as any entry. In order, so the copy's leaves are full. */
    private final ValueCopier copier = new ValueCopier() {
        @Override
        public long bytes(Key from) {
            return LargeSortedSetLayout.BYTES + membersBound(from) + splitBound(PackedSortedSet.ENTRIES_MAX, 0, 0);
        }

        @Override
        public void copy(Key from, Key to, boolean deadline) {
            SortedSetValues target = to.compartment().sortedSets();
            to.compartment().create(to, BlockKind.ZSET_LARGE, LargeSortedSetLayout.BYTES, deadline);
            target.collections.register(to.entry);
            long set = to.valueAddress();
            LargeSortedSetLayout.clear(set);
            int flags = LargeSortedSetLayout.flags(from.valueAddress());
            for (boolean more = seek(from, 0, cursor); more; more = cursor.next()) {
                target.addLarge(to, cursor.address, cursor.length, cursor.score, flags);
            }
        }
    };
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * Lists small enough to lie in their entry, one element behind the other.
 *
 * <p>Owns nothing; the compartment's thread. Every method may move the entry unless it says otherwise; {@link Key#entry} follows. What always holds:
 * at most {@link ListLayout#PACKED_MAX_BYTES} of elements, and at least one element when a command is over.
 */
final class PackedList {
    /** Growing leaves this share of what is used as room, so that a queue's next pushes stay in place. */
    private static final int SLACK_SHARE = 4;
    private static final int SLACK_MAX_BYTES = 256;
    /** A value with more room than elements is cut, unless that would gain less than this. */
    private static final int CUT_MIN_BYTES = 64;

    private final Compartment compartment;

    PackedList(Compartment compartment) {
        this.compartment = compartment;
    }

    /** True when this many more bytes of elements leave the list packed. */
    static boolean fits(Key key, long moreBytes) {
        return ListLayout.packedUsed(key.valueAddress()) + moreBytes <= ListLayout.PACKED_MAX_BYTES;
    }

    /** A new list without elements and with exactly this much room; the caller pushes at once. */
    void create(Key key, int roomBytes) {
        compartment.create(key, BlockKind.LIST_PACKED, ListLayout.PACKED_HEADER_BYTES + roomBytes);
        ListLayout.setPacked(key.valueAddress(), 0, 0);
    }

    /** As {@link #create} for a key that keeps what it has until {@link Compartment#adopt}. */
    void createBeside(Key key, int roomBytes) {
        compartment.createBeside(key, BlockKind.LIST_PACKED, ListLayout.PACKED_HEADER_BYTES + roomBytes);
        ListLayout.setPacked(key.valueAddress(), 0, 0);
    }

    /** Makes room for {@code moreBytes}. */
    void reserve(Key key, int moreBytes) {
        int used = ListLayout.packedUsed(key.valueAddress()) + moreBytes;
        if (ListLayout.PACKED_HEADER_BYTES + used > key.valueLength()) {
            int slack = Math.min(used / SLACK_SHARE, SLACK_MAX_BYTES);
            compartment.resize(key, ListLayout.PACKED_HEADER_BYTES + Math.min(used + slack, ListLayout.PACKED_MAX_BYTES));
        }
    }

    void push(Key key, boolean head, long data, int length) {
        insert(key, head ? 0 : ListLayout.packedUsed(key.valueAddress()), data, length);
    }

    /** Puts an element {@code offset} bytes behind the first one's beginning. */
    void insert(Key key, int offset, long data, int length) {
        int bytes = ListElement.bytes(length);
        reserve(key, bytes);
        long value = key.valueAddress();
        int used = ListLayout.packedUsed(value);
        long at = ListLayout.packedFirst(value) + offset;
        Mem.copy(at, at + bytes, used - offset);
        ListElement.write(at, data, length);
        ListLayout.setPacked(value, ListLayout.packedCount(value) + 1, used + bytes);
    }

    /** Takes elements out: those of {@code bytes} bytes at {@code offset}. Never needs memory and does not move the entry. */
    void cut(Key key, int offset, int bytes, int elements) {
        long value = key.valueAddress();
        int used = ListLayout.packedUsed(value);
        long at = ListLayout.packedFirst(value) + offset;
        Mem.copy(at + bytes, at, used - offset - bytes);
        ListLayout.setPacked(value, ListLayout.packedCount(value) - elements, used - bytes);
        shrink(key);
    }

    /** Gives room back when there is more of it than elements. */
    private void shrink(Key key) {
        int used = ListLayout.packedUsed(key.valueAddress());
        long room = key.valueLength() - ListLayout.PACKED_HEADER_BYTES - used;
        if (room > used && room >= CUT_MIN_BYTES && used > 0) {
            compartment.resize(key, ListLayout.PACKED_HEADER_BYTES + used + used / SLACK_SHARE);
        }
    }

    /** Removes the element at the list's end. */
    void drop(Key key, boolean head) {
        long value = key.valueAddress();
        long end = ListLayout.packedEnd(value);
        if (head) {
            cut(key, 0, ListElement.bytes(ListElement.length(ListLayout.packedFirst(value))), 1);
        } else {
            int bytes = ListElement.bytes(ListElement.lengthBefore(end));
            cut(key, ListLayout.packedUsed(value) - bytes, bytes, 1);
        }
    }

    /** Removes {@code elements} elements from an end, fewer than there are. */
    void dropMany(Key key, boolean head, int elements) {
        long value = key.valueAddress();
        long first = ListLayout.packedFirst(value);
        long end = ListLayout.packedEnd(value);
        if (head) {
            long at = first;
            for (int i = 0; i < elements; i++) {
                at = ListElement.next(at);
            }
            cut(key, 0, (int) (at - first), elements);
        } else {
            long at = end;
            for (int i = 0; i < elements; i++) {
                at = ListElement.previous(at);
            }
            cut(key, (int) (at - first), (int) (end - at), elements);
        }
    }

    /** Replaces the element at {@code offset}; the list must stay within the packed limit. */
    void replace(Key key, int offset, long data, int length) {
        int before = ListElement.bytes(ListElement.length(ListLayout.packedFirst(key.valueAddress()) + offset));
        int after = ListElement.bytes(length);
        if (after > before) {
            reserve(key, after - before);
        }
        long value = key.valueAddress();
        int used = ListLayout.packedUsed(value);
        long at = ListLayout.packedFirst(value) + offset;
        Mem.copy(at + before, at + after, used - offset - before);
        ListElement.write(at, data, length);
        ListLayout.setPacked(value, ListLayout.packedCount(value), used + after - before);
        shrink(key);
    }

    /** Moves the element at one end to the other. In place; does not move the entry. */
    void rotate(Key key, boolean fromHead, byte[] scratch) {
        long value = key.valueAddress();
        ElementRange.rotate(ListLayout.packedFirst(value), ListLayout.packedEnd(value), fromHead, scratch);
    }

    /** Removes elements equal to the data, all but the first {@code skip} of them and at most {@code limit}; returns how many. */
    int removeEqual(Key key, int skip, int limit, long data, int length) {
        long value = key.valueAddress();
        long first = ListLayout.packedFirst(value);
        long end = ListLayout.packedEnd(value);
        long newEnd = ElementRange.removeEqual(first, end, skip, limit, data, length);
        int removed = (int) (end - newEnd) / ListElement.bytes(length);
        if (removed > 0) {
            ListLayout.setPacked(value, ListLayout.packedCount(value) - removed, (int) (newEnd - first));
            shrink(key);
        }
        return removed;
    }
}

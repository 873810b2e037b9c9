// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/**
 * A place in a list: one element and the way to its neighbours.
 *
 * <p>Owns nothing; belongs to the {@link ListValues} of its compartment and to that compartment's thread; reused, so one walk at a time. Valid until
 * the list changes or the command ends. {@link #address} and {@link #length} are the element's own bytes.
 */
public final class ListCursor {
    public long address;
    public int length;
    private final ListWaypoints waypoints;

    /** The chunk walked in, 0 in a packed list. */
    long chunk;
    /** The element's first byte, and where the elements of this chunk (or packed value) begin and end. */
    long at;
    private long first;
    private long end;

    ListCursor(ListWaypoints waypoints) {
        this.waypoints = waypoints;
    }

    /** Goes to the first element; false when there is no such key. The key names a list or nothing. */
    public boolean first(Key key) {
        if (!key.exists()) {
            return false;
        }
        if (key.kind() == BlockKind.LIST_PACKED) {
            enterPacked(key.valueAddress());
        } else {
            enter(ListLayout.head(key.valueAddress()));
        }
        return here(first);
    }

    /** Goes to the last element; false when there is no such key. */
    public boolean last(Key key) {
        if (!key.exists()) {
            return false;
        }
        if (key.kind() == BlockKind.LIST_PACKED) {
            enterPacked(key.valueAddress());
        } else {
            enter(ListLayout.tail(key.valueAddress()));
        }
        return here(ListElement.previous(end));
    }

    /** Goes to the element number {@code index}, counted from 0 at the head; false when there is none. Walks from the nearer end; in long lists from where others have been. */
    public boolean seek(Key key, long index) {
        if (!key.exists() || index < 0 || index >= ListValues.length(key)) {
            return false;
        }
        long value = key.valueAddress();
        if (key.kind() == BlockKind.LIST_PACKED) {
            enterPacked(value);
            return walkTo((int) index, ListLayout.packedCount(value));
        }
        if (ListLayout.chunks(value) >= ListWaypoints.WORTH_CHUNKS) {
            enter(waypoints.seek(value, index));
            return walkTo((int) (index - waypoints.first()), ListLayout.count(chunk));
        }
        return ListLayout.elements(value) - index > index ? seekFromHead(value, index) : seekFromTail(value, index);
    }

    private boolean seekFromHead(long root, long index) {
        long at = ListLayout.head(root);
        long rest = index;
        for (int count = ListLayout.count(at); rest >= count; count = ListLayout.count(at)) {
            rest -= count;
            at = ListLayout.next(at);
        }
        enter(at);
        return walkTo((int) rest, ListLayout.count(at));
    }

    private boolean seekFromTail(long root, long index) {
        long at = ListLayout.tail(root);
        long before = ListLayout.elements(root) - ListLayout.count(at);
        while (before > index) {
            at = ListLayout.previous(at);
            before -= ListLayout.count(at);
        }
        enter(at);
        return walkTo((int) (index - before), ListLayout.count(at));
    }

    /** Goes to element {@code number} of the {@code count} of this chunk, from the nearer side. */
    private boolean walkTo(int number, int count) {
        if (number <= count / 2) {
            long place = first;
            for (int i = number; i > 0; i--) {
                place = ListElement.next(place);
            }
            return here(place);
        }
        long place = end;
        for (int i = count - number; i > 0; i--) {
            place = ListElement.previous(place);
        }
        return here(place);
    }

    /** Goes one towards the tail; false at the end. */
    public boolean next() {
        long after = at + ListElement.bytes(length);
        if (after < end) {
            return here(after);
        }
        long other = chunk == 0 ? 0 : ListLayout.next(chunk);
        if (other == 0) {
            return false;
        }
        enter(other);
        return here(first);
    }

    /** Goes one towards the head; false at the beginning. */
    public boolean previous() {
        if (at > first) {
            return here(ListElement.previous(at));
        }
        long other = chunk == 0 ? 0 : ListLayout.previous(chunk);
        if (other == 0) {
            return false;
        }
        enter(other);
        return here(ListElement.previous(end));
    }

    /** The element's index. Walks the chunks before its own. */
    long index() {
        long before = 0;
        for (long other = chunk == 0 ? 0 : ListLayout.previous(chunk); other != 0; other = ListLayout.previous(other)) {
            before += ListLayout.count(other);
        }
        for (long place = first; place < at; place = ListElement.next(place)) {
            before++;
        }
        return before;
    }

    private void enterPacked(long value) {
        chunk = 0;
        first = ListLayout.packedFirst(value);
        end = ListLayout.packedEnd(value);
    }

    void enter(long newChunk) {
        chunk = newChunk;
        first = ListLayout.firstAddress(newChunk);
        end = ListLayout.endAddress(newChunk);
    }

    boolean here(long place) {
        at = place;
        length = ListElement.length(place);
        address = ListElement.dataAddress(place, length);
        return true;
    }
}

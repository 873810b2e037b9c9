// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;
import dev.cofferdam.memory.Slice;

/**
 * The lists of a compartment: what the list commands call, whichever form a list has.
 *
 * <p>Owns the large lists' chunks, through {@link ChunkedList}; belongs to its compartment's thread. Small lists are packed in their entry, larger ones
 * are chunks behind a root record; a list that became large stays so. What always holds: no key has an empty list; what only removes needs no memory;
 * {@link #move} needs no more than the element's bytes and a chunk no larger than what the target holds. Keys passed in name a list or nothing.
 */
public final class ListValues {
    /** A list of more bytes, by {@link ListElement#bytes}, does not lie in its entry. */
    public static final int PACKED_MAX_BYTES = ListLayout.PACKED_MAX_BYTES;
    /** Headers of entry and chunk, and the root record. */
    private static final int FRAME_BYTES = 256;
    private static final int RUN_ROUNDING_BYTES = 4096;

    private final Compartment compartment;
    private final Effects effects;
    private final PackedList packed;
    private final ChunkedList chunked;
    private final ListEdit edit;
    private final ListCursor cursor;
    private final Slice moving = new Slice();
    private final byte[] scratch;

    ListValues(Compartment compartment) {
        this.compartment = compartment;
        effects = compartment.effects();
        packed = new PackedList(compartment);
        chunked = new ChunkedList(compartment);
        cursor = new ListCursor(chunked.waypoints());
        edit = new ListEdit(chunked, compartment.heap());
        compartment.transfer().copyWith(BlockKind.LIST_LARGE, new LargeCopier());
        scratch = new byte[Math.max(chunked.ownBytes(), ListLayout.PACKED_MAX_BYTES)];
    }

    // ---------------------------------------------------------------- facts

    public static boolean isList(int kind) {
        return kind == BlockKind.LIST_PACKED || kind == BlockKind.LIST_LARGE;
    }

    /** Elements of the list, 0 when the key does not exist. */
    public static long length(Key key) {
        return switch (key.kind()) {
            case BlockKind.LIST_PACKED -> ListLayout.packedCount(key.valueAddress());
            case BlockKind.LIST_LARGE -> ListLayout.elements(key.valueAddress());
            default -> 0;
        };
    }

    /** Chunks of an existing list, 1 for a packed one. */
    public static int chunks(Key key) {
        return isPacked(key) ? 1 : ListLayout.chunks(key.valueAddress());
    }

    private static boolean isPacked(Key key) {
        return key.kind() == BlockKind.LIST_PACKED;
    }

    /** Bytes of the list's chunks, beside its entry; 0 for a packed one. */
    public static long nodeBytes(long entry) {
        return EntryLayout.kind(entry) == BlockKind.LIST_LARGE ? ListLayout.chunkBytes(EntryLayout.valueAddress(entry)) : 0;
    }

    /** All lists of the compartment are gone. */
    void cleared() {
        chunked.waypoints().clear();
    }

    ListWaypoints waypoints() {
        return chunked.waypoints();
    }

    /** The compartment's one cursor: {@code first}, {@code last} or {@code seek} it. */
    public ListCursor cursor() {
        return cursor;
    }

    // ---------------------------------------------------------------- what a command may need

    /** Upper bound of what pushing to a list may need beside its elements' {@link #elementBound}, whatever the list is now. */
    public long pushBound(int keyLength) {
        long packed = ChunkedList.SMALL_BYTES + 2L * ListLayout.PACKED_MAX_BYTES; // written anew once, as an entry or as a chunk
        return FRAME_BYTES + keyLength + Math.max(packed, 3L * chunked.fullBytes() / 2);
    }

    /** As {@link #pushBound} for changes in the middle: a full chunk is split, and one half may be written anew. */
    public long editBound(int keyLength) {
        return pushBound(keyLength) + 2L * chunked.fullBytes();
    }

    /** Upper bound of what one new element of this length needs. */
    public long elementBound(int length) {
        int bytes = ListElement.bytes(length);
        if (bytes <= chunked.ownBytes()) {
            return 2L * bytes; // chunks double, so there may be as much room as elements
        }
        long block = bytes + (long) ListLayout.CHUNK_HEADER_BYTES;
        return block <= compartment.heap().blockMaxBytes() ? block : block + 2L * RUN_ROUNDING_BYTES;
    }

    /** Upper bound of what {@link #move} within the compartment may need for a moment: a longer element is handed over with its chunk. */
    public long moveBound(int keyLength) {
        return pushBound(keyLength) + chunked.ownBytes();
    }

    // ---------------------------------------------------------------- ends

    /**
     * Tells that elements of these lengths will be pushed: {@code bytes} is the sum of their {@link ListElement#bytes}. Creates the list if it does not
     * exist, makes it large if that is where it is going, and saves resizing at each push. At least one push must follow.
     */
    public void reserve(Key key, long bytes) {
        if (!key.exists()) {
            if (bytes <= ListLayout.PACKED_MAX_BYTES) {
                packed.create(key, (int) bytes);
            } else {
                createLarge(key);
            }
        } else if (isPacked(key)) {
            if (PackedList.fits(key, bytes)) {
                packed.reserve(key, (int) bytes);
            } else {
                enlarge(key);
            }
        }
    }

    /**
     * Begins a list for a key whose present value, if any, stays until {@link Compartment#adopt}; elements of {@code bytes} in all, by
     * {@link ListElement#bytes}, are then pushed at once, from blocks outside of it.
     */
    public void createBeside(Key key, long bytes) {
        if (bytes <= ListLayout.PACKED_MAX_BYTES) {
            packed.createBeside(key, (int) bytes);
        } else {
            compartment.createBeside(key, BlockKind.LIST_LARGE, ListLayout.ROOT_BYTES);
            beginRoot(key);
        }
    }

    /** Adds an element at an end; creates the list if it does not exist. The data must not lie in this list. */
    public void push(Key key, boolean head, long data, int length) {
        if (effects.heard) {
            effects.listPushed(key, head, data, length);
        }
        if (!key.exists() || isPacked(key) && !PackedList.fits(key, ListElement.bytes(length))) {
            reserve(key, ListElement.bytes(length));
        }
        if (isPacked(key)) {
            packed.push(key, head, data, length);
        } else {
            chunked.push(key.valueAddress(), head, data, length);
        }
    }

    /** Sets the slice to the element at an end; false when there is no such key. Valid until the list changes. */
    public static boolean peek(Key key, boolean head, Slice element) {
        long first;
        long end;
        if (isPacked(key)) {
            first = ListLayout.packedFirst(key.valueAddress());
            end = ListLayout.packedEnd(key.valueAddress());
        } else if (key.exists()) {
            long root = key.valueAddress();
            long chunk = head ? ListLayout.head(root) : ListLayout.tail(root);
            first = ListLayout.firstAddress(chunk);
            end = ListLayout.endAddress(chunk);
        } else {
            return false;
        }
        long at = head ? first : ListElement.previous(end);
        int length = ListElement.length(at);
        element.set(ListElement.dataAddress(at, length), length);
        return true;
    }

    /** Removes the element at an end of an existing list; with the last one goes the key. Needs no memory. */
    public void drop(Key key, boolean head) {
        if (effects.heard && length(key) > 1) {
            effects.listDropped(key, head, 1);
        }
        if (isPacked(key)) {
            packed.drop(key, head);
        } else {
            chunked.drop(key.valueAddress(), head);
        }
        deleteIfEmpty(key);
    }

    /** Removes up to {@code elements} elements from an end of an existing list. Needs no memory. */
    public void dropMany(Key key, boolean head, long elements) {
        if (elements >= length(key)) {
            compartment.delete(key);
            return;
        }
        effects.listDropped(key, head, elements);
        if (isPacked(key)) {
            packed.dropMany(key, head, (int) elements);
        } else {
            chunked.dropMany(key.valueAddress(), head, elements);
        }
    }

    private void deleteIfEmpty(Key key) {
        if (length(key) == 0) {
            compartment.delete(key);
        }
    }

    /**
     * Moves the element at one end of an existing list to an end of another, or of the same, which may be in another compartment. The two {@code Key}s
     * may be one object or name the same key; afterwards {@code to} is up to date.
     */
    public void move(Key from, boolean fromHead, Key to, boolean toHead) {
        if (from.entry == to.entry) {
            if (fromHead != toHead && length(from) > 1) {
                tellMove(from, fromHead, to, toHead);
                rotate(from, fromHead);
            }
            to.entry = from.entry;
            return;
        }
        if (to.compartment() == compartment && !isPacked(from) && chunked.isOwnAtEnd(from.valueAddress(), fromHead)) {
            if (!to.exists()) {
                createLarge(to);
            } else if (isPacked(to)) {
                enlarge(to);
            }
            tellMove(from, fromHead, to, toHead);
            chunked.handOver(from.valueAddress(), fromHead, to.valueAddress(), toHead);
            deleteIfEmpty(from);
            return;
        }
        peek(from, fromHead, moving);
        to.compartment().lists().push(to, toHead, moving.address, moving.length);
        drop(from, fromHead);
    }

    /** Of two lists of this compartment, or one. The deletion of an emptied one is told when it comes. */
    private void tellMove(Key from, boolean fromHead, Key to, boolean toHead) {
        if (effects.heard) {
            peek(from, fromHead, moving);
            effects.listPushed(to, toHead, moving.address, moving.length);
            if (length(from) > 1) {
                effects.listDropped(from, fromHead, 1);
            }
        }
    }

    private void rotate(Key key, boolean fromHead) {
        if (isPacked(key)) {
            packed.rotate(key, fromHead, scratch);
            return;
        }
        long root = key.valueAddress();
        long chunk = fromHead ? ListLayout.head(root) : ListLayout.tail(root);
        if (ListLayout.chunks(root) == 1) {
            ElementRange.rotate(ListLayout.firstAddress(chunk), ListLayout.endAddress(chunk), fromHead, scratch);
        } else if (chunked.isOwnAtEnd(root, fromHead)) {
            chunked.handOver(root, fromHead, root, !fromHead);
        } else {
            peek(key, fromHead, moving);
            chunked.push(root, !fromHead, moving.address, moving.length);
            chunked.drop(root, fromHead);
        }
    }

    // ---------------------------------------------------------------- middle

    /** Replaces the element the cursor is at. */
    public void set(Key key, ListCursor place, long data, int length) {
        if (effects.heard) {
            effects.listSet(key, place.index(), data, length);
        }
        if (isPacked(key)) {
            int offset = (int) (place.at - ListLayout.packedFirst(key.valueAddress()));
            int growth = ListElement.bytes(length) - ListElement.bytes(place.length);
            if (growth <= 0 || PackedList.fits(key, growth)) {
                packed.replace(key, offset, data, length);
                return;
            }
            enlargeAround(key, place, offset);
        }
        edit.replace(key.valueAddress(), place.chunk, place.at, data, length);
    }

    /** Puts an element before or behind the one the cursor is at. */
    public void insert(Key key, ListCursor place, boolean before, long data, int length) {
        if (effects.heard) {
            effects.listInserted(key, place.index() + (before ? 0 : 1), data, length);
        }
        if (isPacked(key)) {
            int offset = (int) (place.at - ListLayout.packedFirst(key.valueAddress()));
            if (PackedList.fits(key, ListElement.bytes(length))) {
                packed.insert(key, before ? offset : offset + ListElement.bytes(place.length), data, length);
                return;
            }
            enlargeAround(key, place, offset);
        }
        edit.insert(key.valueAddress(), place.chunk, before ? place.at : ListElement.next(place.at), data, length);
    }

    /** Removes up to {@code limit} elements equal to the data, beginning at an end of an existing list; returns how many. Needs no memory. */
    public long removeEqual(Key key, boolean fromHead, long limit, long data, int length) {
        long removed;
        if (isPacked(key)) {
            removed = removeEqualPacked(key, fromHead, limit, data, length);
        } else {
            removed = edit.removeEqual(key.valueAddress(), fromHead, limit, data, length);
        }
        if (removed > 0 && length(key) > 0) {
            effects.listRemoved(key, fromHead, removed, data, length);
        }
        deleteIfEmpty(key);
        return removed;
    }

    private long removeEqualPacked(Key key, boolean fromHead, long limit, long data, int length) {
        int bound = (int) Math.min(limit, ListLayout.PACKED_MAX_BYTES);
        int skip = 0;
        if (!fromHead) {
            long value = key.valueAddress();
            skip = Math.max(0, ElementRange.countEqual(ListLayout.packedFirst(value), ListLayout.packedEnd(value), data, length) - bound);
        }
        return packed.removeEqual(key, skip, bound, data, length);
    }

    // ---------------------------------------------------------------- whole lists

    /** COPY, and MOVE between compartments, of large lists; packed ones are copied as any entry. */
    private static final class LargeCopier implements ValueCopier {
        @Override
        public long bytes(Key from) {
            long nodes = nodeBytes(from.entry);
            return nodes + nodes / from.compartment().heap().blockMaxBytes() * 2 * RUN_ROUNDING_BYTES + FRAME_BYTES;
        }

        @Override
        public void copy(Key from, Key to, boolean deadline) {
            to.compartment().lists().createCopy(from.valueAddress(), to, deadline);
        }
    }

    private void createCopy(long from, Key to, boolean deadline) {
        createLarge(to, deadline);
        long root = to.valueAddress();
        for (long chunk = ListLayout.head(from); chunk != 0; chunk = ListLayout.next(chunk)) {
            int used = ListLayout.used(chunk);
            long copy = chunked.newChunk(root, used, false);
            Mem.copy(ListLayout.firstAddress(chunk), ListLayout.base(copy), used);
            ListLayout.setRange(copy, 0, used);
            ListLayout.setCount(copy, ListLayout.count(chunk));
            chunked.linkAtEnd(root, copy, false);
        }
        ListLayout.addElements(root, ListLayout.elements(from));
    }

    // ---------------------------------------------------------------- forms

    private void createLarge(Key key) {
        createLarge(key, false);
    }

    private void createLarge(Key key, boolean deadline) {
        compartment.create(key, BlockKind.LIST_LARGE, ListLayout.ROOT_BYTES, deadline);
        beginRoot(key);
    }

    private void beginRoot(Key key) {
        compartment.collections().register(key.entry);
        ListLayout.clearRoot(key.valueAddress());
    }

    /**
     * Turns a packed list into a large one with one chunk. The chunk needs the collection's id before the root record exists, and the id is written
     * where the packed header lies: so the header is put back until the elements are out.
     */
    private void enlarge(Key key) {
        long value = key.valueAddress();
        int count = ListLayout.packedCount(value);
        int used = ListLayout.packedUsed(value);
        int collection = compartment.collections().register(key.entry);
        int capacity = Math.max(2 * used, ChunkedList.SMALL_BYTES);
        long chunk = compartment.heap().allocate(BlockKind.LIST_CHUNK, collection, ListLayout.CHUNK_HEADER_BYTES + (long) capacity);
        Mem.copy(ListLayout.packedFirst(value), ListLayout.base(chunk), used);
        compartment.replaceValue(key, BlockKind.LIST_LARGE, ListLayout.ROOT_BYTES);
        compartment.collections().setEntry(collection, key.entry);
        long root = key.valueAddress();
        Mem.putInt(root, collection);
        ListLayout.clearRoot(root);
        ListLayout.setRange(chunk, 0, used);
        ListLayout.setCount(chunk, count);
        chunked.link(root, 0, chunk, 0);
        ListLayout.addElements(root, count);
    }

    /** Enlarges the list and sets the cursor to the element it was at. */
    private void enlargeAround(Key key, ListCursor place, int offset) {
        enlarge(key);
        long chunk = ListLayout.head(key.valueAddress());
        place.enter(chunk);
        place.here(ListLayout.firstAddress(chunk) + offset);
    }
}

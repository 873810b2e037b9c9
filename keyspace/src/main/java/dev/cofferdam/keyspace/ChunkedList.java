// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * The frame of a large list: its root record, its chunks and their links, and what happens at both ends.
 *
 * <p>Owns the chunks of its compartment's lists; the compartment's thread. A root is passed as the address of its record, which stays put within a
 * command as long as the entry is not resized. What always holds: no chunk is empty; neighbours and root agree about the links; an element of more
 * than {@link #ownBytes()} has a chunk of its own, exactly as large as it.
 *
 * <p>How large chunks are. The log the blocks lie in has no holes to reuse, so a chunk that grew by copying would leave its old selves behind as dead
 * bytes. Therefore chunks at the ends never grow: a new one is twice as large as its neighbour, up to {@link #fullBytes()}, so that a list never has
 * more room than elements, be it a worker's processing list or a backlog of millions. A full-sized chunk takes the rest of the open page when that
 * is nearly its size, and a multiple of the element that opens it: jobs of one size leave no tail. Popping never needs memory: a chunk that is half
 * empty is cut where it lies.
 */
final class ChunkedList {
    private static final int FULL_MAX_BYTES = 16 << 10;
    /** Full chunks are at most this share of a page. */
    private static final int PAGE_SHARE = 10;
    /** A chunk of its own gets an element of more than this share of a full chunk. */
    private static final int OWN_SHARE = 4;
    /** Chunks are not made or cut smaller than this for small elements at the ends. */
    static final int SMALL_BYTES = 1024;
    /** Room at the wrong side is used by moving the elements over when it is at least this share of the chunk. */
    private static final int SHIFT_SHARE = 4;
    /** Room that a chunk keeps when it gets a new neighbour on that side. */
    private static final int TAIL_WASTE_SHARE = 64;

    private final BlockHeap heap;
    private final CollectionTable collections;
    private final int fullBytes;
    private final ListWaypoints waypoints = new ListWaypoints();

    ChunkedList(Compartment compartment) {
        heap = compartment.heap();
        collections = compartment.collections();
        fullBytes = Math.min(FULL_MAX_BYTES, 2 * heap.blockMaxBytes() / PAGE_SHARE);
        heap.relocateWith(BlockKind.LIST_CHUNK, this::moved);
        compartment.reclaimWith(BlockKind.LIST_LARGE, this::freeSome);
    }

    /** Ways into the middle of the list that was last sought far into. */
    ListWaypoints waypoints() {
        return waypoints;
    }

    /** Size of a full chunk, header included. */
    int fullBytes() {
        return fullBytes;
    }

    /** Elements of more bytes than this get a chunk of their own. */
    int ownBytes() {
        return fullBytes / OWN_SHARE;
    }

    // ---------------------------------------------------------------- ends

    void push(long root, boolean head, long data, int length) {
        int bytes = ListElement.bytes(length);
        long chunk = chunkToPush(root, head, bytes);
        int start = ListLayout.start(chunk);
        int end = ListLayout.end(chunk);
        if (head) {
            start -= bytes;
            ListElement.write(ListLayout.base(chunk) + start, data, length);
            waypoints.takenAtHead(root, -1);
        } else {
            ListElement.write(ListLayout.base(chunk) + end, data, length);
            end += bytes;
        }
        ListLayout.setRange(chunk, start, end);
        ListLayout.setCount(chunk, ListLayout.count(chunk) + 1);
        ListLayout.addElements(root, 1);
    }

    /** The chunk at that end with room on that side, which may be a new one. */
    private long chunkToPush(long root, boolean head, int bytes) {
        long chunk = head ? ListLayout.head(root) : ListLayout.tail(root);
        if (bytes > ownBytes()) {
            seal(root, chunk, head);
            return linkAtEnd(root, newChunk(root, bytes, head), head);
        }
        if (chunk == 0) {
            return linkAtEnd(root, newChunk(root, roomFor(SMALL_BYTES, bytes), head), head);
        }
        int capacity = ListLayout.capacity(chunk);
        int room = head ? ListLayout.start(chunk) : capacity - ListLayout.end(chunk);
        boolean own = isOwn(chunk);
        if (room >= bytes && !own) {
            return chunk;
        }
        int free = capacity - ListLayout.used(chunk);
        if (free >= bytes && free >= capacity / SHIFT_SHARE && !own) {
            int roomAfter = Math.max(bytes, free - free / SHIFT_SHARE);
            place(chunk, head ? roomAfter : free - roomAfter);
            return chunk;
        }
        int wanted = own ? SMALL_BYTES : 2 * Math.max(capacity, neighbourCapacity(chunk, head));
        seal(root, chunk, head);
        return linkAtEnd(root, newChunk(root, roomFor(wanted, bytes), head), head);
    }

    /** Capacity of the chunk behind the one at that end: after one that only filled up a page, the next is full-sized again. */
    private int neighbourCapacity(long chunk, boolean head) {
        long other = head ? ListLayout.next(chunk) : ListLayout.previous(chunk);
        return other == 0 || isOwn(other) ? 0 : ListLayout.capacity(other);
    }

    /** True for a chunk that one large element has to itself. */
    boolean isOwn(long chunk) {
        return ListLayout.count(chunk) == 1 && ListLayout.used(chunk) > ownBytes();
    }

    /** Moves the elements within the chunk, so that they begin at this offset. */
    void place(long chunk, int start) {
        heap.beforeChange(chunk);
        int used = ListLayout.used(chunk);
        Mem.copy(ListLayout.firstAddress(chunk), ListLayout.base(chunk) + start, used);
        ListLayout.setRange(chunk, start, start + used);
    }

    /** Capacity of a new end chunk: about {@code wanted}, a multiple of the element, what is left of the page if that is about as much. */
    private int roomFor(int wanted, int bytes) {
        int limit = fullBytes - ListLayout.CHUNK_HEADER_BYTES;
        int capacity = Math.max(SMALL_BYTES, Math.min(wanted, limit));
        if (wanted >= limit) {
            int left = heap.nodeRoomBytes() - ListLayout.CHUNK_HEADER_BYTES;
            boolean restIsSmall = left > capacity && left < capacity + fullBytes / 2;
            boolean restIsEnough = left <= capacity && left >= Math.max(bytes, fullBytes / 8);
            if (restIsSmall || restIsEnough) {
                capacity = left;
            }
        }
        return Math.max(bytes, capacity / bytes * bytes);
    }

    /** The chunk will no longer be at that end of the list: its room there is cut off. */
    private void seal(long root, long chunk, boolean head) {
        if (chunk == 0) {
            return;
        }
        int capacity = ListLayout.capacity(chunk);
        int waste = head ? ListLayout.start(chunk) : capacity - ListLayout.end(chunk);
        if (waste < Math.max(BlockLayout.UNIT_BYTES, capacity / TAIL_WASTE_SHARE)) {
            return;
        }
        if (head) {
            boolean only = ListLayout.tail(root) == chunk;
            place(chunk, 0);
            resize(root, chunk, only ? capacity - waste : ListLayout.used(chunk));
        } else {
            resize(root, chunk, ListLayout.end(chunk));
        }
    }

    /** Gives the chunk another capacity where it lies, if that can be done. */
    void resize(long root, long chunk, int capacity) {
        long before = BlockLayout.bytes(chunk);
        if (heap.resizeInPlace(chunk, ListLayout.CHUNK_HEADER_BYTES + (long) capacity)) {
            ListLayout.addChunkBytes(root, 0, BlockLayout.bytes(chunk) - before);
        }
    }

    /** Removes the element at that end. The root may be left without elements: the caller deletes the key. Never needs memory. */
    void drop(long root, boolean head) {
        long chunk = head ? ListLayout.head(root) : ListLayout.tail(root);
        int start = ListLayout.start(chunk);
        int end = ListLayout.end(chunk);
        long base = ListLayout.base(chunk);
        if (head) {
            start += ListElement.bytes(ListElement.length(base + start));
        } else {
            end -= ListElement.bytes(ListElement.lengthBefore(base + end));
        }
        dropped(root, chunk, head, start, end, 1);
    }

    /** Removes {@code elements} elements from that end, at most as many as there are. */
    void dropMany(long root, boolean head, long elements) {
        long rest = elements;
        while (rest > 0) {
            long chunk = head ? ListLayout.head(root) : ListLayout.tail(root);
            int count = ListLayout.count(chunk);
            if (count <= rest) {
                dropped(root, chunk, head, 0, 0, count);
                rest -= count;
                continue;
            }
            long at = head ? ListLayout.firstAddress(chunk) : ListLayout.endAddress(chunk);
            for (long i = rest; i > 0; i--) {
                at = head ? ListElement.next(at) : ListElement.previous(at);
            }
            int offset = (int) (at - ListLayout.base(chunk));
            dropped(root, chunk, head, head ? offset : ListLayout.start(chunk), head ? ListLayout.end(chunk) : offset, (int) rest);
            return;
        }
    }

    private void dropped(long root, long chunk, boolean head, int start, int end, int elements) {
        int count = ListLayout.count(chunk) - elements;
        ListLayout.addElements(root, -elements);
        if (head) {
            waypoints.takenAtHead(root, elements);
        }
        if (count == 0) {
            unlink(root, chunk);
            heap.free(chunk);
            return;
        }
        ListLayout.setCount(chunk, count);
        ListLayout.setRange(chunk, start, end);
        cutEnd(root, chunk, head);
    }

    /** Cuts a chunk at an end that has become half empty. Each cut waits for as many bytes to be popped as the last one moved. */
    private void cutEnd(long root, long chunk, boolean head) {
        int used = ListLayout.used(chunk);
        int capacity = ListLayout.capacity(chunk);
        if (2 * used > capacity || capacity <= SMALL_BYTES) {
            return;
        }
        int target = Math.max(SMALL_BYTES, used + used / 4);
        if (ListLayout.end(chunk) > target) {
            place(chunk, head ? 0 : target - used); // pushes, if any, come at the other end
        }
        resize(root, chunk, target);
    }

    // ---------------------------------------------------------------- chunks and links

    /** A chunk without elements, not linked; its free side is the one that {@code head} says pushes come from. */
    long newChunk(long root, int capacity, boolean head) {
        long chunk = heap.allocate(BlockKind.LIST_CHUNK, ListLayout.collection(root), ListLayout.CHUNK_HEADER_BYTES + (long) capacity);
        ListLayout.setCount(chunk, 0);
        int offset = head ? capacity : 0;
        ListLayout.setRange(chunk, offset, offset);
        return chunk;
    }

    long linkAtEnd(long root, long chunk, boolean head) {
        return head ? link(root, 0, chunk, ListLayout.head(root)) : link(root, ListLayout.tail(root), chunk, 0);
    }

    /** Links a chunk between two neighbours, 0 for none. */
    long link(long root, long previous, long chunk, long next) {
        ListLayout.setPrevious(chunk, previous);
        ListLayout.setNext(chunk, next);
        pointTo(root, previous, chunk, next);
        ListLayout.addChunkBytes(root, 1, BlockLayout.bytes(chunk));
        return chunk;
    }

    private static void pointTo(long root, long previous, long chunk, long next) {
        if (previous != 0) {
            ListLayout.setNext(previous, chunk);
        } else {
            ListLayout.setHead(root, chunk);
        }
        if (next != 0) {
            ListLayout.setPrevious(next, chunk);
        } else {
            ListLayout.setTail(root, chunk);
        }
    }

    /** Takes the chunk out of the list; it is still allocated. */
    void unlink(long root, long chunk) {
        long previous = ListLayout.previous(chunk);
        long next = ListLayout.next(chunk);
        if (previous != 0) {
            ListLayout.setNext(previous, next);
        } else {
            ListLayout.setHead(root, next);
        }
        if (next != 0) {
            ListLayout.setPrevious(next, previous);
        } else {
            ListLayout.setTail(root, previous);
        }
        ListLayout.addChunkBytes(root, -1, -BlockLayout.bytes(chunk));
        waypoints.remove(root, chunk);
        waypoints.remove(root, previous == 0 ? next : next == 0 ? previous : 0);
    }

    /** Puts a copy with another capacity in the chunk's place. The elements begin at its start. */
    long regrow(long root, long chunk, int capacity) {
        long copy = newChunk(root, capacity, false);
        int used = ListLayout.used(chunk);
        Mem.copy(ListLayout.firstAddress(chunk), ListLayout.base(copy), used);
        ListLayout.setRange(copy, 0, used);
        ListLayout.setCount(copy, ListLayout.count(chunk));
        long previous = ListLayout.previous(chunk);
        long next = ListLayout.next(chunk);
        unlink(root, chunk);
        heap.free(chunk);
        return link(root, previous, copy, next);
    }

    /**
     * Hands the chunk at an end over to another list of the compartment if it holds one large element: moving a message of a megabyte in a full
     * compartment needs no second megabyte. Only when {@link #isOwnAtEnd}.
     */
    void handOver(long from, boolean fromHead, long to, boolean toHead) {
        long chunk = fromHead ? ListLayout.head(from) : ListLayout.tail(from);
        unlink(from, chunk);
        ListLayout.addElements(from, -1);
        waypoints.takenAtHead(from, fromHead ? 1 : 0);
        seal(to, toHead ? ListLayout.head(to) : ListLayout.tail(to), toHead);
        heap.changeOwner(chunk, ListLayout.collection(to));
        linkAtEnd(to, chunk, toHead);
        ListLayout.addElements(to, 1);
        waypoints.takenAtHead(to, toHead ? -1 : 0);
    }

    /** True when the element at that end has a chunk to itself and is too large to be copied lightly. */
    boolean isOwnAtEnd(long root, boolean head) {
        return isOwn(head ? ListLayout.head(root) : ListLayout.tail(root));
    }

    // ---------------------------------------------------------------- cleaner and deletion

    /** The cleaner has moved a chunk: neighbours and root point to where it is now. */
    private void moved(int kind, long from, long to) {
        long root = EntryLayout.valueAddress(collections.entry(BlockLayout.owner(to)));
        pointTo(root, ListLayout.previous(to), to, ListLayout.next(to));
        waypoints.moved(BlockLayout.owner(to), from, to);
    }

    /** Frees chunks of a deleted list from the head; true when none are left. */
    private boolean freeSome(long rootEntry, int steps) {
        long root = EntryLayout.valueAddress(rootEntry);
        waypoints.forget(root);
        for (int i = 0; i < steps; i++) {
            long chunk = ListLayout.head(root);
            if (chunk == 0) {
                return true;
            }
            unlink(root, chunk);
            heap.free(chunk);
        }
        return ListLayout.head(root) == 0;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * Changes in the middle of a large list: an element put in, taken out, or replaced.
 *
 * <p>Owns nothing; the compartment's thread. A chunk with room takes the element; one without grows by copying until it is full-sized, and is then
 * split in two, as a tree's leaf is. A chunk that loses elements is cut to what is left, so a sieved list keeps no hollow chunks.
 */
final class ListEdit {
    private final ChunkedList list;
    private final BlockHeap heap;
    private final int fullBytes;

    /** Where {@link #insert} has put the element. */
    private long chunk;
    private long at;

    ListEdit(ChunkedList list, BlockHeap heap) {
        this.list = list;
        this.heap = heap;
        this.fullBytes = list.fullBytes() - ListLayout.CHUNK_HEADER_BYTES;
    }

    /** Puts an element in front of the byte {@code place} of {@code target}: an element's first, or the end of the chunk's elements. */
    void insert(long root, long target, long place, long data, int length) {
        int bytes = ListElement.bytes(length);
        list.waypoints().forget(root);
        chunk = target;
        at = place;
        if (bytes > list.ownBytes() || list.isOwn(chunk)) {
            insertChunk(root, bytes);
        } else {
            makeRoom(root, bytes);
            openGap(bytes);
        }
        ListElement.write(at, data, length);
        ListLayout.setCount(chunk, ListLayout.count(chunk) + 1);
        ListLayout.addElements(root, 1);
    }

    /** Gives the element a chunk of its own between two others, one of which may have to be cut off first. */
    private void insertChunk(long root, int bytes) {
        if (at != ListLayout.firstAddress(chunk) && at != ListLayout.endAddress(chunk)) {
            split(root, chunk, at);
            at = ListLayout.endAddress(chunk);
        }
        long created = list.newChunk(root, bytes, false);
        ListLayout.setRange(created, 0, bytes);
        if (at == ListLayout.firstAddress(chunk)) {
            list.link(root, ListLayout.previous(chunk), created, chunk);
        } else {
            list.link(root, chunk, created, ListLayout.next(chunk));
        }
        chunk = created;
        at = ListLayout.firstAddress(created);
    }

    /** Makes {@code chunk} one that has room and contains {@code at}. */
    private void makeRoom(long root, int bytes) {
        while (ListLayout.capacity(chunk) - ListLayout.used(chunk) < bytes) {
            int used = ListLayout.used(chunk);
            long offset = at - ListLayout.firstAddress(chunk);
            if (used + bytes <= fullBytes || ListLayout.count(chunk) == 1) {
                chunk = list.regrow(root, chunk, Math.max(used + bytes, Math.min(2 * used, fullBytes)));
                at = ListLayout.firstAddress(chunk) + offset;
                return;
            }
            long middle = ElementRange.middle(ListLayout.firstAddress(chunk), ListLayout.endAddress(chunk));
            long left = middle - ListLayout.firstAddress(chunk);
            long right = split(root, chunk, middle);
            if (offset > left) {
                chunk = right;
                at = ListLayout.firstAddress(right) + (offset - left);
            }
        }
    }

    /** Moves the elements from {@code place} on to a new chunk behind this one, and returns it. */
    private long split(long root, long left, long place) {
        int moved = (int) (ListLayout.endAddress(left) - place);
        int elements = ElementRange.count(place, ListLayout.endAddress(left));
        long right = list.newChunk(root, moved + moved / 2, false);
        Mem.copy(place, ListLayout.base(right), moved);
        ListLayout.setRange(right, 0, moved);
        ListLayout.setCount(right, elements);
        ListLayout.setRange(left, ListLayout.start(left), ListLayout.end(left) - moved);
        ListLayout.setCount(left, ListLayout.count(left) - elements);
        return list.link(root, left, right, ListLayout.next(left));
    }

    /** Opens {@code bytes} bytes at {@code at} by moving the elements on one side; the chunk has the room. */
    private void openGap(int bytes) {
        int start = ListLayout.start(chunk);
        int end = ListLayout.end(chunk);
        long offset = at - ListLayout.firstAddress(chunk);
        boolean nearHead = offset < (end - start) / 2;
        if (nearHead ? start < bytes : ListLayout.capacity(chunk) - end < bytes) {
            int free = ListLayout.capacity(chunk) - (end - start);
            if (nearHead && ListLayout.capacity(chunk) - end >= bytes || !nearHead && start >= bytes) {
                nearHead = !nearHead;
            } else {
                list.place(chunk, nearHead ? free : 0);
            }
        }
        start = ListLayout.start(chunk);
        end = ListLayout.end(chunk);
        long first = ListLayout.firstAddress(chunk);
        if (nearHead) {
            Mem.copy(first, first - bytes, offset);
            ListLayout.setRange(chunk, start - bytes, end);
            at = first + offset - bytes;
        } else {
            at = first + offset;
            Mem.copy(at, at + bytes, end - start - offset);
            ListLayout.setRange(chunk, start, end + bytes);
        }
    }

    /** Takes the element at {@code place} out. The root may be left without elements. */
    void remove(long root, long target, long place) {
        int bytes = ListElement.bytes(ListElement.length(place));
        int start = ListLayout.start(target);
        int end = ListLayout.end(target);
        long first = ListLayout.firstAddress(target);
        long before = place - first;
        long after = end - start - before - bytes;
        if (before < after) {
            Mem.copy(first, first + bytes, before);
            start += bytes;
        } else {
            Mem.copy(place + bytes, place, after);
            end -= bytes;
        }
        ListLayout.setRange(target, start, end);
        removed(root, target, 1);
    }

    /** Books that elements of a chunk are gone, and frees or cuts it. */
    private void removed(long root, long target, int elements) {
        int count = ListLayout.count(target) - elements;
        list.waypoints().forget(root);
        ListLayout.setCount(target, count);
        ListLayout.addElements(root, -elements);
        if (count == 0) {
            list.unlink(root, target);
            heap.free(target);
            return;
        }
        int used = ListLayout.used(target);
        if (2 * used > ListLayout.capacity(target)) {
            return;
        }
        if (ListLayout.end(target) > used) {
            list.place(target, 0);
        }
        list.resize(root, target, used);
    }

    /** Replaces the element at {@code place}. Needs no memory when the new one is not longer. */
    void replace(long root, long target, long place, long data, int length) {
        int before = ListElement.bytes(ListElement.length(place));
        int after = ListElement.bytes(length);
        int free = ListLayout.capacity(target) - ListLayout.used(target);
        if (after <= before || after - before <= free && after <= list.ownBytes()) {
            replaceInPlace(target, place, before, after, data, length);
            if (after < before) {
                cut(root, target);
            }
            return;
        }
        insert(root, target, place, data, length);
        long old = ListElement.next(at);
        long holder = chunk;
        if (old == ListLayout.endAddress(chunk)) {
            holder = ListLayout.next(chunk);
            old = ListLayout.firstAddress(holder);
        }
        remove(root, holder, old);
    }

    private void replaceInPlace(long target, long place, int before, int after, long data, int length) {
        heap.beforeChange(target);
        long offset = place - ListLayout.firstAddress(target);
        int growth = after - before;
        if (ListLayout.capacity(target) - ListLayout.end(target) < growth) {
            list.place(target, 0);
        }
        long element = ListLayout.firstAddress(target) + offset;
        Mem.copy(element + before, element + after, ListLayout.endAddress(target) - element - before);
        ListElement.write(element, data, length);
        ListLayout.setRange(target, ListLayout.start(target), ListLayout.end(target) + growth);
    }

    /** After an element became shorter: a chunk that is half empty is cut where it lies, one in a run as far as it stays one. */
    private void cut(long root, long target) {
        int used = ListLayout.used(target);
        int capacity = ListLayout.capacity(target);
        if (2 * used > capacity || capacity <= ChunkedList.SMALL_BYTES) {
            return;
        }
        list.place(target, 0);
        list.resize(root, target, BlockLayout.isRun(target) ? Math.max(used, heap.blockMaxBytes()) : used);
    }

    /**
     * Removes elements equal to the data: up to {@code limit} of them, from the head, or from the tail.
     *
     * @return how many; the root may be left without elements
     */
    long removeEqual(long root, boolean fromHead, long limit, long data, int length) {
        int bytes = ListElement.bytes(length);
        long rest = limit;
        long target = fromHead ? ListLayout.head(root) : ListLayout.tail(root);
        while (target != 0 && rest > 0) {
            long following = fromHead ? ListLayout.next(target) : ListLayout.previous(target);
            long first = ListLayout.firstAddress(target);
            long end = ListLayout.endAddress(target);
            int skip = fromHead || rest >= ListLayout.count(target)
                    ? 0
                    : (int) Math.max(0, ElementRange.countEqual(first, end, data, length) - rest);
            long newEnd = ElementRange.removeEqual(first, end, skip, (int) Math.min(rest, Integer.MAX_VALUE), data, length);
            int elements = (int) (end - newEnd) / bytes;
            if (elements > 0) {
                ListLayout.setRange(target, ListLayout.start(target), ListLayout.end(target) - (int) (end - newEnd));
                removed(root, target, elements);
                rest -= elements;
            }
            target = following;
        }
        return limit - rest;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Chunks in the middle of one large list of which the index is known, so that a seek does not walk there from an end: the list that was last
 * sought far into.
 *
 * <p>Owns up to {@value #MOST} of them on the heap, one object a compartment; the compartment's thread. Seeks leave them behind on their way; what changes the
 * middle of the list drops them all. What always holds: none is the list's first or last chunk, so pushing and popping change nothing about their own elements,
 * and only how many elements were taken in front of them has to be known. That is counted here: a waypoint keeps the index its first element had plus what
 * had been taken at the head by then.
 *
 * <p>Why: neighbours lie a chunk apart in memory, so that each step waits for it (some 60 ns); in the middle of five million small elements a walk from an end is 1,500
 * steps.
 */
final class ListWaypoints {
    /** Lists of fewer chunks are walked. */
    static final int WORTH_CHUNKS = 64;
    private static final int MOST = 256;
    /** A walk leaves one behind after so many chunks, or a part of the list's: then half as many as there is room for cover all of it. */
    private static final int STRIDE_LEAST = 16;

    private int collection;
    private int count;
    private final long[] chunks = new long[MOST];
    private final long[] places = new long[MOST];
    private long takenAtHead;
    private long steps;

    /** Where the last {@link #walk} ended: the chunk, and the index of its first element. */
    private long chunk;
    private long first;

    /** The chunk that holds element {@code index} of the list, which there is; {@link #first} then tells its first one's index. */
    long seek(long root, long index) {
        if (collection != ListLayout.collection(root)) {
            collection = ListLayout.collection(root);
            count = 0;
            takenAtHead = 0;
        }
        start(root, index);
        walk(index, Math.max(STRIDE_LEAST, ListLayout.chunks(root) / (MOST / 2)));
        return chunk;
    }

    /** Index of the first element of the chunk that {@link #seek} has answered. */
    long first() {
        return first;
    }

    /** The nearest of both ends and the waypoints around the index. */
    private void start(long root, long index) {
        chunk = ListLayout.head(root);
        first = 0;
        int behind = upperBound(index + takenAtHead);
        if (behind > 0) {
            consider(chunks[behind - 1], places[behind - 1] - takenAtHead, index);
        }
        if (behind < count) {
            consider(chunks[behind], places[behind] - takenAtHead, index);
        }
        long tail = ListLayout.tail(root);
        consider(tail, ListLayout.elements(root) - ListLayout.count(tail), index);
    }

    private void consider(long other, long itsFirst, long index) {
        if (Math.abs(itsFirst - index) < Math.abs(first - index)) {
            chunk = other;
            first = itsFirst;
        }
    }

    private void walk(long index, int stride) {
        int walked = 0;
        for (int elements = ListLayout.count(chunk); index >= first + elements; elements = ListLayout.count(chunk)) {
            first += elements;
            chunk = ListLayout.next(chunk);
            if (++walked % stride == 0) {
                leave();
            }
        }
        while (index < first) {
            chunk = ListLayout.previous(chunk);
            first -= ListLayout.count(chunk);
            if (++walked % stride == 0) {
                leave();
            }
        }
        steps += walked;
    }

    /** Chunks walked by all seeks. */
    long steps() {
        return steps;
    }

    /** Puts a waypoint where the walk is. */
    private void leave() {
        if (ListLayout.previous(chunk) == 0 || ListLayout.next(chunk) == 0) {
            return;
        }
        if (count == MOST) {
            thinOut();
        }
        long place = first + takenAtHead;
        int at = upperBound(place);
        if (at > 0 && chunks[at - 1] == chunk) {
            return;
        }
        System.arraycopy(chunks, at, chunks, at + 1, count - at);
        System.arraycopy(places, at, places, at + 1, count - at);
        chunks[at] = chunk;
        places[at] = place;
        count++;
    }

    private void thinOut() {
        for (int i = 0; i < count / 2; i++) {
            chunks[i] = chunks[2 * i];
            places[i] = places[2 * i];
        }
        count /= 2;
    }

    /** The first waypoint whose place is beyond this one. */
    private int upperBound(long place) {
        int found = Arrays.binarySearch(places, 0, count, place);
        return found >= 0 ? found + 1 : -found - 1;
    }

    // ---------------------------------------------------------------- what the list tells

    /** Elements were taken at the head; less than 0 where some were pushed. */
    void takenAtHead(long root, long elements) {
        if (count > 0 && collection == ListLayout.collection(root)) {
            takenAtHead += elements;
        }
    }

    /** The chunk is no longer in the list, or is now at an end of it. */
    void remove(long root, long other) {
        if (count == 0 || collection != ListLayout.collection(root)) {
            return;
        }
        for (int i = 0; i < count; i++) {
            if (chunks[i] == other) {
                System.arraycopy(chunks, i + 1, chunks, i, count - i - 1);
                System.arraycopy(places, i + 1, places, i, count - i - 1);
                count--;
                return;
            }
        }
    }

    /** The list's middle changes. */
    void forget(long root) {
        if (collection == ListLayout.collection(root)) {
            count = 0;
        }
    }

    /** All lists are gone. */
    void clear() {
        collection = 0;
        count = 0;
    }

    /** A chunk of a list lies elsewhere now. */
    void moved(int owner, long from, long to) {
        if (collection != owner) {
            return;
        }
        for (int i = 0; i < count; i++) {
            if (chunks[i] == from) {
                chunks[i] = to;
                return;
            }
        }
    }

    /** For the audit: what is wrong about the waypoints of this list, or null. */
    @Nullable
    String trouble(long root) {
        if (collection != ListLayout.collection(root)) {
            return null;
        }
        int seen = 0;
        long before = takenAtHead;
        for (long at = ListLayout.head(root); at != 0; before += ListLayout.count(at), at = ListLayout.next(at)) {
            if (seen < count && chunks[seen] == at) {
                if (places[seen] != before) {
                    return "waypoint " + seen + " says place " + places[seen] + ", its chunk is at " + before;
                }
                if (at == ListLayout.head(root) || at == ListLayout.tail(root)) {
                    return "waypoint " + seen + " is at an end of the list";
                }
                seen++;
            }
        }
        return seen == count ? null : "waypoint " + seen + " of " + count + " is not in the list, or out of order";
    }
}

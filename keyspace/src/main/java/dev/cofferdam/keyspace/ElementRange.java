// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * Work on a run of {@link ListElement}s between two addresses, in a packed value or in a chunk alike.
 *
 * <p>Owns nothing; the thread that owns the bytes.
 */
final class ElementRange {
    private ElementRange() {
    }

    /** How many elements lie between the addresses. */
    static int count(long first, long end) {
        int count = 0;
        for (long at = first; at < end; at = ListElement.next(at)) {
            count++;
        }
        return count;
    }

    static int countEqual(long first, long end, long data, int length) {
        int count = 0;
        for (long at = first; at < end; at = ListElement.next(at)) {
            if (ListElement.equal(at, data, length)) {
                count++;
            }
        }
        return count;
    }

    /**
     * Closes up over elements equal to the data: the first {@code skip} equal ones stay, then up to {@code limit} go. One pass, so that removing
     * thousands from a chunk does not move its bytes thousands of times.
     *
     * @return the new end
     */
    static long removeEqual(long first, long end, int skip, int limit, long data, int length) {
        int toSkip = skip;
        int toRemove = limit;
        long kept = first;
        long copied = first;
        for (long at = first; at < end && toRemove > 0;) {
            long next = ListElement.next(at);
            if (ListElement.equal(at, data, length)) {
                if (toSkip > 0) {
                    toSkip--;
                } else {
                    Mem.copy(copied, kept, at - copied);
                    kept += at - copied;
                    copied = next;
                    toRemove--;
                }
            }
            at = next;
        }
        if (copied != kept) {
            Mem.copy(copied, kept, end - copied);
        }
        return kept + (end - copied);
    }

    /** Moves the element at one end of the range to the other; it must fit the scratch array. */
    static void rotate(long first, long end, boolean fromHead, byte[] scratch) {
        int bytes = ListElement.bytes(fromHead ? ListElement.length(first) : ListElement.lengthBefore(end));
        long rest = end - first - bytes;
        if (fromHead) {
            Mem.copyTo(first, scratch, 0, bytes);
            Mem.copy(first + bytes, first, rest);
            Mem.copyFrom(scratch, 0, end - bytes, bytes);
        } else {
            Mem.copyTo(end - bytes, scratch, 0, bytes);
            Mem.copy(first, first + bytes, rest);
            Mem.copyFrom(scratch, 0, first, bytes);
        }
    }

    /** The boundary between two elements that is nearest behind the middle of the range, and not its end. The range has two elements or more. */
    static long middle(long first, long end) {
        long half = first + (end - first) / 2;
        long at = ListElement.next(first);
        while (at < half) {
            long next = ListElement.next(at);
            if (next >= end) {
                break;
            }
            at = next;
        }
        return at;
    }
}

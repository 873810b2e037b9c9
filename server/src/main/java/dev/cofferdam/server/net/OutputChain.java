// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.memory.Mem;

/**
 * Replies a client has not read yet: a chain of segments in connection buffers. Empty for every client that keeps up.
 *
 * <pre>
 *  0        8        12       16                     24         32
 *  +--------+--------+--------+----------------------+----------+-------------
 *  | next   | unsent from, to | capacity             | 0        | bytes ...
 *  +--------+--------+--------+----------------------+----------+-------------
 * </pre>
 *
 * <p>Owns its segments. Event loop only; the lane builds one of its own, and the loop joins it to the client's. What always holds: {@link #bytes()}
 * is the sum of what is unsent in the segments.
 */
final class OutputChain {
    private static final int NEXT = 0;
    private static final int FROM = 8;
    private static final int TO = 12;
    private static final int CAPACITY = 16;
    static final int HEADER_BYTES = 32;
    private static final int FIRST_SEGMENT_BYTES = 4096;

    private final BufferPool pool;
    private long head;
    private long tail;
    private long bytes;
    private long capacityBytes;

    OutputChain(BufferPool pool) {
        this.pool = pool;
    }

    boolean isEmpty() {
        return head == 0;
    }

    /** Unsent bytes. */
    long bytes() {
        return bytes;
    }

    /** Bytes of buffers held. */
    long capacityBytes() {
        return capacityBytes;
    }

    /** Copies bytes to the end; false when the account has no memory for all of them (what fitted stays). */
    boolean append(long from, long length) {
        long at = from;
        long left = length;
        while (left > 0) {
            long room = tail == 0 ? 0 : Mem.getLong(tail + CAPACITY) - Mem.getInt(tail + TO);
            if (room <= 0) {
                if (!addSegment(left)) {
                    return false;
                }
                continue;
            }
            int part = (int) Math.min(left, room);
            int to = Mem.getInt(tail + TO);
            Mem.copy(at, tail + to, part);
            Mem.putInt(tail + TO, to + part);
            bytes += part;
            at += part;
            left -= part;
        }
        return true;
    }

    private boolean addSegment(long wanted) {
        long size = Math.clamp(wanted + HEADER_BYTES, FIRST_SEGMENT_BYTES, pool.largestSmallBytes());
        if (tail != 0) {
            // A chain that has grown will grow further: fewer, larger segments.
            size = Math.max(size, Math.min(Mem.getLong(tail + CAPACITY) * 2, pool.largestSmallBytes()));
        }
        long capacity = pool.capacityFor(size);
        long segment = pool.take(capacity);
        if (segment == 0) {
            return false;
        }
        Mem.putLong(segment + NEXT, 0);
        Mem.putInt(segment + FROM, HEADER_BYTES);
        Mem.putInt(segment + TO, HEADER_BYTES);
        Mem.putLong(segment + CAPACITY, capacity);
        if (tail == 0) {
            head = segment;
        } else {
            Mem.putLong(tail + NEXT, segment);
        }
        tail = segment;
        capacityBytes += capacity;
        return true;
    }

    /** Copies up to {@code room} unsent bytes to {@code to} without taking them; answers how many. */
    int peek(long to, int room) {
        int copied = 0;
        for (long segment = head; segment != 0 && copied < room; segment = Mem.getLong(segment + NEXT)) {
            int from = Mem.getInt(segment + FROM);
            int part = Math.min(room - copied, Mem.getInt(segment + TO) - from);
            Mem.copy(segment + from, to + copied, part);
            copied += part;
        }
        return copied;
    }

    /** Forgets the first {@code count} bytes: they are sent. */
    void skip(int count) {
        int left = count;
        bytes -= count;
        while (left > 0) {
            int from = Mem.getInt(head + FROM);
            int available = Mem.getInt(head + TO) - from;
            if (left < available) {
                Mem.putInt(head + FROM, from + left);
                return;
            }
            left -= available;
            dropHead();
        }
    }

    private void dropHead() {
        long segment = head;
        head = Mem.getLong(segment + NEXT);
        if (head == 0) {
            tail = 0;
        }
        long capacity = Mem.getLong(segment + CAPACITY);
        capacityBytes -= capacity;
        pool.giveBack(segment, capacity);
    }

    void clear() {
        while (head != 0) {
            dropHead();
        }
        bytes = 0;
    }
}

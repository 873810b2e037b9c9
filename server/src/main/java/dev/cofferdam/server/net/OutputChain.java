// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.memory.BufferPool;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.ReplyWriter;

/**
 * Replies a client has not read yet: a chain of segments in connection buffers. Empty for every client that keeps up.
 *
 * <pre>
 *  0        8        12       16         24              32            40      44       48
 *  +--------+--------+--------+----------+---------------+-------------+-------+--------+-----------
 *  | next   | unsent from, to | capacity | in the pinned | unsent of   | pin   | 0      | bytes ...
 *  |        |                 |          | value: offset | that: bytes |       |        |
 *  +--------+--------+--------+----------+---------------+-------------+-------+--------+-----------
 * </pre>
 * A segment may begin with a part of a pinned value, which is sent before its own bytes.
 *
 * <p>Owns its segments, and one reading of each value they refer to. Event loop only. What always holds: {@link #bytes()} is the sum of what is unsent in the
 * segments; a segment that is sent is returned at once.
 */
final class OutputChain {
    private static final int NEXT = 0;
    private static final int FROM = 8;
    private static final int TO = 12;
    private static final int CAPACITY = 16;
    private static final int PIN_OFFSET = 24;
    private static final int PIN_LEFT = 32;
    private static final int PIN = 40;
    static final int HEADER_BYTES = 48;
    /** Sent at once from a pinned value: more does not make it faster, and others wait meanwhile. */
    static final int PIECE_BYTES = 256 * 1024;
    private static final int FIRST_SEGMENT_BYTES = 4096;

    private final BufferPool pool;
    private final int pageBytes;
    private final PinnedReplies pins;
    private long head;
    private long tail;
    private long bytes;
    private long capacityBytes;
    private int pinnedSegments;

    OutputChain(BufferPool pool, PinnedReplies pins) {
        this.pool = pool;
        this.pageBytes = pool.account().arena().pageBytes();
        this.pins = pins;
    }

    boolean isEmpty() {
        return head == 0;
    }

    /** Unsent bytes. */
    long bytes() {
        return bytes;
    }

    /** Bytes that connections pays for this client: buffers, and values that are gone from their compartments. */
    long heldBytes() {
        long held = capacityBytes;
        for (long segment = pinnedSegments == 0 ? 0 : head; segment != 0; segment = Mem.getLong(segment + NEXT)) {
            held += Mem.getLong(segment + PIN_LEFT) > 0 ? pins.ownBytesOf(Mem.getInt(segment + PIN)) : 0;
        }
        return held;
    }

    /** True when the chain refers to this pinned value. */
    boolean refersTo(int pin) {
        for (long segment = pinnedSegments == 0 ? 0 : head; segment != 0; segment = Mem.getLong(segment + NEXT)) {
            if (Mem.getLong(segment + PIN_LEFT) > 0 && Mem.getInt(segment + PIN) == pin) {
                return true;
            }
        }
        return false;
    }

    /** Copies bytes to the end; false when the account has no memory for all of them (what fitted stays). */
    boolean append(long from, long length) {
        long at = from;
        long left = length;
        while (left > 0) {
            long room = tail == 0 ? 0 : Mem.getLong(tail + CAPACITY) - Mem.getInt(tail + TO);
            if (room <= 0) {
                if (!addSegment(sizeFor(left))) {
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

    /** Refers to bytes of a large value, to be sent behind what is there; false when the account has no memory for the note. */
    boolean appendPinned(long address, long length) {
        if (!addSegment(BufferPool.SMALLEST_BYTES)) {
            return false;
        }
        int pin = pins.pin(address);
        Mem.putInt(tail + PIN, pin);
        Mem.putLong(tail + PIN_OFFSET, pins.offset(pin, address));
        Mem.putLong(tail + PIN_LEFT, length);
        bytes += length;
        pinnedSegments++;
        return true;
    }

    /**
     * Takes over a page of the account whose bytes from {@link #HEADER_BYTES} on are to be sent: a reply that a lane wrote is not copied, and its pages go
     * back as they are sent.
     */
    void appendPage(long page, int length) {
        link(page, pageBytes);
        Mem.putInt(page + TO, HEADER_BYTES + length);
        bytes += length;
    }

    /** Bytes at the beginning that lie in whole pages; counts no further than {@code enough}. */
    long pagedBytes(long enough) {
        long paged = 0;
        for (long segment = head; isPage(segment) && paged < enough; segment = Mem.getLong(segment + NEXT)) {
            paged += Mem.getInt(segment + TO) - Mem.getInt(segment + FROM);
        }
        return paged;
    }

    private boolean isPage(long segment) {
        return segment != 0 && Mem.getLong(segment + CAPACITY) == pageBytes && Mem.getLong(segment + PIN_LEFT) == 0;
    }

    /** Hands over the pages at the beginning; the rest is to be sent behind them. */
    LongReply takePages(Connection client) {
        int count = 0;
        for (long segment = head; isPage(segment); segment = Mem.getLong(segment + NEXT)) {
            count++;
        }
        long[] pages = new long[count];
        int[] from = new int[count];
        int[] to = new int[count];
        for (int i = 0; i < count; i++) {
            pages[i] = head;
            from[i] = Mem.getInt(head + FROM);
            to[i] = Mem.getInt(head + TO);
            bytes -= to[i] - from[i];
            capacityBytes -= pageBytes;
            head = Mem.getLong(head + NEXT);
        }
        if (head == 0) {
            tail = 0;
        }
        return new LongReply(client, pool.account(), pages, from, to);
    }

    /** Takes over all segments of another chain, which is empty then. */
    void appendAll(OutputChain other) {
        if (other.head == 0) {
            return;
        }
        if (tail == 0) {
            head = other.head;
        } else {
            Mem.putLong(tail + NEXT, other.head);
        }
        tail = other.tail;
        bytes += other.bytes;
        capacityBytes += other.capacityBytes;
        pinnedSegments += other.pinnedSegments;
        other.head = 0;
        other.tail = 0;
        other.bytes = 0;
        other.capacityBytes = 0;
        other.pinnedSegments = 0;
    }

    /** Bytes of the first segment that lie together, ready to be sent; 0 when a pinned value is next. */
    int headBytes() {
        return head == 0 || Mem.getLong(head + PIN_LEFT) > 0 ? 0 : Mem.getInt(head + TO) - Mem.getInt(head + FROM);
    }

    /** Where {@link #headBytes} are. */
    long headAddress() {
        return head + Mem.getInt(head + FROM);
    }

    private long sizeFor(long wanted) {
        long size = Math.clamp(wanted + HEADER_BYTES, FIRST_SEGMENT_BYTES, pool.largestSmallBytes());
        if (tail == 0 || pinnedSegments > 0) {
            return size;
        }
        // A chain that has grown will grow further: fewer, larger segments.
        return Math.max(size, Math.min(Mem.getLong(tail + CAPACITY) * 2, pool.largestSmallBytes()));
    }

    private boolean addSegment(long size) {
        long capacity = pool.capacityFor(size);
        long segment = pool.take(capacity);
        if (segment == 0) {
            return false;
        }
        link(segment, capacity);
        return true;
    }

    private void link(long segment, long capacity) {
        Mem.putLong(segment + NEXT, 0);
        Mem.putInt(segment + FROM, HEADER_BYTES);
        Mem.putInt(segment + TO, HEADER_BYTES);
        Mem.putLong(segment + CAPACITY, capacity);
        Mem.putLong(segment + PIN_LEFT, 0);
        if (tail == 0) {
            head = segment;
        } else {
            Mem.putLong(tail + NEXT, segment);
        }
        tail = segment;
        capacityBytes += capacity;
    }

    /** Bytes of a pinned value that are to be sent next, at most {@link #PIECE_BYTES}; 0 when it is other bytes' turn. */
    int pinnedBytes() {
        return head == 0 ? 0 : (int) Math.min(PIECE_BYTES, Mem.getLong(head + PIN_LEFT));
    }

    /** Where {@link #pinnedBytes} are. */
    long pinnedAddress() {
        return pins.address(Mem.getInt(head + PIN), Mem.getLong(head + PIN_OFFSET));
    }

    /** Copies up to {@code room} unsent bytes to {@code to} without taking them; answers how many. It ends where a pinned value is next. */
    int peek(long to, int room) {
        int copied = 0;
        for (long segment = head; segment != 0 && copied < room
                && Mem.getLong(segment + PIN_LEFT) == 0; segment = Mem.getLong(segment + NEXT)) {
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
            long pinned = Mem.getLong(head + PIN_LEFT);
            if (pinned > 0) {
                int part = (int) Math.min(left, pinned);
                Mem.putLong(head + PIN_OFFSET, Mem.getLong(head + PIN_OFFSET) + part);
                Mem.putLong(head + PIN_LEFT, pinned - part);
                left -= part;
                if (part == pinned) {
                    unpin(Mem.getInt(head + PIN));
                    dropEmptyHead();
                }
                continue;
            }
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

    private void unpin(int pin) {
        pinnedSegments--;
        pins.unpin(pin);
    }

    private void dropEmptyHead() {
        if (Mem.getInt(head + FROM) == Mem.getInt(head + TO)) {
            dropHead();
        }
    }

    private void dropHead() {
        long segment = head;
        if (Mem.getLong(segment + PIN_LEFT) > 0) {
            unpin(Mem.getInt(segment + PIN));
        }
        head = Mem.getLong(segment + NEXT);
        if (head == 0) {
            tail = 0;
        }
        long capacity = Mem.getLong(segment + CAPACITY);
        capacityBytes -= capacity;
        if (capacity == pageBytes) {
            pool.account().returnPage(segment); // no segment of the pool is as large
        } else {
            pool.giveBack(segment, capacity);
        }
    }

    /** Writes all bytes, none of which is pinned, elsewhere, and forgets them. */
    void moveTo(ReplyWriter writer) {
        while (head != 0) {
            int from = Mem.getInt(head + FROM);
            writer.raw(head + from, Mem.getInt(head + TO) - from);
            dropHead();
        }
        bytes = 0;
    }

    void clear() {
        while (head != 0) {
            dropHead();
        }
        bytes = 0;
    }
}

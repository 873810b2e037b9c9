// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.memory.BufferPool;
import dev.cofferdam.memory.Mem;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a TLS connection that wait for their turn: half a record, records the socket did not take, plaintext nobody had room for.
 *
 * <p>Owns one buffer of the pool, so {@code connections} pays for it; exists only while there are such bytes. Event loop only.
 */
final class KeptBytes {
    private final BufferPool pool;
    private final long address;
    private final int capacity;
    private int from;
    private int to;

    private KeptBytes(BufferPool pool, long address, int capacity) {
        this.pool = pool;
        this.address = address;
        this.capacity = capacity;
    }

    /** A copy of these bytes; null when the account has no memory for it. */
    static @Nullable KeptBytes of(BufferPool pool, byte[] bytes, int offset, int length) {
        long capacity = pool.capacityFor(length);
        long address = pool.take(capacity);
        if (address == 0) {
            return null;
        }
        KeptBytes kept = new KeptBytes(pool, address, (int) capacity);
        Mem.copyFrom(bytes, offset, address, length);
        kept.to = length;
        return kept;
    }

    int bytes() {
        return to - from;
    }

    int capacityBytes() {
        return capacity;
    }

    /** Copies all of them. */
    void copyTo(byte[] bytes) {
        Mem.copyTo(address + from, bytes, 0, to - from);
    }

    /** The bytes, for a channel; {@link #skip} then tells how many it took. */
    ByteBuffer view() {
        return Mem.buffer(address + from, to - from);
    }

    void skip(int bytes) {
        from += bytes;
    }

    void free() {
        pool.giveBack(address, capacity);
    }
}

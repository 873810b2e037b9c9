// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.pubsub;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.BufferPool;

/**
 * Memory for what clients listen to: names of channels, patterns and keys, and who wants to hear of them.
 *
 * <p>Owns a pool of small records, paid by {@code connections}. Event loop only. What always holds: all records together take at most a quarter of what that
 * account may use, so that listeners cannot take the buffers of those who only read and write.
 */
public final class ListenerMemory {
    private static final int SMALLEST_BYTES = 32;
    private static final int SHARE = 4;

    private final Account account;
    private final BufferPool pool;

    public ListenerMemory(Account account) {
        this.account = account;
        this.pool = new BufferPool(account, SMALLEST_BYTES);
    }

    /** A record, or 0 when there is no room. */
    long take(long bytes) {
        return pool.usedBytes() + pool.capacityFor(bytes) > maxBytes() ? 0 : pool.take(bytes);
    }

    void giveBack(long address, long bytes) {
        pool.giveBack(address, bytes);
    }

    /** Bytes of all records. */
    public long usedBytes() {
        return pool.usedBytes();
    }

    /** What they may be at most. */
    public long maxBytes() {
        return account.maxBytes() / SHARE;
    }
}

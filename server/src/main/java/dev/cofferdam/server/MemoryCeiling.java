// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.Keyspace;
import dev.cofferdam.memory.Arena;
import dev.cofferdam.memory.Clock;

/**
 * A maxmemory as Redis has it, for the one keyspace of 'compartments off': set by CONFIG SET to anything below what the server was started with.
 *
 * <p>Owns the figure. Event loop only, but for what INFO reads. Budgets stay as they are, and with them what holds by construction: the size the server was
 * started with. Under the ceiling stand all buffers too, as in Redis, so it is the keys that give way to them: after each turn of the loop in which more was
 * used, the keyspace evicts if it does that, and if that is not enough nothing may grow until less is used. Bytes count here as Redis counts them: what is in
 * use of pages, not the pages; so a ceiling may be lower than a page, and deleting helps at once.
 */
public final class MemoryCeiling {
    /** Eviction goes on for so long at most, then it is the clients' turn. */
    private static final long SLICE_NANOS = 500_000;

    private final Keyspace keyspace;
    private final Arena arena;
    private final Clock clock;
    private volatile long bytes;
    private volatile boolean countsUse;
    private boolean more;

    MemoryCeiling(Keyspace keyspace, Arena arena, Clock clock) {
        this.keyspace = keyspace;
        this.arena = arena;
        this.clock = clock;
    }

    /** Sets it, and acts on it; 0 for none. */
    public void set(long newBytes) {
        boolean ends = bytes != 0 && newBytes == 0;
        bytes = newBytes;
        if (ends) {
            only().setFrozen(false);
        }
        keep();
    }

    /** INFO's used_memory is what is in use of pages, as in Redis; else it is the pages, which is what budgets count. */
    public void countUse(boolean value) {
        countsUse = value;
    }

    /** INFO's used_memory. Any thread. */
    public long usedBytes() {
        return countsUse ? inUseBytes() : arena.ownedBytes();
    }

    private long inUseBytes() {
        long used = arena.ownedBytes();
        for (int i = 0; i < keyspace.compartmentCount(); i++) {
            Compartment compartment = keyspace.compartment(i);
            used -= Math.max(0, compartment.usedBytes() - compartment.inUseBytes());
        }
        return used;
    }

    private Compartment only() {
        return keyspace.compartment(0);
    }

    /** At the end of a turn. */
    void keep() {
        more = false;
        if (bytes == 0 || only().isInLane()) {
            return;
        }
        Compartment only = only();
        long over = inUseBytes() - bytes;
        boolean enough = over <= 0;
        if (!enough && only.full().evicts()) {
            // What evicting itself takes, telling clients that keep keys, does not count: it would evict on and on.
            long target = only.inUseBytes() - over;
            long end = clock.monotonicNanos() + SLICE_NANOS;
            boolean gives = true;
            while (!enough && gives && !more) {
                gives = only.dropSome(only.inUseBytes() - target);
                enough = only.inUseBytes() <= target;
                more = !enough && gives && clock.monotonicNanos() >= end;
            }
            only.endCommand();
        }
        boolean frozen = !enough && !more;
        if (frozen != only.isFrozen()) {
            only.setFrozen(frozen);
        }
    }

    /** Eviction was interrupted for the clients' sake. */
    boolean hasMore() {
        return more;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Clock;

/**
 * What a keyspace does between commands: expired keys, nodes of deleted values, dead bytes, shrunken budgets, memory back to the system.
 *
 * <p>Owns only where it left off. Event loop's thread; skips compartments that are in their lane. Works in steps of some ten microseconds and looks at
 * the clock after each, so that a slice ends close to its budget.
 */
final class Maintenance {
    /** Records of the expiry wheel looked at in one step. */
    private static final int EXPIRY_STEP = 32;
    /** Dead bytes in percent of the data pages above which an idle compartment is cleaned. */
    private static final int DEAD_PERCENT = 8;
    /** A page is cleaned in the background when at least one part in this many is dead. */
    private static final int CLEAN_GAIN_SHARE = 7;
    private static final int DEAD_PAGES_MIN = 4;
    /** Free pages with memory behind them are kept up to this share of the arena, in 1/64, and given back slowly beyond it. */
    private static final int KEPT_FREE_SHARE = 64;
    private static final long DECOMMIT_EVERY_NANOS = 50_000_000;
    /** Given back at a time: 2 MiB every 50 ms is 40 MiB a second, and 0.1 ms of system time. */
    private static final long DECOMMIT_STEP_BYTES = 2 << 20;

    private final Keyspace keyspace;
    private int next;
    private long decommittedAtNanos;

    Maintenance(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    /** Works for about this long; true when there is more to do at once. */
    boolean run(long budgetNanos) {
        Clock clock = keyspace.clock();
        long start = clock.monotonicNanos();
        decommit(start);
        keyspace.restoreCushion();
        Compartment[] compartments = keyspace.compartments();
        int idle = 0;
        while (idle < compartments.length) {
            Compartment compartment = compartments[next];
            next = next + 1 == compartments.length ? 0 : next + 1;
            idle = compartment.isInLane() || !step(compartment) ? idle + 1 : 0;
            if (clock.monotonicNanos() - start >= budgetNanos) {
                return idle < compartments.length;
            }
        }
        return false;
    }

    /** One step of each kind of work; false when there is nothing to do. */
    private static boolean step(Compartment compartment) {
        compartment.evictor().prepare();
        boolean more = !compartment.expireDue(EXPIRY_STEP);
        more |= compartment.reclaimSome();
        more |= shrink(compartment);
        return more | clean(compartment);
    }

    /** A budget was lowered under the use: an evicting compartment gives back, the others wait for deletes. */
    private static boolean shrink(Compartment compartment) {
        long over = compartment.account().usedBytes() - compartment.account().maxBytes();
        return over > 0 && compartment.giveBack(Math.min(over, compartment.stock().pageBytes()));
    }

    private static boolean clean(Compartment compartment) {
        BlockHeap heap = compartment.heap();
        int pageBytes = compartment.stock().pageBytes();
        long pages = heap.pageBytesOwned();
        long dead = pages - heap.liveBytesInPages(); // unused page ends count too: then the look below finds nothing, cheaply
        if (dead < (long) DEAD_PAGES_MIN * pageBytes || dead * 100 < pages * DEAD_PERCENT) {
            return false;
        }
        boolean cleaned = heap.cleanOnce(pageBytes / CLEAN_GAIN_SHARE) > 0;
        compartment.endCommand();
        return cleaned;
    }

    private void decommit(long now) {
        if (now - decommittedAtNanos < DECOMMIT_EVERY_NANOS) {
            return;
        }
        decommittedAtNanos = now;
        long free = keyspace.arena().committedBytes() - keyspace.arena().ownedBytes();
        long kept = keyspace.arena().maxBytes() / KEPT_FREE_SHARE;
        if (free > kept) {
            keyspace.arena().decommitFreeBytes(Math.min(free - kept, DECOMMIT_STEP_BYTES));
        }
    }
}

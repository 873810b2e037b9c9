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
    /** Nodes of deleted values freed in one step, and values that are freed whole in one. */
    private static final int RECLAIM_NODES = 48;
    private static final int RECLAIM_VALUES = 4;
    /** Blocks the cleaner moves in one step: for each, its name is looked up. */
    private static final int CLEAN_BLOCKS = 64;
    /** Memory of returned runs goes back to the system so much at a time, some 40 microseconds of system time. */
    private static final long EMPTY_RUN_STEP_BYTES = 1 << 19;
    /** Dead bytes in percent of the data pages above which an idle compartment is cleaned. */
    private static final int DEAD_PERCENT = 8;
    /** A page is cleaned in the background when at least one part in this many is dead. */
    private static final int CLEAN_GAIN_SHARE = 7;
    private static final int DEAD_PAGES_MIN = 4;
    /** A compartment with fewer pages to be had than one in this many, or than the most, is cleaned or evicted from before a command has to. */
    private static final int AHEAD_SHARE = 64;
    private static final int AHEAD_PAGES_MAX = 8;
    private static final int AHEAD_DEAD_PERCENT = 5;
    private static final int AHEAD_GAIN_SHARE = 20;
    /** Free pages with memory behind them are kept up to this part of the arena, and this part of what is used; what is beyond goes back slowly. */
    private static final int KEPT_FREE_SHARE = 64;
    private static final int KEPT_USED_SHARE = 32;
    private static final long KEPT_FREE_LEAST_BYTES = 1 << 20;
    private static final long DECOMMIT_EVERY_NANOS = 50_000_000;
    /**
     * Given back at a time: a quarter of what is to go, within these bounds. An idle server comes by every 100 ms, so that 600 MB are gone in 8 s and 40 in
     * 0.7; 8 MiB take 0.4 ms of system time.
     */
    private static final int DECOMMIT_SHARE = 4;
    private static final long DECOMMIT_LEAST_BYTES = 4 << 20;
    private static final long DECOMMIT_MOST_BYTES = 8 << 20;

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
        boolean emptying = keyspace.arena().emptyRuns(EMPTY_RUN_STEP_BYTES) > 0;
        Compartment[] compartments = keyspace.compartments();
        long before = clock.monotonicNanos();
        keyspace.longestStep().note("giving memory back", null, before - start);
        int idle = 0;
        while (idle < compartments.length) {
            Compartment compartment = compartments[next];
            next = next + 1 == compartments.length ? 0 : next + 1;
            idle = compartment.isInLane() || !step(compartment) ? idle + 1 : 0;
            long now = clock.monotonicNanos();
            keyspace.longestStep().note("maintenance", compartment, now - before);
            before = now;
            if (now - start >= budgetNanos) {
                return idle < compartments.length || emptying;
            }
        }
        return emptying;
    }

    /** One step of each kind of work; false when there is nothing to do. */
    private static boolean step(Compartment compartment) {
        compartment.evictor().prepare();
        boolean more = compartment.keyspace().expiresActively() && !compartment.expireDue(EXPIRY_STEP);
        more |= compartment.reclaimSome(RECLAIM_NODES, RECLAIM_VALUES);
        more |= shrink(compartment);
        return more | clean(compartment);
    }

    /** A budget was lowered under the use: an evicting compartment gives back, the others wait for deletes. */
    private static boolean shrink(Compartment compartment) {
        long over = compartment.account().usedBytes() - compartment.account().maxBytes();
        return over > 0 && compartment.giveBack(Math.min(over, compartment.stock().pageBytes()));
    }

    private static boolean clean(Compartment compartment) {
        if (compartment.isReclaiming()) {
            return false; // pages that will be free soon are not worth copying
        }
        BlockHeap heap = compartment.heap();
        int pageBytes = compartment.stock().pageBytes();
        boolean ahead = isNearlyFull(compartment);
        long pages = heap.pageBytesOwned();
        long dead = pages - heap.liveBytesInPages(); // unused page ends count too: then the look below finds nothing, cheaply
        if (dead < (long) DEAD_PAGES_MIN * pageBytes || dead * 100 < pages * (ahead ? AHEAD_DEAD_PERCENT : DEAD_PERCENT)) {
            return ahead && findUnprotected(compartment);
        }
        boolean cleaned = heap.cleaner().cleanSome(pageBytes / (ahead ? AHEAD_GAIN_SHARE : CLEAN_GAIN_SHARE), CLEAN_BLOCKS);
        compartment.endCommand();
        return cleaned || ahead && findUnprotected(compartment);
    }

    private static boolean isNearlyFull(Compartment compartment) {
        long most = AHEAD_PAGES_MAX * (long) compartment.stock().pageBytes();
        long wanted = Math.min(most, compartment.heap().pageBytesOwned() / AHEAD_SHARE);
        return compartment.stock().spareBytes() < wanted
                && compartment.account().reachableBytes() + compartment.stock().spareBytes() < wanted;
    }

    /** Where eviction protects, the way to an entry it may drop can be long: gone ahead of need, a page a step. */
    private static boolean findUnprotected(Compartment compartment) {
        if (!compartment.full().evicts() || compartment.full().protectMillis() == 0) {
            return false;
        }
        boolean found = compartment.evictPage() >= 0;
        compartment.endCommand();
        return found;
    }

    private void decommit(long now) {
        if (now - decommittedAtNanos < DECOMMIT_EVERY_NANOS) {
            return;
        }
        decommittedAtNanos = now;
        long owned = keyspace.arena().ownedBytes();
        long kept = Math.max(KEPT_FREE_LEAST_BYTES, Math.min(keyspace.arena().maxBytes() / KEPT_FREE_SHARE, owned / KEPT_USED_SHARE));
        long excess = keyspace.arena().committedBytes() - owned - kept;
        if (excess > 0) {
            keyspace.arena()
                .decommitFreeBytes(Math.min(excess, Math.clamp(excess / DECOMMIT_SHARE, DECOMMIT_LEAST_BYTES, DECOMMIT_MOST_BYTES)));
        }
    }
}

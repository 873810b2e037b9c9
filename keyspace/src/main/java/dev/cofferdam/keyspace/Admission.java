// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Account;

/**
 * Decides whether a command may use memory, before it runs, and makes the room: the one place where a compartment is full or is not.
 *
 * <p>Owns nothing; works on the compartment's stock, heap and account. Owner thread, between commands (blocks move here). After an admission for n
 * bytes, blocks and index records of n bytes in all can be taken without failing, so a command either runs whole or is refused whole.
 *
 * <p>Two depths. What grows is admitted while cleaning a page gains at least {@link #SOFT_GAIN_SHARE}: beyond about 95 % live the cleaner would copy
 * much for little, and that is called full. What does not grow (moves, deletes, overwriting in place) may use the rest, the headroom. Pages that are
 * live to the last byte have nothing to clean, and dead slivers behind large blocks cannot be gathered, so part of the headroom is kept as free pages:
 * growth is refused when one part in {@link #HEADROOM_SHARE} of what the compartment can have would no longer be free. Cleaning eats some of it: moved
 * blocks leave holes at the ends of pages that were not there before.
 */
final class Admission {
    /** Pages beyond the cleaner's that a command needs at hand: one each for entries, nodes and index. */
    private static final int SPARE_PAGES = 3;
    private static final int SOFT_GAIN_SHARE = 20;
    private static final int HEADROOM_GAIN_SHARE = 256;
    /** One part in this many of a compartment is kept from growth, and at least {@link #HEADROOM_PAGES}. */
    private static final int HEADROOM_SHARE = 20;
    private static final int HEADROOM_PAGES = 4;
    /** Evictions and cleanings tried for one admission, as a multiple of the compartment's pages: enough to see every page twice. */
    private static final int ROUNDS_PER_PAGE = 2;

    /**
     * Blocks moved, freed or looked at for one admission of growth, at most: about 10 ms, in which nobody else is served. Then growth is refused, though
     * a longer search might find room; what was gained stays, and the background goes on.
     */
    private static final int WORK_MAX = 1 << 14;

    /** Steps of one recall at most. */
    private static final int GIVE_BACK_ROUNDS_MAX = 1024;

    private final Compartment compartment;
    private final PageStock stock;
    private final BlockHeap heap;
    private final Account account;
    private final int pageBytes;
    /** The headroom was short or in use when last looked at: growth may not pass without looking again, however full the stock is. */
    private boolean tight;
    /** Nothing may grow; {@link #tight} is true as long as it is. Written by CONFIG SET on the event loop. */
    private volatile boolean frozen;
    /** A command was admitted and has not ended. */
    private boolean open;
    /** The smallest growth refused, and the bytes freed until then: until more are, it would be refused again, after as long a search. */
    private long refusedBytes = Long.MAX_VALUE;
    private long freedAtRefusal;
    /** The compartment's {@link Compartment#reclaimingWork} at which the admission at hand gives up, and whether it did. */
    private long workLimit = Long.MAX_VALUE;
    private boolean gaveUp;

    Admission(Compartment compartment, PageStock stock) {
        this.compartment = compartment;
        this.stock = stock;
        this.heap = compartment.heap();
        this.account = stock.account();
        this.pageBytes = stock.pageBytes();
    }

    /** True when {@code bytes} more may be used by something that grows. */
    boolean admit(long bytes) {
        open = true;
        if (!tight && bytes <= pageBytes / 4 && stock.count() >= PageStock.CLEANER_PAGES + SPARE_PAGES) {
            return true;
        }
        if (frozen || wouldBeRefusedAgain(bytes)) {
            return false;
        }
        long start = now();
        boolean admitted = search(bytes);
        noteSince(start);
        return admitted;
    }

    void setFrozen(boolean value) {
        frozen = value;
        tight = true; // the quick way past the search does not look at it
    }

    boolean isFrozen() {
        return frozen;
    }

    private long now() {
        return compartment.keyspace().clock().monotonicNanos();
    }

    private void noteSince(long start) {
        compartment.keyspace().longestStep().note("making room", compartment, now() - start);
    }

    private boolean search(long bytes) {
        workLimit = compartment.reclaimingWork() + WORK_MAX;
        gaveUp = false;
        tight = !keepHeadroom(bytes);
        boolean admitted = !tight && makeRoom(bytes, SOFT_GAIN_SHARE);
        workLimit = Long.MAX_VALUE;
        refusedBytes = admitted || gaveUp ? Long.MAX_VALUE : Math.min(bytes, refusedBytes);
        freedAtRefusal = heap.freedBytes();
        return admitted;
    }

    /** Refusing must cost next to nothing: producers try again and again while their compartment is full. */
    private boolean wouldBeRefusedAgain(long bytes) {
        return bytes >= refusedBytes && heap.freedBytes() - freedAtRefusal < pageBytes / SOFT_GAIN_SHARE && !compartment.full().evicts()
                && !hasHeadroom(bytes);
    }

    /** Cleans until the headroom is there beside {@code bytes}; false when it cannot be had. Who evicts needs none: eviction finds room. */
    private boolean keepHeadroom(long bytes) {
        if (compartment.full().evicts()) {
            return true;
        }
        int rounds = rounds();
        while (!hasHeadroom(bytes)) {
            if (rounds-- <= 0 || !freeSomething(0, SOFT_GAIN_SHARE)) {
                return false;
            }
        }
        return true;
    }

    private boolean hasHeadroom(long bytes) {
        long available = account.reachableBytes(); // what is lent counts as there: it is recalled when it is needed
        long stocked = (long) (stock.count() - PageStock.CLEANER_PAGES - SPARE_PAGES) * pageBytes;
        long headroom = Math.max((long) HEADROOM_PAGES * pageBytes, (account.usedBytes() + available) / HEADROOM_SHARE);
        return available + stocked - bytes >= headroom;
    }

    /** True when {@code bytes} may be used by something that leaves no more behind than there was. */
    boolean admitHeadroom(long bytes) {
        open = true;
        if (bytes <= pageBytes / 4 && stock.count() >= PageStock.CLEANER_PAGES + SPARE_PAGES) {
            return true;
        }
        tight = true;
        long start = now();
        boolean admitted = makeRoom(bytes, HEADROOM_GAIN_SHARE);
        noteSince(start);
        return admitted;
    }

    /** Ends what {@link #admit} began: gives back what was set aside and not used. */
    void end() {
        open = false;
        if (account.heldBytes() > 0) {
            account.releaseHold();
        }
        if (stock.count() > PageStock.CLEANER_PAGES + 2 * SPARE_PAGES) {
            stock.trimTo(PageStock.CLEANER_PAGES + 2 * SPARE_PAGES);
        }
    }

    /** Gives {@code bytes} back to the arena, for others: by cleaning, and by evicting if the compartment evicts; false when it cannot give any. */
    boolean giveBack(long bytes) {
        long before = account.usedBytes();
        int keep = pagesInUse();
        for (int rounds = 0; before - account.usedBytes() < bytes && rounds < GIVE_BACK_ROUNDS_MAX; rounds++) {
            stock.trimTo(keep);
            if (before - account.usedBytes() >= bytes) {
                break;
            }
            if (!compartment.reclaimSome() && heap.cleaner().cleanOnce(pageBytes / 2) == 0
                    && (!compartment.full().evicts() || compartment.evictPage() < 0)) {
                break;
            }
        }
        stock.trimTo(keep);
        return account.usedBytes() < before;
    }

    /** Pages of the stock that a recall leaves: a command over several compartments may have been admitted here and still be asking there. */
    private int pagesInUse() {
        return PageStock.CLEANER_PAGES + (open ? SPARE_PAGES + 1 : 0);
    }

    private boolean makeRoom(long bytes, int gainShare) {
        if (bytes > account.maxBytes()) {
            return false;
        }
        if (bytes > heap.blockMaxBytes() / 2) {
            return fillStock(SPARE_PAGES + 1, gainShare) && hold(bytes, gainShare);
        }
        return fillStock(SPARE_PAGES, gainShare);
    }

    private boolean fillStock(int pages, int gainShare) {
        int rounds = rounds();
        while (stock.count() < PageStock.CLEANER_PAGES + pages) {
            if (!stock.refill() && (rounds-- <= 0 || !freeSomething(pageBytes, gainShare))) {
                return stock.count() >= PageStock.CLEANER_PAGES + pages;
            }
        }
        return true;
    }

    /**
     * Sets bytes aside that become runs or pages, whichever the command takes. Twice as many, because in the worst case every page ends with a hole of
     * just under the largest block, which is half a page.
     */
    private boolean hold(long bytes, int gainShare) {
        int rounds = rounds();
        long wanted = 2 * bytes + pageBytes;
        while (!account.hold(wanted)) {
            if (rounds-- <= 0 || !freeSomething(wanted, gainShare)) {
                return false;
            }
            stock.trimTo(PageStock.CLEANER_PAGES + SPARE_PAGES + 1);
        }
        return true;
    }

    private int rounds() {
        return (int) Math.min(Integer.MAX_VALUE, 16 + ROUNDS_PER_PAGE * (heap.ownedBytes() / pageBytes));
    }

    /**
     * One step of whatever frees memory so that {@code bytes} can be taken: recall of the compartment's own reserve, values being deleted, pages that
     * are half empty, recall of what nobody reserved, eviction, cleaning to the bone.
     */
    private boolean freeSomething(long bytes, int gainShare) {
        long recall = bytes == 0 ? 0 : account.recallNeededBytes(bytes);
        boolean ofReserve = account.usedBytes() + bytes <= account.reserveBytes();
        if (recall > 0 && ofReserve && compartment.recallFromOthers(recall, true)) {
            return true;
        }
        boolean late = compartment.reclaimingWork() >= workLimit;
        if (!late && compartment.reclaimSome()
                || (!late || compartment.full().givesBackAtOnce()) && heap.cleaner().cleanOnce(pageBytes / 2) > 0) {
            return true;
        }
        if (recall > 0 && !ofReserve && compartment.recallFromOthers(recall, false)) {
            return true;
        }
        if (late && !compartment.full().givesBackAtOnce()) {
            gaveUp = true;
            return false;
        }
        return compartment.full().evicts() && compartment.evictPage() >= 0 || heap.cleaner().cleanOnce(pageBytes / gainShare) > 0;
    }
}

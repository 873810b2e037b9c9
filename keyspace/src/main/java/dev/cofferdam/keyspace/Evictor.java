// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/**
 * Makes room in an evicting compartment, one page at a time: drops the page's cold entries and moves the others on.
 *
 * <p>Owns the {@link EvictionPolicy}, which decides for plain eviction; owner thread, between commands only. The heap's stream of new entries is the
 * policy's small queue, that of survivors its main one. Protecting eviction drops entries that were never used again first, oldest first, then those idle
 * for longer than the protect time, and nothing else: not what was created just now, which nobody can have used yet ({@link #GRACE_MILLIS}). When that is all there
 * is, the compartment is full, and says so instead of taking what it would lose at once.
 */
final class Evictor {
    /** When all that is left may not be dropped, how long until it is looked at again: a key may have been given a time to live meanwhile. */
    private static final long PERSISTENT_PAUSE_MILLIS = 100;
    /** Under protection a new entry is kept at least so long, to be used: shorter, and having taken it would have been a lie. */
    static final long GRACE_MILLIS = 1_000;
    /** A page with less than one dead byte in this many is not copied when all of its entries are kept. */
    private static final int KEPT_HOLES_SHARE = 16;

    private final Compartment compartment;
    private final BlockHeap heap;
    private final HashIndex index;
    private final EvictionPolicy policy;
    /** Pages emptied in a row from which nothing could be dropped. */
    private int fruitlessPages;
    /** Everything that is not new was protected when last looked at: not looked at again before this time. */
    private long protectedUntilMillis;
    /** Without protection, by age: or before there are more new pages than then. */
    private int newPagesThen;
    private long lookedAt;
    private long evictedKeys;
    private long evictedBytes;

    Evictor(Compartment compartment) {
        this.compartment = compartment;
        this.heap = compartment.heap();
        this.index = compartment.keys();
        this.policy = new EvictionPolicy(new GhostTable(compartment.account()));
    }

    /**
     * Empties the page that is next and returns it to the stock.
     *
     * @return bytes of entries dropped; 0 when all of the page's entries were moved on; -1 when there is no page to evict from
     */
    long evictPage() {
        return evictPage(Long.MAX_VALUE);
    }

    /** As above, but when so many bytes are dropped the rest of the page is moved on: for a keyspace of a few pages. */
    long evictPage(long wanted) {
        int stream = victimStream();
        int page = stream < 0 ? -1 : heap.oldestPage(stream);
        if (page < 0) {
            return -1;
        }
        if (heap.isOpenPage(page)) {
            heap.seal(stream);
            if (heap.oldestPage(stream) != page) {
                return 0; // it was empty and is gone
            }
        }
        if (isKeptWhole(page)) {
            heap.requeue(page);
            note(stream, 0);
            return 0;
        }
        long dropped = 0;
        policy.beginPage(index.size());
        heap.beginEmptying(page);
        long start = heap.pageAddress(page);
        long end = start + heap.fillBytesOf(page);
        for (long block = start; block < end;) {
            int length = BlockLayout.pageBytes(block);
            if (!BlockLayout.isDead(block)) {
                dropped += decide(block, stream, length, dropped < wanted);
            }
            block += length;
        }
        heap.releaseEmptied(page);
        if (policy.ownedBytes() == 0 && isPlain()) {
            // Full before there was time to prepare: the ghosts get what this page gave.
            PageStock stock = compartment.stock();
            stock.trimTo(stock.count() - 1);
            policy.remember(index.size());
        }
        evictedBytes += dropped;
        note(stream, dropped);
        return dropped;
    }

    /** True when protection keeps every entry of a page without holes: there is nothing to copy then. */
    private boolean isKeptWhole(int page) {
        int fill = heap.fillBytesOf(page);
        if (isPlain() || (fill - heap.liveBytesOf(page)) * KEPT_HOLES_SHARE > fill) {
            return false;
        }
        long start = heap.pageAddress(page);
        for (long block = start; block < start + fill; block += BlockLayout.pageBytes(block)) {
            if (!BlockLayout.isDead(block)) {
                lookedAt++;
                long entry = BlockLayout.kind(block) == BlockKind.RUN_MARK ? BlockHeap.markedEntry(block) : block;
                long hash = index.hashOf(entry);
                long slot = index.slotOf(hash, entry);
                if (slot != 0 && !keeps(entry, slot, BlockHeap.SURVIVORS, hash)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Entries looked at to find out whether a page can stay as it is. */
    long lookedAt() {
        return lookedAt;
    }

    /** Takes memory for the ghosts while there is some, as much as they will need when the compartment is full. In the background. */
    void prepare() {
        if (!isPlain()) {
            policy.clear();
        } else {
            double used = compartment.account().usedBytes();
            double atMost = used + compartment.account().availableBytes();
            if (used > atMost / 2) {
                policy.remember((long) (index.size() * atMost / used));
            }
        }
    }

    private boolean isPlain() {
        FullPolicy full = compartment.full();
        return full.evicts() && full.protectMillis() == 0;
    }

    private boolean isEverythingSpared() {
        return compartment.nowMillis() < protectedUntilMillis && heap.pageCount(BlockHeap.NEW) <= newPagesThen;
    }

    /** After a whole round without a drop, copying on would gain nothing until some entry's protection ends, which takes a tick. */
    private void note(int stream, long dropped) {
        FullPolicy full = compartment.full();
        long protectMillis = full.protectMillis();
        if (protectMillis > 0 && stream == BlockHeap.NEW) {
            return; // a new page is looked at once, when it is ripe
        }
        fruitlessPages = dropped > 0 || protectMillis == 0 && !full.sparesPersistent() ? 0 : fruitlessPages + 1;
        int round = heap.pageCount(BlockHeap.SURVIVORS) + (protectMillis > 0 ? 0 : heap.pageCount(BlockHeap.NEW));
        if (fruitlessPages > round) {
            fruitlessPages = 0;
            newPagesThen = heap.pageCount(BlockHeap.NEW);
            protectedUntilMillis = compartment.nowMillis()
                    + (protectMillis == 0 ? PERSISTENT_PAUSE_MILLIS : UsePolicy.tickMillis(protectMillis));
        }
    }

    /** Where the next victim is; -1 when there is none. */
    private int victimStream() {
        if (compartment.full().protectMillis() > 0) {
            return hasRipeNewPage() ? BlockHeap.NEW : compartment.nowMillis() < protectedUntilMillis ? -1 : BlockHeap.SURVIVORS;
        }
        if (isEverythingSpared()) {
            return -1;
        }
        return streamOf(policy.victimQueue(heap.pageCount(BlockHeap.NEW), heap.pageCount(BlockHeap.SURVIVORS)));
    }

    /** True when all entries of the oldest new page have had the time to be used. An open page is closed, so that its time begins. */
    private boolean hasRipeNewPage() {
        int page = heap.oldestPage(BlockHeap.NEW);
        if (page >= 0 && heap.isOpenPage(page)) {
            heap.seal(BlockHeap.NEW);
            page = heap.oldestPage(BlockHeap.NEW); // an empty one is gone
        }
        return page >= 0 && heap.sealedSinceMillis(page) >= GRACE_MILLIS;
    }

    private static int streamOf(int queue) {
        return queue == EvictionPolicy.SMALL ? BlockHeap.NEW : BlockHeap.SURVIVORS;
    }

    /** The stream a new entry goes to: that of the main queue when it was missed soon after it had been evicted. */
    int streamFor(long hash) {
        return isPlain() ? streamOf(policy.queueFor(hash)) : BlockHeap.NEW;
    }

    /** What is to become of a block of the victim page; returns the bytes dropped. */
    private long decide(long block, int stream, int length, boolean mayDrop) {
        boolean marked = BlockLayout.kind(block) == BlockKind.RUN_MARK;
        long entry = marked ? BlockHeap.markedEntry(block) : block;
        long hash = index.hashOf(entry);
        long slot = index.slotOf(hash, entry);
        if (slot == 0) {
            heap.move(block, BlockHeap.SURVIVORS); // the root of a deleted value whose nodes are still being freed
            return 0;
        }
        if (mayDrop && !keeps(entry, slot, stream, hash)) {
            long bytes = marked ? BlockLayout.bytes(entry) : length;
            evictedKeys++;
            compartment.evict(entry);
            if (!BlockLayout.isDead(block)) {
                heap.move(block, BlockHeap.SURVIVORS); // a root stays until its nodes are freed
            }
            return bytes;
        }
        heap.move(block, BlockHeap.SURVIVORS);
        return 0;
    }

    private boolean keeps(long entry, long slot, int stream, long hash) {
        FullPolicy full = compartment.full();
        if (full.sparesPersistent() && Deadlines.millisOf(entry) == 0) {
            return true;
        }
        int bits = index.policyIn(slot);
        if (full.protectMillis() > 0) {
            return UsePolicy.isProtected(bits, full, compartment.nowMillis());
        }
        int frequency = policy.verdict(stream == BlockHeap.NEW ? EvictionPolicy.SMALL : EvictionPolicy.MAIN, UsePolicy.frequency(bits),
                hash);
        if (frequency == EvictionPolicy.DROP) {
            return false;
        }
        index.setPolicy(slot, frequency);
        return true;
    }

    /** Bytes the memory of evicted keys owns. */
    long ownedBytes() {
        return policy.ownedBytes();
    }

    /** Share of the pages the queue of new entries may have, in percent. */
    double smallSharePercent() {
        return policy.share() * 100;
    }

    /** All keys are gone: forgets those dropped lately too, and returns the memory for that. */
    void clear() {
        policy.clear();
    }

    long evictedKeys() {
        return evictedKeys;
    }

    long evictedBytes() {
        return evictedBytes;
    }
}

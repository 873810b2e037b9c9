// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/**
 * Makes room in an evicting compartment, one page at a time: drops the page's cold entries and moves the others on.
 *
 * <p>Owns nothing but its statistics; owner thread, between commands only. Plain eviction is S3-FIFO (Yang et al., SOSP 2023) with pages for
 * queue elements: new entries sit in a small queue, and only those used there move to the main one, so that a flood of keys that are read once
 * passes through without washing out the rest. Protecting eviction drops entries that were never used again first, oldest first, then those idle
 * for longer than the protect time, and nothing else.
 */
final class Evictor {
    /** Share of the data pages the queue of new entries may have before it is evicted from first, in percent. */
    private static final int SMALL_SHARE_PERCENT = 10;

    private final Compartment compartment;
    private final BlockHeap heap;
    private final HashIndex index;
    private long evictedKeys;
    private long evictedBytes;

    Evictor(Compartment compartment) {
        this.compartment = compartment;
        this.heap = compartment.heap();
        this.index = compartment.keys();
    }

    /**
     * Empties the page that is next and returns it to the stock.
     *
     * @return bytes of entries dropped; 0 when all of the page's entries were moved on; -1 when there is no page to evict from
     */
    long evictPage() {
        int stream = victimStream();
        int page = heap.oldestPage(stream);
        if (page < 0) {
            return -1;
        }
        if (heap.isOpenPage(page)) {
            heap.seal(stream);
            if (heap.oldestPage(stream) != page) {
                return 0; // it was empty and is gone
            }
        }
        long dropped = 0;
        heap.beginEmptying(page);
        long start = heap.pageAddress(page);
        long end = start + heap.fillBytesOf(page);
        for (long block = start; block < end;) {
            int length = BlockLayout.pageBytes(block);
            if (!BlockLayout.isDead(block)) {
                dropped += decide(block, stream, length);
            }
            block += length;
        }
        heap.releaseEmptied(page);
        evictedBytes += dropped;
        return dropped;
    }

    private int victimStream() {
        int small = heap.pageCount(BlockHeap.NEW);
        int main = heap.pageCount(BlockHeap.SURVIVORS);
        if (main == 0 || compartment.full().protectMillis() > 0 && small > 0) {
            return BlockHeap.NEW;
        }
        return small * 100L > (long) (small + main) * SMALL_SHARE_PERCENT ? BlockHeap.NEW : BlockHeap.SURVIVORS;
    }

    /** What is to become of a block of the victim page; returns the bytes dropped. */
    private long decide(long block, int stream, int length) {
        boolean marked = BlockLayout.kind(block) == BlockKind.RUN_MARK;
        long entry = marked ? BlockHeap.markedEntry(block) : block;
        long slot = index.slotOf(index.hashOf(entry), entry);
        if (slot == 0) {
            heap.move(block, BlockHeap.SURVIVORS); // the root of a deleted value whose nodes are still being freed
            return 0;
        }
        int policy = index.policyIn(slot);
        if (!keeps(policy, stream)) {
            long bytes = marked ? BlockLayout.bytes(entry) : length;
            evictedKeys++;
            compartment.evict(entry);
            return bytes;
        }
        if (compartment.full().protectMillis() == 0) {
            index.setPolicy(slot, stream == BlockHeap.NEW ? 0 : policy - 1);
        }
        heap.move(block, BlockHeap.SURVIVORS);
        return 0;
    }

    private boolean keeps(int policy, int stream) {
        FullPolicy full = compartment.full();
        if (full.protectMillis() > 0) {
            return UsePolicy.isProtected(policy, full, compartment.nowMillis());
        }
        return policy > (stream == BlockHeap.NEW ? 1 : 0);
    }

    long evictedKeys() {
        return evictedKeys;
    }

    long evictedBytes() {
        return evictedBytes;
    }
}

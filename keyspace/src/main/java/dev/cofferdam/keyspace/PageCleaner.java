// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import java.util.Arrays;

/**
 * Takes dead bytes out of a heap: copies the live blocks out of the page that has the fewest, and gives the page back.
 *
 * <p>Owns the places in the queues up to which it has looked, and the page it is in the middle of. Owner thread of the compartment, between commands only, since
 * blocks move. What always holds: cleaning takes no more than a page more than there was; a page that is open is never cleaned.
 */
final class PageCleaner {
    /** How many pages are looked at to find the emptiest, at most. */
    private static final int LOOKS_MAX = 512;

    private final BlockHeap heap;
    private final PageQueues queues;
    private final PageTable table;
    private final int[] lookedAt = new int[BlockHeap.STREAMS];
    /** The page {@link #cleanSome} is in the middle of, and where the next of its blocks begins; -1 when it is at none. */
    private int partPage = -1;
    private long partAt;
    private boolean keepsQueues;
    private long cleanedPages;

    PageCleaner(BlockHeap heap, PageQueues queues, PageTable table) {
        this.heap = heap;
        this.queues = queues;
        this.table = table;
        Arrays.fill(lookedAt, -1);
    }

    /** Whether entries stay in their stream: so for compartments that evict by the order of these. */
    void setKeepsQueues(boolean keeps) {
        keepsQueues = keeps;
    }

    /**
     * Cleans the page with the most dead bytes of those looked at, if there are at least {@code gainMinBytes} of them. The unused end of a page is no
     * gain: where blocks are large, the next page ends with a hole as well.
     *
     * @return bytes gained, 0 when no page has so many dead ones
     */
    int cleanOnce(int gainMinBytes) {
        int page = pageWithMostDead(gainMinBytes);
        if (page < 0) {
            return 0;
        }
        int dead = table.fillBytes[page] - table.liveBytes[page];
        int target = target(page);
        long start = heap.pageAddress(page);
        long end = start + table.fillBytes[page];
        for (long block = start; block < end;) {
            int rounded = BlockLayout.pageBytes(block);
            if (!BlockLayout.isDead(block)) {
                heap.move(block, target);
            }
            block += rounded;
        }
        emptied(page);
        return dead;
    }

    /**
     * As {@link #cleanOnce}, a part of a page at a time: a page of small nodes of a sorted set has thousands, each of which takes a search to move.
     *
     * @return false when there was nothing to do
     */
    boolean cleanSome(int gainMinBytes, int blocks) {
        if (partPage < 0) {
            partPage = pageWithMostDead(gainMinBytes);
            if (partPage < 0) {
                return false;
            }
            partAt = heap.pageAddress(partPage);
        }
        int page = partPage;
        int target = target(page);
        long end = heap.pageAddress(page) + table.fillBytes[page];
        int moved = 0;
        while (partAt < end && moved < blocks) {
            long block = partAt;
            partAt += BlockLayout.pageBytes(block);
            if (!BlockLayout.isDead(block)) {
                heap.move(block, target);
                BlockLayout.setDead(block);
                moved++;
            }
        }
        if (partAt >= end) {
            emptied(page);
        }
        return true;
    }

    private int pageWithMostDead(int gainMinBytes) {
        int best = -1;
        int bestDead = Math.max(1, gainMinBytes) - 1;
        for (int stream = 0; stream < BlockHeap.STREAMS; stream++) {
            int at = lookedAt[stream] >= 0 ? lookedAt[stream] : queues.oldest(stream);
            for (int looks = Math.min(LOOKS_MAX, queues.count(stream)); looks > 0 && at >= 0; looks--) {
                int dead = table.fillBytes[at] - table.liveBytes[at];
                if (dead > bestDead && !heap.isOpenPage(at)) {
                    best = at;
                    bestDead = dead;
                }
                at = queues.next(at) >= 0 ? queues.next(at) : queues.oldest(stream);
            }
            lookedAt[stream] = at;
        }
        return best;
    }

    /** The stream that the blocks of a page go to. */
    private int target(int page) {
        int stream = table.stream[page];
        return keepsQueues || stream == BlockHeap.NODES ? stream : BlockHeap.SURVIVORS;
    }

    private void emptied(int page) {
        if (table.liveBytes[page] != 0) {
            throw new IllegalStateException("page " + page + " was cleaned and has " + table.liveBytes[page] + " live bytes");
        }
        heap.release(page);
        cleanedPages++;
    }

    /** A page is about to leave its queue. */
    void leaves(int page) {
        int stream = table.stream[page];
        if (stream < BlockHeap.STREAMS && lookedAt[stream] == page) {
            lookedAt[stream] = queues.next(page);
        }
        if (partPage == page) {
            partPage = -1;
        }
    }

    /** All pages leave their queues. */
    void allLeave() {
        Arrays.fill(lookedAt, -1);
        partPage = -1;
    }

    long cleanedPages() {
        return cleanedPages;
    }
}

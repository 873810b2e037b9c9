// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import java.util.Arrays;

/**
 * The pages of a heap in the order in which they were opened, one queue a stream: what eviction and the cleaner go by.
 *
 * <p>Owns the ends and lengths of the queues; the links stand in the {@link PageTable}. Owner thread of the compartment. What always holds: every data page of the
 * heap is in exactly one queue, that of its {@code stream} in the table.
 */
final class PageQueues {
    /** The queue of pages whose blocks are all garbage, because the compartment was emptied; no stream, nothing is added or cleaned there. */
    static final int RETIRED = BlockHeap.STREAMS;

    private final PageTable table;
    private final int[] oldest = new int[BlockHeap.STREAMS + 1];
    private final int[] youngest = new int[BlockHeap.STREAMS + 1];
    private final int[] count = new int[BlockHeap.STREAMS + 1];

    PageQueues(PageTable table) {
        this.table = table;
        Arrays.fill(oldest, -1);
        Arrays.fill(youngest, -1);
    }

    /** Makes a page that is in no queue the stream's youngest. */
    void add(int stream, int page) {
        table.stream[page] = (byte) stream;
        table.previous[page] = youngest[stream];
        table.next[page] = -1;
        if (youngest[stream] >= 0) {
            table.next[youngest[stream]] = page;
        } else {
            oldest[stream] = page;
        }
        youngest[stream] = page;
        count[stream]++;
    }

    void remove(int page) {
        int stream = table.stream[page];
        int before = table.previous[page];
        int after = table.next[page];
        if (before >= 0) {
            table.next[before] = after;
        } else {
            oldest[stream] = after;
        }
        if (after >= 0) {
            table.previous[after] = before;
        } else {
            youngest[stream] = before;
        }
        count[stream]--;
    }

    /** Puts all pages of a stream behind those that are retired. */
    void retire(int stream) {
        if (oldest[stream] < 0) {
            return;
        }
        for (int page = oldest[stream]; page >= 0; page = table.next[page]) {
            table.stream[page] = RETIRED;
        }
        if (youngest[RETIRED] < 0) {
            oldest[RETIRED] = oldest[stream];
        } else {
            table.next[youngest[RETIRED]] = oldest[stream];
            table.previous[oldest[stream]] = youngest[RETIRED];
        }
        youngest[RETIRED] = youngest[stream];
        count[RETIRED] += count[stream];
        count[stream] = 0;
        oldest[stream] = -1;
        youngest[stream] = -1;
    }

    /** -1 when the queue is empty. */
    int oldest(int stream) {
        return oldest[stream];
    }

    /** The next younger page of the same queue, or -1. */
    int next(int page) {
        return table.next[page];
    }

    int count(int stream) {
        return count[stream];
    }

    /** Pages in all queues. */
    int count() {
        int pages = 0;
        for (int each : count) {
            pages += each;
        }
        return pages;
    }
}

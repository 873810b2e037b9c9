// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import java.util.function.LongConsumer;

/**
 * What is deleted and not freed yet: large values, node by node, and all that {@link Compartment#clear} retired, page by page.
 *
 * <p>Owns the queues of a compartment's deleted values. Owner thread of the compartment, between commands. What always holds: a value in here is in
 * no index of keys, its bytes are still charged, and every step frees a bounded number of nodes, so that no deletion stops anybody.
 */
final class Reclamation {
    /** Nodes freed per step of a deletion in the background. */
    private static final int STEP_NODES = 256;
    /** A value of so many nodes, Redis's own threshold, is not worth mentioning. */
    private static final int FEW_NODES = 64;
    /** Values freed whole per step at most: small ones are evicted by the hundred. */
    private static final int STEP_VALUES = 16;

    private final BlockHeap heap;
    private final CollectionTable collections;
    private final PrefixBooks prefixes;
    private final Reclaimer[] reclaimers = new Reclaimer[BlockKind.LIMIT];
    /** Ids of deleted large values whose nodes are not freed yet. */
    private final LongQueue deleted = new LongQueue();
    /** Ids of large values whose nodes went with a clearing. */
    private final LongQueue retired = new LongQueue();
    private final LongConsumer farewell = this::farewell;
    private long freedNodes;
    /** The value deleted first had more than a few nodes. */
    private boolean begunLarge;
    private volatile long freedLarge;

    Reclamation(BlockHeap heap, CollectionTable collections, PrefixBooks prefixes) {
        this.heap = heap;
        this.collections = collections;
        this.prefixes = prefixes;
    }

    /** Registers who frees the nodes of a large kind. */
    void register(int largeKind, Reclaimer reclaimer) {
        reclaimers[largeKind] = reclaimer;
    }

    /** A large value was deleted; the caller took its entry out of the index. */
    void add(long entry) {
        deleted.add(CollectionTable.idOf(entry));
    }

    /** Everything goes: values being deleted too, with the pages they lie in. The indexes were emptied. */
    void retireAll() {
        while (!deleted.isEmpty()) {
            int collection = (int) deleted.first();
            deleted.removeFirst();
            heap.free(collections.entry(collection));
            retired.add(collection);
        }
        begunLarge = false;
        heap.retireAll();
    }

    /** A retired entry goes. */
    private void farewell(long entry) {
        prefixes.keys(EntryLayout.prefixId(entry), -1);
        if (BlockKind.isLarge(BlockLayout.kind(entry))) {
            retired.add(CollectionTable.idOf(entry));
        }
    }

    /** Gives back one page or run of what was retired; ids of collections last, since their nodes' charges go by them. False when that was all. */
    boolean freeRetired() {
        if (heap.freeRetired(farewell)) {
            return true;
        }
        while (!retired.isEmpty()) {
            collections.release((int) retired.first());
            retired.removeFirst();
        }
        return false;
    }

    /** One step; false when there is nothing to free. */
    boolean freeSome() {
        return freeSome(STEP_NODES, STEP_VALUES);
    }

    /** One step of at most so many nodes of each of at most so many values. */
    boolean freeSome(int nodes, int valuesMax) {
        if (heap.hasRetired() || !retired.isEmpty()) {
            freeRetired();
            return true;
        }
        if (deleted.isEmpty()) {
            return false;
        }
        int values = 0;
        boolean whole = true;
        while (whole && values++ < valuesMax && !deleted.isEmpty()) {
            whole = freeFirst(nodes);
        }
        return true;
    }

    /** Frees some nodes of the value deleted first; true when that was all of it. */
    private boolean freeFirst(int nodes) {
        int collection = (int) deleted.first();
        long entry = collections.entry(collection);
        int kind = BlockLayout.kind(entry);
        Reclaimer reclaimer = reclaimers[kind];
        if (reclaimer == null) {
            throw new IllegalStateException("nobody reclaims values of kind " + kind);
        }
        freedNodes += nodes;
        int few = Math.min(nodes, FEW_NODES);
        boolean whole = reclaimer.freeSome(entry, few);
        if (!whole) {
            begunLarge = true;
            whole = nodes > few && reclaimer.freeSome(entry, nodes - few);
        }
        if (whole) {
            freedLarge += begunLarge ? 1 : 0;
            begunLarge = false;
            deleted.removeFirst();
            heap.free(entry);
            collections.release(collection);
        }
        return whole;
    }

    boolean isPending() {
        return !deleted.isEmpty() || heap.hasRetired() || !retired.isEmpty();
    }

    /** Values of more than a few nodes that were deleted by themselves and are freed. Any thread. */
    long freedLarge() {
        return freedLarge;
    }

    /** Deleted values that are not freed yet. */
    int pending() {
        return deleted.size();
    }

    /** Nodes freed since the start, as steps count them. */
    long freedNodes() {
        return freedNodes;
    }
}

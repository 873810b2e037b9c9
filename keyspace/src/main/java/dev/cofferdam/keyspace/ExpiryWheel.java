// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/**
 * When which key of a compartment has to be looked at because its TTL may be over: a hierarchical timing wheel (Varghese and Lauck 1987).
 *
 * <p>Owns its chunks ({@link ExpiryChunkLayout}), which it takes from the compartment's block store, and a table of list heads that does not grow
 * (12 KiB). Owner thread of the compartment only.
 *
 * <p>A record is the hash of a key, nothing else: which slot it lies in says when to look. The finest level has slots of 128 ms; a slot of the
 * next is 256 times that, then 64 times each, up to 17 years a slot, so any deadline has a place. A slot is <em>due</em> when its time has come,
 * for the coarser levels half a slot before it begins, so that what is spread over the finer slots is there in time even when millions of keys share
 * one second. Every record of a due slot is handed to the {@link Sink}, which looks the key up and either drops the record, or deletes the key, or
 * files a new record because the deadline is still to come: because the slot was coarse, or because the TTL was extended meanwhile. So:
 *
 * <pre>
 *  level  slots  a slot lasts      reaches
 *    0     512   128 ms            65 s          looked at when over: at most 128 ms late, never early
 *    1     128   32.8 s            70 min        looked at 16 s before it begins
 *    2     128   35 min            3.1 days
 *    3     128   37 h              199 days
 *    4     128   99 days           35 years
 *    5     128   17.4 years        2,232 years
 *
 *  tick, 20 bits:   | generation, 9 | slot of all levels + 1, 11 |      never 0
 * </pre>
 *
 * <p>What a slot is called in an entry's expiry word, its <em>tick</em>, changes whenever the slot's list is detached to be handed out (generation). An
 * entry's tick therefore names the one list in which its valid record lies; copies of the same hash left behind in the same slot by DEL and SET
 * become recognisable as soon as the first of them was filed anew. What always holds: a list is due no later than the deadline of any key whose
 * valid record lies in it; {@link #records()} is the number of records in all lists. Stale records are swept out when there are more of them
 * than of valid ones ({@link #STALE_FREE}).
 *
 * <p>Clocks that jump: forward, every slot passed over is due; backward, slots are due at the first time that fits them, which is never too late for
 * what is filed once {@link #advance} has seen the new time.
 */
final class ExpiryWheel implements Relocator {
    /** Records that may be stale before a sweep is worth it. */
    static final int STALE_FREE = 1024;
    static final int TICK_MILLIS_SHIFT = 7;

    private static final int LEVELS = 6;
    private static final int SLOT_BITS = 11;
    private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;
    private static final int GENERATION_MASK = (1 << ExpiryWord.TICK_BITS - SLOT_BITS) - 1;
    /** Ticks a slot lasts, as a shift. */
    private static final int[] SLOT_TICKS_SHIFT = {0, 8, 14, 20, 26, 32};
    private static final int[] LEVEL_SLOTS = {512, 128, 128, 128, 128, 128};
    private static final int[] LEVEL_FIRST = {0, 512, 640, 768, 896, 1024};
    private static final int SLOTS = 1152;
    /** Lists being handed out: one per level, and that of the sweep. */
    private static final int SWEEP = LEVELS;
    private static final int LISTS = SLOTS + LEVELS + 1;

    /** Told of each record whose time to be looked at has come. */
    interface Sink {
        /**
         * Finds the entry with this hash whose expiry word carries {@code tick}. If there is none, the record was stale: nothing to do. If it has no
         * deadline any more, sets its tick to 0; if its deadline has passed, deletes it. Else files it again and stores the new tick.
         */
        void due(long hash, int tick);

        /** Some records will be due at once: first each one's {@code round} 0, then each one's round 1. Brings their memory in; changes nothing. */
        default void soon(long hash, int round) {
        }
    }

    private final BlockStore store;
    /** First chunk of each slot's list, then of each list being handed out; 0 = empty. */
    private final long[] firstChunk = new long[LISTS];
    private final short[] generation = new short[SLOTS];
    /** Tick of each list being handed out. */
    private final int[] handedTick = new int[LEVELS + 1];
    /** Per level: the next slot to become due, counted from 1970. Its index in the table is its low bits. */
    private final long[] nextSlot = new long[LEVELS];
    private long records;
    private long chunkBytes;
    private int sweptSlot;
    /** Slots left to visit in the running sweep; 0 = none runs. */
    private int sweepLeft;

    ExpiryWheel(BlockStore store, long nowMillis) {
        this.store = store;
        follow(tickAt(nowMillis));
    }

    /** The most bytes one {@link #file} takes from the store. */
    static long boundBytes() {
        return ExpiryChunkLayout.CHUNK_MAX_BYTES;
    }

    /**
     * The most bytes {@link #advance} with this budget takes from the store: when every record opens a new chunk of the largest size. Nearly always
     * it gives back more than it takes; who runs it near a full budget runs it in small slices.
     */
    static long boundBytes(int budgetRecords) {
        return (long) budgetRecords * ExpiryChunkLayout.CHUNK_MAX_BYTES;
    }

    // ---------------------------------------------------------------- filing

    /** The tick under which a record for this deadline is to be filed now. */
    int tickOf(long deadlineMillis) {
        long tick = tickAfter(deadlineMillis);
        for (int level = 0;; level++) {
            long slot = tick >> SLOT_TICKS_SHIFT[level];
            if (level == LEVELS - 1 || slot < nextSlot[level] + LEVEL_SLOTS[level]) {
                if (slot < nextSlot[level]) {
                    if (level == 0) {
                        slot = nextSlot[0]; // in the past: due next
                    } else {
                        // The finer levels lag behind and do not reach so far yet, but this level's slot is over: look again as late as they can.
                        level--;
                        slot = nextSlot[level] + LEVEL_SLOTS[level] - 1;
                    }
                }
                return tick(LEVEL_FIRST[level] + (int) (slot & (LEVEL_SLOTS[level] - 1)));
            }
        }
    }

    /** Files a record; {@code tick} comes from {@link #tickOf} and no {@link #advance} has run since. */
    void file(long hash, int tick) {
        int slot = slotOf(tick);
        assert tick == tick(slot) : "tick " + tick + " is not that of slot " + slot + " any more";
        long chunk = firstChunk[slot];
        if (chunk == 0 || ExpiryChunkLayout.used(chunk) == ExpiryChunkLayout.capacity(chunk)) {
            chunk = addChunk(slot, chunk);
        }
        ExpiryChunkLayout.push(chunk, hash);
        records++;
    }

    /**
     * True when the record filed under {@code tick} will be looked at in time for this deadline, so that nothing needs to be filed: always so when
     * a TTL was extended. False for tick 0, no record.
     */
    boolean covers(int tick, long deadlineMillis) {
        if (tick == 0) {
            return false;
        }
        int slot = slotOf(tick);
        if (tick != tick(slot)) {
            return true; // being handed out now
        }
        int level = levelOf(slot);
        long index = slot - LEVEL_FIRST[level];
        long due = nextSlot[level] + (index - nextSlot[level] & LEVEL_SLOTS[level] - 1);
        return tickAfter(deadlineMillis) >> SLOT_TICKS_SHIFT[level] >= due;
    }

    private long addChunk(int list, long before) {
        int bytes = before == 0
                ? ExpiryChunkLayout.CHUNK_MIN_BYTES
                : Math.min(2 * ExpiryChunkLayout.bytes(before), ExpiryChunkLayout.CHUNK_MAX_BYTES);
        long chunk = store.allocate(BlockKind.EXPIRY_CHUNK, 0, bytes);
        ExpiryChunkLayout.initialise(chunk, bytes, before, list);
        if (before != 0) {
            ExpiryChunkLayout.previous(before, chunk);
        }
        firstChunk[list] = chunk;
        chunkBytes += bytes;
        return chunk;
    }

    // ---------------------------------------------------------------- handing out

    /**
     * Hands due records to the sink, at most {@code budgetRecords} of them.
     *
     * @param expiringKeys how many keys have a TTL: says how many records are stale
     * @return true when nothing is left to do at this time; false: call again soon
     */
    boolean advance(long nowMillis, long expiringKeys, int budgetRecords, Sink sink) {
        long tick = tickAt(nowMillis);
        follow(tick);
        int budget = budgetRecords;
        for (int level = 0; level < LEVELS; level++) {
            budget = handOutLevel(level, dueSlot(level, tick), budget, sink);
            if (budget == 0) {
                return false;
            }
        }
        return sweep(expiringKeys, budget, sink);
    }

    /** Brings the levels near the time: after a jump forward a round of slots is due, after one backward slots are due again when it fits them. */
    private void follow(long tick) {
        for (int level = 0; level < LEVELS; level++) {
            long due = dueSlot(level, tick);
            if (records == 0) {
                nextSlot[level] = due + 1;
            } else {
                nextSlot[level] = Math.clamp(nextSlot[level], due + 1 - LEVEL_SLOTS[level], due + 1);
            }
        }
    }

    /** The last slot of the level that is due at this tick. */
    private static long dueSlot(int level, long tick) {
        int shift = SLOT_TICKS_SHIFT[level];
        return level == 0 ? tick : tick + (1L << shift - 1) >> shift;
    }

    private int handOutLevel(int level, long dueSlot, int budget, Sink sink) {
        int left = handOut(level, budget, sink);
        while (left > 0 && nextSlot[level] <= dueSlot) {
            int slot = LEVEL_FIRST[level] + (int) (nextSlot[level] & (LEVEL_SLOTS[level] - 1));
            nextSlot[level]++;
            if (firstChunk[slot] != 0) {
                detach(slot, level);
                left = handOut(level, left, sink);
            }
        }
        return left;
    }

    /** Makes the slot's list the one that {@code hand} hands out; what is filed from now on goes to a new list with a new tick. */
    private void detach(int slot, int hand) {
        assert firstChunk[SLOTS + hand] == 0;
        long chunk = firstChunk[slot];
        firstChunk[SLOTS + hand] = chunk;
        ExpiryChunkLayout.list(chunk, SLOTS + hand);
        handedTick[hand] = tick(slot);
        firstChunk[slot] = 0;
        generation[slot] = (short) (generation[slot] + 1 & GENERATION_MASK);
    }

    private int handOut(int hand, int budget, Sink sink) {
        int list = SLOTS + hand;
        int left = budget;
        // The fields are read anew for each record: the sink files, deletes, and may in time ask for more.
        int ahead = 0;
        while (left > 0 && firstChunk[list] != 0) {
            long chunk = firstChunk[list];
            if (ahead-- == 0) {
                ahead = announce(chunk, left, sink) - 1;
            }
            long hash = ExpiryChunkLayout.pop(chunk);
            if (ExpiryChunkLayout.used(chunk) == 0) {
                dropFirst(list);
            }
            records--;
            left--;
            sink.due(hash, handedTick[hand]);
        }
        return left;
    }

    /** Tells of the chunk's last records before they are handed out, and returns how many it were. */
    private static int announce(long chunk, int most, Sink sink) {
        int used = ExpiryChunkLayout.used(chunk);
        int count = Math.min(most, used);
        for (int round = 0; round < 2; round++) {
            for (int i = used - count; i < used; i++) {
                sink.soon(ExpiryChunkLayout.record(chunk, i), round);
            }
        }
        return count;
    }

    private void dropFirst(int list) {
        long chunk = firstChunk[list];
        long next = ExpiryChunkLayout.next(chunk);
        if (next != 0) {
            ExpiryChunkLayout.previous(next, 0);
            ExpiryChunkLayout.list(next, list);
        }
        firstChunk[list] = next;
        chunkBytes -= ExpiryChunkLayout.bytes(chunk);
        store.free(chunk);
    }

    // ---------------------------------------------------------------- stale records

    /** Hands out slot after slot, round and round, until most records are valid again. */
    private boolean sweep(long expiringKeys, int budget, Sink sink) {
        if (sweepLeft == 0 && firstChunk[SLOTS + SWEEP] == 0) {
            if (records <= 2 * expiringKeys + STALE_FREE && (expiringKeys > 0 || records == 0)) {
                return true;
            }
            sweepLeft = SLOTS;
        }
        int left = handOut(SWEEP, budget, sink);
        while (left > 0) {
            boolean enough = expiringKeys == 0 ? records == 0 : records <= expiringKeys + expiringKeys / 2 + STALE_FREE / 2;
            if (sweepLeft == 0 || enough) {
                sweepLeft = 0;
                return true;
            }
            sweptSlot = sweptSlot + 1 == SLOTS ? 0 : sweptSlot + 1;
            sweepLeft--;
            if (firstChunk[sweptSlot] != 0) {
                detach(sweptSlot, SWEEP);
                left = handOut(SWEEP, left, sink);
            }
        }
        return false;
    }

    // ---------------------------------------------------------------- memory

    @Override
    public void moved(int kind, long from, long to) {
        long next = ExpiryChunkLayout.next(to);
        long previous = ExpiryChunkLayout.previous(to);
        if (next != 0) {
            ExpiryChunkLayout.previous(next, to);
        }
        if (previous != 0) {
            ExpiryChunkLayout.next(previous, to);
        } else {
            int list = ExpiryChunkLayout.list(to);
            if (firstChunk[list] != from) {
                throw new IllegalStateException(
                        "expiry chunk moved from 0x" + Long.toHexString(from) + " is not the first of list " + list);
            }
            firstChunk[list] = to;
        }
    }

    /** Frees every chunk; all keys of the compartment are gone. */
    void clear() {
        for (int list = 0; list < LISTS; list++) {
            while (firstChunk[list] != 0) {
                records -= ExpiryChunkLayout.used(firstChunk[list]);
                dropFirst(list);
            }
        }
        sweepLeft = 0;
        assert records == 0 && chunkBytes == 0 : records + " records, " + chunkBytes + " bytes";
    }

    /** Records in all lists, valid and stale. */
    long records() {
        return records;
    }

    /** Bytes of all chunks. */
    long chunkBytes() {
        return chunkBytes;
    }

    // ---------------------------------------------------------------- audit

    /** Told of every record by {@link #audit}. */
    interface RecordVisitor {
        void visit(long hash, int tick);
    }

    /** Walks all lists; throws when links, fills or sums are not as promised. */
    void audit(RecordVisitor visitor) {
        long countedRecords = 0;
        long countedBytes = 0;
        for (int list = 0; list < LISTS; list++) {
            int tick = list < SLOTS ? tick(list) : handedTick[list - SLOTS];
            long previous = 0;
            for (long chunk = firstChunk[list]; chunk != 0; chunk = ExpiryChunkLayout.next(chunk)) {
                int used = ExpiryChunkLayout.used(chunk);
                boolean first = previous == 0;
                if (ExpiryChunkLayout.previous(chunk) != previous || first && ExpiryChunkLayout.list(chunk) != list) {
                    throw new IllegalStateException("expiry list " + list + ": broken link at 0x" + Long.toHexString(chunk));
                }
                if (used == 0 || used > ExpiryChunkLayout.capacity(chunk) || !first && used != ExpiryChunkLayout.capacity(chunk)) {
                    throw new IllegalStateException(
                            "expiry list " + list + ": " + used + " records in a chunk for " + ExpiryChunkLayout.capacity(chunk));
                }
                for (int i = 0; i < used; i++) {
                    visitor.visit(ExpiryChunkLayout.record(chunk, i), tick);
                }
                countedRecords += used;
                countedBytes += ExpiryChunkLayout.bytes(chunk);
                previous = chunk;
            }
        }
        if (countedRecords != records || countedBytes != chunkBytes) {
            throw new IllegalStateException(
                    "expiry wheel says " + records + " records and " + chunkBytes + " bytes, its lists " + countedRecords + " and "
                            + countedBytes);
        }
    }

    // ---------------------------------------------------------------- arithmetic

    private int tick(int slot) {
        return generation[slot] << SLOT_BITS | slot + 1;
    }

    private static int slotOf(int tick) {
        return (tick & SLOT_MASK) - 1;
    }

    private static int levelOf(int slot) {
        return slot < LEVEL_FIRST[1] ? 0 : 1 + (slot - LEVEL_FIRST[1] >> 7);
    }

    /** The tick that has begun. */
    private static long tickAt(long nowMillis) {
        return nowMillis >> TICK_MILLIS_SHIFT;
    }

    /** The first tick at whose beginning the deadline has passed. */
    private static long tickAfter(long deadlineMillis) {
        return Math.clamp(deadlineMillis, 0, ExpiryWord.MILLIS_MASK) + (1 << TICK_MILLIS_SHIFT) - 1 >> TICK_MILLIS_SHIFT;
    }
}

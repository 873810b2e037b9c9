// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.pubsub;

import dev.cofferdam.keyspace.Hashing;
import dev.cofferdam.memory.Mem;
import java.util.Arrays;

/**
 * Keys that changed since the last broadcast and that somebody wants to hear of, each once, with who changed it last.
 *
 * <p>Owns its records. Event loop only; makes no garbage but for the growth of one array. What always holds: at most {@link #MAX} keys.
 */
final class ChangedKeys {
    static final int MAX = 4096;
    private static final int TABLE = 5;

    private final NameTable names;
    private long[] sorted = new long[64];

    ChangedKeys(ListenerMemory memory, Hashing hashing) {
        names = new NameTable(memory, hashing, TABLE);
    }

    int size() {
        return names.size();
    }

    boolean isFull() {
        return names.size() >= MAX;
    }

    /** False when there is no memory for it. @param changer tag of the client that changed the key, 0 for none */
    boolean add(long address, int length, long changer) {
        long record = names.findOrAdd(address, length);
        if (record == 0) {
            return false;
        }
        Mem.putLong(record + NameLayout.FIRST_LINK, changer);
        return true;
    }

    /** Brings the keys into the order of their bytes; they are then found by {@link #at}. */
    void sort() {
        int count = 0;
        if (sorted.length < names.size()) {
            sorted = new long[Integer.highestOneBit(names.size()) * 2];
        }
        for (long record = names.first(); record != 0; record = names.next(record)) {
            sorted[count++] = record;
        }
        NameOrder.sort(sorted, count);
    }

    long at(int i) {
        return sorted[i];
    }

    static long changer(long record) {
        return Mem.getLong(record + NameLayout.FIRST_LINK);
    }

    void clear() {
        long record = names.first();
        while (record != 0) {
            long next = names.next(record);
            names.remove(record);
            record = next;
        }
        Arrays.fill(sorted, 0);
    }
}

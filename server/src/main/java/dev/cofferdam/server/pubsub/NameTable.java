// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.pubsub;

import static dev.cofferdam.server.pubsub.NameLayout.BYTES;
import static dev.cofferdam.server.pubsub.NameLayout.FIRST_LINK;
import static dev.cofferdam.server.pubsub.NameLayout.HASH;
import static dev.cofferdam.server.pubsub.NameLayout.LAST_LINK;
import static dev.cofferdam.server.pubsub.NameLayout.LENGTH;
import static dev.cofferdam.server.pubsub.NameLayout.LINKS;
import static dev.cofferdam.server.pubsub.NameLayout.NEXT;

import dev.cofferdam.keyspace.Hashing;
import dev.cofferdam.memory.Mem;

/**
 * Names by their bytes: a hash table of records, cut into parts that grow one by one, so that no growth takes long.
 *
 * <p>Owns its records and buckets. Event loop only; nothing here makes garbage. What always holds: a part's buckets are a power of two; when there is no memory
 * for more of them the chains get longer and nothing else happens.
 */
final class NameTable {
    private static final int PARTS = 256;
    private static final int PART_SHIFT = 56;
    private static final int START_BUCKETS = 4;
    /** Records per bucket on average from which on a part grows. */
    private static final int LOAD = 2;

    private final ListenerMemory memory;
    private final Hashing hashing;
    private final int number;
    private final long[] buckets = new long[PARTS];
    private final int[] bucketCount = new int[PARTS];
    private final int[] used = new int[PARTS];
    private int size;

    /** @param number of the table: the same name hashes differently in each */
    NameTable(ListenerMemory memory, Hashing hashing, int number) {
        this.memory = memory;
        this.hashing = hashing;
        this.number = number;
    }

    int size() {
        return size;
    }

    private static int part(long hash) {
        return (int) (hash >>> PART_SHIFT);
    }

    private long bucket(int part, long hash) {
        return buckets[part] + 8L * (hash & bucketCount[part] - 1);
    }

    /** The record of the name, or 0. */
    long find(long address, int length) {
        return size == 0 ? 0 : find(hashing.member(number, address, length), address, length);
    }

    private long find(long hash, long address, int length) {
        int part = part(hash);
        if (used[part] == 0) {
            return 0;
        }
        long record = Mem.getLong(bucket(part, hash));
        while (record != 0 && !(Mem.getLong(record + HASH) == hash && Mem.getInt(record + LENGTH) == length
                && Mem.equal(record + BYTES, address, length))) {
            record = Mem.getLong(record + NEXT);
        }
        return record;
    }

    /** The record of the name, made if there is none; 0 when there is no memory for it. */
    long findOrAdd(long address, int length) {
        long hash = hashing.member(number, address, length);
        long found = find(hash, address, length);
        return found != 0 ? found : add(hash, address, length);
    }

    private long add(long hash, long address, int length) {
        int part = part(hash);
        if (bucketCount[part] == 0 || used[part] >= LOAD * bucketCount[part]) {
            grow(part);
            if (bucketCount[part] == 0) {
                return 0;
            }
        }
        long record = memory.take(BYTES + (long) length);
        if (record == 0) {
            return 0;
        }
        Mem.putLong(record + HASH, hash);
        Mem.putLong(record + FIRST_LINK, 0);
        Mem.putLong(record + LAST_LINK, 0);
        Mem.putInt(record + LINKS, 0);
        Mem.putInt(record + LENGTH, length);
        Mem.copy(address, record + BYTES, length);
        link(part, record);
        used[part]++;
        size++;
        return record;
    }

    private void link(int part, long record) {
        long bucket = bucket(part, Mem.getLong(record + HASH));
        Mem.putLong(record + NEXT, Mem.getLong(bucket));
        Mem.putLong(bucket, record);
    }

    private void grow(int part) {
        int before = bucketCount[part];
        int after = Math.max(START_BUCKETS, before * 2);
        long larger = memory.take(8L * after);
        if (larger == 0) {
            return;
        }
        for (int i = 0; i < after; i++) {
            Mem.putLong(larger + 8L * i, 0);
        }
        long old = buckets[part];
        buckets[part] = larger;
        bucketCount[part] = after;
        for (int i = 0; i < before; i++) {
            long next;
            for (long record = Mem.getLong(old + 8L * i); record != 0; record = next) {
                next = Mem.getLong(record + NEXT);
                link(part, record);
            }
        }
        if (old != 0) {
            memory.giveBack(old, 8L * before);
        }
    }

    /** Takes the record out and gives its memory back. */
    void remove(long record) {
        long hash = Mem.getLong(record + HASH);
        int part = part(hash);
        long at = bucket(part, hash);
        while (Mem.getLong(at) != record) {
            at = Mem.getLong(at) + NEXT;
        }
        Mem.putLong(at, Mem.getLong(record + NEXT));
        memory.giveBack(record, BYTES + (long) Mem.getInt(record + LENGTH));
        size--;
        if (--used[part] == 0) {
            memory.giveBack(buckets[part], 8L * bucketCount[part]);
            buckets[part] = 0;
            bucketCount[part] = 0;
        }
    }

    /** The first record of a walk over all, or 0. The table must not change meanwhile. */
    long first() {
        return size == 0 ? 0 : firstFrom(0, 0);
    }

    /** A record somewhere near the place that the number says, or 0 when there is none: for a choice by chance. */
    long any(long chance) {
        if (size == 0) {
            return 0;
        }
        int part = part(chance);
        int bucket = bucketCount[part] == 0 ? 0 : (int) (chance & bucketCount[part] - 1);
        long record = firstFrom(part, bucket);
        return record != 0 ? record : first();
    }

    /** The record after this one in a walk over all, or 0. */
    long next(long record) {
        long next = Mem.getLong(record + NEXT);
        if (next != 0) {
            return next;
        }
        long hash = Mem.getLong(record + HASH);
        int part = part(hash);
        return firstFrom(part, (int) (hash & bucketCount[part] - 1) + 1);
    }

    private long firstFrom(int firstPart, int firstBucket) {
        int bucket = firstBucket;
        for (int part = firstPart; part < PARTS; part++) {
            for (; bucket < bucketCount[part]; bucket++) {
                long record = Mem.getLong(buckets[part] + 8L * bucket);
                if (record != 0) {
                    return record;
                }
            }
            bucket = 0;
        }
        return 0;
    }
}

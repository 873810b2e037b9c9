// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;

/**
 * Remembers the keys that were evicted lately, as fingerprints of one byte: about 1.2 bytes per entry the compartment holds.
 *
 * <p>Owns one run of memory, paid by the compartment's account, none before the first eviction. Owner thread only. A bucket is one long: seven
 * fingerprints of entries dropped from the small queue, youngest first, and one of the entry last dropped from the main queue. Inserting shifts the
 * oldest out, so age needs no bits: a fingerprint's place says how long ago it was put there. One look-up in 37 finds somebody else's
 * fingerprint; that costs a cold entry's stay in the main queue and nothing else.
 *
 * <pre>
 *  bits  0..7    8..15   ...  48..55    56..63
 *       | youngest | ...    | oldest  | main's |      0 = none
 * </pre>
 *
 * <p>The bucket of a hash is its fraction of the table ({@code hash * buckets / 2^64}), so that a table of another size is filled from the
 * old one in order, some buckets with each evicted page, while both are in use: no pause however large it is.
 */
final class GhostTable {
    /** Found nothing. */
    static final int UNKNOWN = 0;
    /** Dropped from the small queue some time ago. */
    static final int SMALL = 1;
    /** Dropped from the small queue within the last bucketful: a slightly larger small queue would still have it. */
    static final int SMALL_LATELY = 2;
    /** Dropped from the main queue within the same span: a slightly larger main queue would still have it. */
    static final int MAIN_LATELY = 3;

    private static final int SMALL_SLOTS = 7;
    private static final int MAIN_SHIFT = 56;
    private static final long SMALL_MASK = (1L << MAIN_SHIFT) - 1;
    private static final int BUCKET_BYTES = 8;
    /** Fingerprints of the small queue kept for each entry held, in halves. */
    private static final int HISTORY_HALVES = 2;
    private static final int BUCKETS_MIN = 512;
    private static final int BUCKETS_MAX = 1 << 26;
    private static final int MIGRATED_PER_STEP = 1024;

    private final Account account;
    private long table;
    private int buckets;
    /** The table being filled from {@link #table}, or 0; and how many of its buckets are. */
    private long nextTable;
    private int nextBuckets;
    private int migrated;

    GhostTable(Account account) {
        this.account = account;
    }

    /** Looks a missing key up, and forgets it if it was found. */
    int find(long hash) {
        if (table == 0) {
            return UNKNOWN;
        }
        long address = bucketOf(hash);
        long bucket = Mem.getLong(address);
        long fingerprint = fingerprint(hash);
        if (bucket >>> MAIN_SHIFT == fingerprint) {
            Mem.putLong(address, bucket & SMALL_MASK);
            return MAIN_LATELY;
        }
        for (int slot = 0; slot < SMALL_SLOTS; slot++) {
            int shift = slot * 8;
            if ((bucket >>> shift & 0xff) == fingerprint) {
                long younger = bucket & (1L << shift) - 1;
                long older = (bucket & SMALL_MASK) >>> shift + 8 << shift;
                Mem.putLong(address, bucket & ~SMALL_MASK | older | younger);
                return slot == 0 ? SMALL_LATELY : SMALL;
            }
        }
        return UNKNOWN;
    }

    void droppedFromSmall(long hash) {
        if (table != 0) {
            long address = bucketOf(hash);
            long bucket = Mem.getLong(address);
            Mem.putLong(address, bucket & ~SMALL_MASK | bucket << 8 & SMALL_MASK | fingerprint(hash));
        }
    }

    void droppedFromMain(long hash) {
        if (table != 0) {
            long address = bucketOf(hash);
            Mem.putLong(address, Mem.getLong(address) & SMALL_MASK | fingerprint(hash) << MAIN_SHIFT);
        }
    }

    private long bucketOf(long hash) {
        if (nextTable != 0) {
            int next = (int) Math.unsignedMultiplyHigh(hash, nextBuckets);
            if (next < migrated) {
                return nextTable + (long) next * BUCKET_BYTES;
            }
        }
        return table + Math.unsignedMultiplyHigh(hash, buckets) * BUCKET_BYTES;
    }

    /** Not the bits that choose the bucket; never 0. */
    private static long fingerprint(long hash) {
        long bits = hash & 0xff;
        return bits == 0 ? 1 : bits;
    }

    // ---------------------------------------------------------------- size

    /**
     * Brings the size near what so many entries need, a step at a time: once per evicted page, and in the background. Takes no more than there is: a
     * smaller table remembers a shorter time.
     */
    void fit(long entries) {
        if (nextTable != 0) {
            migrate();
            return;
        }
        long wanted = Math.clamp(entries * HISTORY_HALVES / (2 * SMALL_SLOTS), BUCKETS_MIN, BUCKETS_MAX);
        if (table != 0 && !differs(wanted)) {
            return;
        }
        wanted = Math.min(wanted, account.availableBytes() / BUCKET_BYTES & -BUCKETS_MIN);
        if (wanted == 0 || table != 0 && !differs(wanted)) {
            return;
        }
        long run = account.takeRun(wanted * BUCKET_BYTES);
        if (run == 0) {
            return;
        }
        if (table == 0) {
            table = run;
            buckets = (int) wanted;
        } else {
            nextTable = run;
            nextBuckets = (int) wanted;
            migrated = 0;
        }
    }

    private boolean differs(long wanted) {
        return wanted > buckets + buckets / 4 || wanted < buckets / 2;
    }

    private void migrate() {
        int end = Math.min(nextBuckets, migrated + MIGRATED_PER_STEP);
        for (; migrated < end; migrated++) {
            long from = (long) migrated * buckets / nextBuckets;
            Mem.putLong(nextTable + (long) migrated * BUCKET_BYTES, Mem.getLong(table + from * BUCKET_BYTES));
        }
        if (migrated == nextBuckets) {
            account.returnRun(table, (long) buckets * BUCKET_BYTES);
            table = nextTable;
            buckets = nextBuckets;
            nextTable = 0;
        }
    }

    /** Forgets everything and returns its memory. */
    void clear() {
        if (table != 0) {
            account.returnRun(table, (long) buckets * BUCKET_BYTES);
            table = 0;
        }
        if (nextTable != 0) {
            account.returnRun(nextTable, (long) nextBuckets * BUCKET_BYTES);
            nextTable = 0;
        }
    }

    /** Bytes of the runs it owns, as the account counts them. */
    long ownedBytes() {
        return (table == 0 ? 0 : frameBytes(buckets)) + (nextTable == 0 ? 0 : frameBytes(nextBuckets));
    }

    private static long frameBytes(int buckets) {
        return ((long) buckets * BUCKET_BYTES + 4095) & -4096L;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;
import java.util.Arrays;

/**
 * When the keys of a compartment expire.
 *
 * <p>Owns the timing wheel and the numbers of keys that have a deadline; the deadline itself lies in the key's entry ({@link ExpiryWord}). Owner thread of the
 * compartment. What always holds: a key with a deadline has a record in the wheel that is due no later than the deadline, and the entry names the list
 * in which that record lies.
 */
final class Deadlines implements ExpiryWheel.Sink {
    private final Compartment home;
    private final Keyspace keyspace;
    private final BlockHeap heap;
    private final KeyIndex keys;
    private final ExpiryWheel wheel;
    private final long[] perDatabase = new long[Compartment.DATABASES];
    private final HashIndex.BlockFilter watchedUnder = (entry, tick) -> BlockLayout.hasTtl(entry)
            && ExpiryWord.tick(Mem.getLong(EntryLayout.expiryAddress(entry))) == tick;
    /** Sum of what was loaded ahead: means nothing, and keeps the compiler from dropping the loads. */
    private long touched;

    Deadlines(Compartment home, BlockHeap heap, KeyIndex keys) {
        this.home = home;
        this.keyspace = home.keyspace();
        this.heap = heap;
        this.keys = keys;
        this.wheel = new ExpiryWheel(heap, keyspace.nowMillis());
        heap.relocateWith(BlockKind.EXPIRY_CHUNK, wheel);
    }

    // ---------------------------------------------------------------- of one entry

    /** In milliseconds since 1970, or 0. */
    static long millisOf(long entry) {
        return BlockLayout.hasTtl(entry) ? ExpiryWord.millis(Mem.getLong(EntryLayout.expiryAddress(entry))) : 0;
    }

    /** True when the entry, which has room for a deadline, has one that is over. */
    boolean isPast(long entry) {
        long at = ExpiryWord.millis(Mem.getLong(EntryLayout.expiryAddress(entry)));
        return at != 0 && at <= keyspace.nowMillis();
    }

    /** Gives the key a deadline, or another one; may move the entry. */
    void set(Key key, long atMillis) {
        if (!BlockLayout.hasTtl(key.entry)) {
            addExpiryWord(key);
        }
        long address = EntryLayout.expiryAddress(key.entry);
        long word = Mem.getLong(address);
        if (ExpiryWord.millis(word) == 0) {
            perDatabase[BlockLayout.database(key.entry)]++;
        }
        Mem.putLong(address, watched(key.hash, ExpiryWord.withMillis(word, atMillis)));
    }

    /** Takes away the deadline that the entry has; the room for one stays, and so does its record until it is due. */
    void remove(long entry) {
        forget(entry);
        long address = EntryLayout.expiryAddress(entry);
        Mem.putLong(address, ExpiryWord.withMillis(Mem.getLong(address), 0));
    }

    /** An entry that has a deadline goes. */
    void forget(long entry) {
        perDatabase[BlockLayout.database(entry)]--;
    }

    /** An entry that has a deadline went from one database to another. */
    void changedDatabase(int from, int to) {
        perDatabase[from]--;
        perDatabase[to]++;
    }

    /** The entry's hash changed: the wheel's record names the old one. */
    void fileAgain(long entry, long hash) {
        if (BlockLayout.hasTtl(entry)) {
            long address = EntryLayout.expiryAddress(entry);
            long word = ExpiryWord.withTick(Mem.getLong(address), 0);
            Mem.putLong(address, ExpiryWord.millis(word) == 0 ? word : watched(hash, word));
        }
    }

    /** Files a record for the deadline in the word unless the one that is filed will do, and returns the word with its tick. */
    private long watched(long hash, long word) {
        long deadline = ExpiryWord.millis(word);
        if (wheel.covers(ExpiryWord.tick(word), deadline)) {
            return word;
        }
        int tick = wheel.tickOf(deadline);
        wheel.file(hash, tick);
        return ExpiryWord.withTick(word, tick);
    }

    private void addExpiryWord(Key key) {
        long entry = key.entry;
        long start = entry + BlockLayout.HEADER_BYTES;
        long rest = BlockLayout.bytes(entry) - BlockLayout.HEADER_BYTES;
        long bytes = BlockLayout.bytes(entry) + EntryLayout.EXPIRY_BYTES;
        if (heap.resizeInPlace(entry, bytes)) {
            Mem.copy(start, start + EntryLayout.EXPIRY_BYTES, rest);
            BlockLayout.setTtl(entry, true);
            Mem.putLong(start, 0);
            return;
        }
        long copy = heap.allocate(BlockLayout.kind(entry), BlockLayout.owner(entry), bytes);
        BlockLayout.setDatabase(copy, BlockLayout.database(entry));
        BlockLayout.setTtl(copy, true);
        Mem.putLong(copy + BlockLayout.HEADER_BYTES, 0);
        Mem.copy(start, copy + BlockLayout.HEADER_BYTES + EntryLayout.EXPIRY_BYTES, rest);
        home.replace(key, entry, copy);
    }

    // ---------------------------------------------------------------- those that are over

    /**
     * Reclaims keys whose time is over, at most {@code records} of them; the caller had {@link ExpiryWheel#boundBytes(int)} admitted.
     *
     * @return false when more are due
     */
    boolean reclaimDue(int records) {
        return wheel.advance(keyspace.nowMillis(), count(), records, this);
    }

    /** The wheel says that a record's time has come: deletes the key, or files it again because its deadline is still to come. */
    @Override
    public void due(long hash, int tick) {
        long entry = keys.findByHash(hash, watchedUnder, tick);
        if (entry == 0) {
            return;
        }
        long address = EntryLayout.expiryAddress(entry);
        long word = Mem.getLong(address);
        if (ExpiryWord.millis(word) == 0) {
            Mem.putLong(address, 0);
        } else if (isPast(entry)) {
            home.expire(hash, entry);
        } else {
            Mem.putLong(address, watched(hash, ExpiryWord.withTick(word, 0)));
        }
    }

    @Override
    public void soon(long hash, int round) {
        if (keys.size() > 0) {
            long bucket = keys.bucketOf(hash);
            long block = round == 0 ? bucket : keys.candidateIn(bucket, hash);
            touched += block == 0 ? 0 : Mem.getInt(block);
        }
    }

    // ---------------------------------------------------------------- all of them

    /** No key is left in any database. */
    void clear() {
        wheel.clear();
        Arrays.fill(perDatabase, 0);
    }

    /** The keys of two databases changed places. */
    void swap(int one, int other) {
        long count = perDatabase[one];
        perDatabase[one] = perDatabase[other];
        perDatabase[other] = count;
    }

    long count(int database) {
        return perDatabase[database];
    }

    /** Keys with a deadline, over all databases. */
    long count() {
        long sum = 0;
        for (long count : perDatabase) {
            sum += count;
        }
        return sum;
    }

    ExpiryWheel wheel() {
        return wheel;
    }
}

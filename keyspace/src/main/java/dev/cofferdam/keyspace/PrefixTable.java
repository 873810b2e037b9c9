// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The prefixes a compartment's keys have, learned from their names, with exact bytes and keys of each.
 *
 * <p>Owns the names (at most 64 bytes each, on the Java heap: at most {@code limit} of them) and the sums. Owner thread of the compartment only; a
 * charge is one addition. What always holds: an id that an entry carries keeps its name until the last byte and key charged to it are gone.
 *
 * <p>Where names fan out they are ids after all ({@code user:alice:}, {@code user:bob:} …): a prefix gets at most {@link #FAN_OUT_MAX} others below
 * it, further keys are counted for the prefix itself. Keys whose prefix has no room in the table are counted for id 0, {@link #OTHER}.
 */
final class PrefixTable implements PrefixBooks {
    static final int OTHER = 0;
    static final String OTHER_NAME = "(other)";
    /** Prefixes directly below one prefix. Real ones are a few dozen; the top level, with no prefix above it, has the whole table. */
    static final int FAN_OUT_MAX = 128;

    private static final int WORDS = PrefixShape.PREFIX_MAX_BYTES / 8;
    private static final int FIRST_CAPACITY = 32;
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private final int limit;
    /** Ids up to this one have been given out; 0 is always there. */
    private int lastId;
    /** First id of each hash chain, and the next of each id in its chain; 0 ends. */
    private short[] chains = new short[2 * FIRST_CAPACITY];
    private short[] next = new short[FIRST_CAPACITY];
    private byte[] lengths = new byte[FIRST_CAPACITY];
    private long[] words = new long[FIRST_CAPACITY * WORDS];
    private short[] parents = new short[FIRST_CAPACITY];
    private short[] children = new short[FIRST_CAPACITY];
    private long[] bytes = new long[FIRST_CAPACITY];
    private long[] keys = new long[FIRST_CAPACITY];
    private long[] markedBytes = new long[FIRST_CAPACITY];
    /** Ids with no byte, key or child: may be given to another name. */
    private int unused;
    private int recycleAt;
    private final long[] probe = new long[WORDS];

    /** @param limit ids at most, the one of {@link #OTHER} included; 2 to 32,767 */
    PrefixTable(int limit) {
        if (limit < 2 || limit > Short.MAX_VALUE) {
            throw new IllegalArgumentException("prefix table for " + limit + " ids: must be 2 to " + Short.MAX_VALUE);
        }
        this.limit = limit;
    }

    // ---------------------------------------------------------------- names

    @Override
    public int idOf(long keyAddress, int keyLength) {
        return idOfPrefix(keyAddress, PrefixShape.length(keyAddress, keyLength));
    }

    private int idOfPrefix(long address, int length) {
        int hash = load(address, length);
        int id = find(hash, length);
        return id != 0 ? id : learn(address, length);
    }

    /** Puts the name into {@link #probe}, zeros behind it, and returns its hash. */
    private int load(long address, int length) {
        long hash = length;
        int whole = length >> 3;
        for (int i = 0; i < whole; i++) {
            long word = Mem.getLong(address + (i << 3));
            probe[i] = word;
            hash = (hash ^ word) * MULTIPLIER;
            hash ^= hash >>> 32;
        }
        int rest = length & 7;
        if (rest > 0) {
            long word = 0;
            if (length >= 8) {
                word = Mem.getLong(address + length - 8) >>> 8 * (8 - rest);
            } else {
                for (int i = 0; i < rest; i++) {
                    word |= (long) Mem.getUnsignedByte(address + i) << 8 * i;
                }
            }
            probe[whole] = word;
            hash = (hash ^ word) * MULTIPLIER;
            hash ^= hash >>> 32;
        }
        return (int) (hash ^ hash >>> 17);
    }

    private int find(int hash, int length) {
        int used = length + 7 >> 3;
        for (int id = chains[hash & chains.length - 1]; id != 0; id = next[id]) {
            if (lengths[id] == length && same(id * WORDS, used)) {
                return id;
            }
        }
        return 0;
    }

    private boolean same(int first, int used) {
        for (int i = 0; i < used; i++) {
            if (words[first + i] != probe[i]) {
                return false;
            }
        }
        return true;
    }

    /** The id of a name that is not in the table: a new one, or that of the prefix that takes its keys. */
    private int learn(long address, int length) {
        int parent = OTHER;
        int parentLength = PrefixShape.parentLength(address, length);
        if (parentLength > 0) {
            parent = idOfPrefix(address, parentLength);
            // The parent's own parent may have taken its place: then this name is below one that fans out, too.
            if (parent == OTHER || lengths[parent] != parentLength || children[parent] >= FAN_OUT_MAX) {
                return parent;
            }
            // Counted as its child from now on, so that it is not recycled to make room for it.
            noteUse(parent);
            children[parent]++;
        }
        int id = newId();
        if (id == OTHER) {
            if (parent != OTHER) {
                children[parent]--;
                noteUnused(parent);
            }
            return parent;
        }
        int hash = load(address, length);
        lengths[id] = (byte) length;
        parents[id] = (short) parent;
        Arrays.fill(probe, length + 7 >> 3, WORDS, 0);
        System.arraycopy(probe, 0, words, id * WORDS, WORDS);
        int chain = hash & chains.length - 1;
        next[id] = chains[chain];
        chains[chain] = (short) id;
        unused++; // until it is charged
        return id;
    }

    private int newId() {
        if (lastId + 1 < limit) {
            int id = ++lastId;
            if (id == next.length) {
                grow();
            }
            return id;
        }
        if (unused == 0) {
            return OTHER;
        }
        for (int looks = 0; looks < limit; looks++) {
            recycleAt = recycleAt + 1 == limit ? 1 : recycleAt + 1;
            if (isUnused(recycleAt)) {
                forget(recycleAt);
                return recycleAt;
            }
        }
        throw new IllegalStateException(unused + " prefixes are said to be unused, none is");
    }

    private boolean isUnused(int id) {
        return id != OTHER && keys[id] == 0 && bytes[id] == 0 && children[id] == 0;
    }

    private void forget(int id) {
        unused--;
        markedBytes[id] = 0;
        int chain = hashOf(id) & chains.length - 1;
        if (chains[chain] == id) {
            chains[chain] = next[id];
        } else {
            int before = chains[chain];
            while (next[before] != id) {
                before = next[before];
            }
            next[before] = next[id];
        }
        int parent = parents[id];
        if (parent != OTHER) {
            children[parent]--;
            noteUnused(parent);
        }
    }

    private int hashOf(int id) {
        long hash = lengths[id];
        int used = lengths[id] + 7 >> 3;
        for (int i = 0; i < used; i++) {
            hash = (hash ^ words[id * WORDS + i]) * MULTIPLIER;
            hash ^= hash >>> 32;
        }
        return (int) (hash ^ hash >>> 17);
    }

    /** Call before something is added to the id. */
    private void noteUse(int id) {
        if (isUnused(id)) {
            unused--;
        }
    }

    /** Call after something was taken from the id. */
    private void noteUnused(int id) {
        if (isUnused(id)) {
            unused++;
        }
    }

    private void grow() {
        int capacity = Math.min(limit, 2 * next.length);
        next = Arrays.copyOf(next, capacity);
        lengths = Arrays.copyOf(lengths, capacity);
        words = Arrays.copyOf(words, capacity * WORDS);
        parents = Arrays.copyOf(parents, capacity);
        children = Arrays.copyOf(children, capacity);
        bytes = Arrays.copyOf(bytes, capacity);
        keys = Arrays.copyOf(keys, capacity);
        markedBytes = Arrays.copyOf(markedBytes, capacity);
        chains = new short[Integer.highestOneBit(capacity) * 2];
        for (int id = 1; id < lastId; id++) {
            int chain = hashOf(id) & chains.length - 1;
            next[id] = chains[chain];
            chains[chain] = (short) id;
        }
    }

    // ---------------------------------------------------------------- sums

    @Override
    public void charge(int id, long bytesDelta) {
        noteUse(id);
        bytes[id] += bytesDelta;
        noteUnused(id);
        assert bytes[id] >= 0 : nameOf(id) + " has " + bytes[id] + " bytes";
    }

    @Override
    public void keys(int id, int delta) {
        noteUse(id);
        keys[id] += delta;
        noteUnused(id);
        assert keys[id] >= 0 : nameOf(id) + " has " + keys[id] + " keys";
    }

    @Override
    public long bytesOf(int id) {
        return bytes[id];
    }

    @Override
    public long keysOf(int id) {
        return keys[id];
    }

    /** Names in the table, {@link #OTHER} aside. */
    int size() {
        return lastId;
    }

    // ---------------------------------------------------------------- reports

    @Override
    public void mark() {
        System.arraycopy(bytes, 0, markedBytes, 0, lastId + 1);
    }

    @Override
    public List<PrefixUsage> topByBytes(int count) {
        return top(count, Comparator.comparingLong(PrefixUsage::bytes).reversed());
    }

    @Override
    public List<PrefixUsage> topByGrowth(int count) {
        return top(count, Comparator.comparingLong(PrefixUsage::growthBytes).reversed());
    }

    private List<PrefixUsage> top(int count, Comparator<PrefixUsage> order) {
        return IntStream.rangeClosed(0, lastId).filter(id -> keys[id] != 0 || bytes[id] != 0)
            .mapToObj(id -> new PrefixUsage(id, nameOf(id), bytes[id], keys[id], bytes[id] - markedBytes[id]))
            .sorted(order.thenComparingInt(PrefixUsage::id)).limit(count).toList();
    }

    String nameOf(int id) {
        if (id == OTHER) {
            return OTHER_NAME;
        }
        byte[] name = new byte[lengths[id]];
        for (int i = 0; i < name.length; i++) {
            name[i] = (byte) (words[id * WORDS + i / 8] >>> 8 * (i % 8));
        }
        return new String(name, StandardCharsets.UTF_8);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.pubsub;

import dev.cofferdam.keyspace.Hashing;
import dev.cofferdam.memory.Mem;
import java.util.ArrayDeque;
import java.util.Random;

/**
 * Which clients may have which keys in their caches, whatever the database.
 *
 * <p>Owns a record per key with the tags of its clients, in rising order: up to two in the record itself, more in a block. Event loop only; makes no garbage. Tags of
 * clients that are gone stay until their key changes or is dropped: who leaves must not cost time in proportion to what it has read. What always holds: {@link #items} is
 * the number of all tags.
 *
 * <pre>
 *  record (see NameLayout), at most two clients:  first link = tag, last link = tag, links = number of tags
 *                           more:                 first link = block of tags, last link = its room in tags
 * </pre>
 */
final class TrackedKeys {
    private static final int INLINE = 2;
    private static final int START_ROOM = 8;
    /** The name table's number: keys hash differently from channels. */
    private static final int TABLE = 4;
    private static final int DROPPED_PER_STEP = 256;

    private final ListenerMemory memory;
    private final Hashing hashing;
    private final Random random;
    private NameTable names;
    private long items;
    /** Tables that were given up as a whole, and how far the first of them is given back. */
    private final ArrayDeque<NameTable> dropped = new ArrayDeque<>();
    private long nextDropped;

    TrackedKeys(ListenerMemory memory, Hashing hashing, Random random) {
        this.memory = memory;
        this.hashing = hashing;
        this.random = random;
        this.names = new NameTable(memory, hashing, TABLE);
    }

    int size() {
        return names.size();
    }

    /** Tags of all keys. */
    long items() {
        return items;
    }

    /** The record of the key, or 0. */
    long find(long address, int length) {
        return names.find(address, length);
    }

    /** A record by chance; 0 when there is none. */
    long any() {
        return names.any(random.nextLong());
    }

    static long keyAddress(long record) {
        return record + NameLayout.BYTES;
    }

    static int keyLength(long record) {
        return Mem.getInt(record + NameLayout.LENGTH);
    }

    static int count(long record) {
        return Mem.getInt(record + NameLayout.LINKS);
    }

    static long tag(long record, int i) {
        return Mem.getLong(tags(record) + 8L * i);
    }

    private static long tags(long record) {
        return count(record) <= INLINE ? record + NameLayout.FIRST_LINK : Mem.getLong(record + NameLayout.FIRST_LINK);
    }

    /** The client has read the key. False when there is no memory to remember it. */
    boolean add(long address, int length, long tag) {
        long record = names.findOrAdd(address, length);
        if (record == 0) {
            return false;
        }
        int count = count(record);
        int at = place(tags(record), count, tag);
        if (at < count && tag(record, at) == tag) {
            return true;
        }
        long tags = room(record, count);
        if (tags == 0) {
            return false; // others have the key, so the record stays
        }
        Mem.copy(tags + 8L * at, tags + 8L * (at + 1), 8L * (count - at));
        Mem.putLong(tags + 8L * at, tag);
        Mem.putInt(record + NameLayout.LINKS, count + 1);
        items++;
        return true;
    }

    /** Where the tag is or belongs. */
    private static int place(long tags, int count, long tag) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = low + high >>> 1;
            if (Mem.getLong(tags + 8L * middle) < tag) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Where the tags are when one more has room; 0 when there is no memory. */
    private long room(long record, int count) {
        if (count < INLINE) {
            return record + NameLayout.FIRST_LINK;
        }
        long room = count == INLINE ? 0 : Mem.getLong(record + NameLayout.LAST_LINK);
        if (count < room) {
            return tags(record);
        }
        long larger = Math.max(START_ROOM, 2 * room);
        long block = memory.take(8 * larger);
        if (block == 0) {
            return 0;
        }
        Mem.copy(tags(record), block, 8L * count);
        if (room > 0) {
            memory.giveBack(tags(record), 8 * room);
        }
        Mem.putLong(record + NameLayout.FIRST_LINK, block);
        Mem.putLong(record + NameLayout.LAST_LINK, larger);
        return block;
    }

    void remove(long record) {
        items -= count(record);
        remove(names, record);
    }

    private void remove(NameTable from, long record) {
        if (count(record) > INLINE) {
            memory.giveBack(tags(record), 8 * Mem.getLong(record + NameLayout.LAST_LINK));
        }
        from.remove(record);
    }

    /** Forgets all; the memory is given back by {@link #step}. */
    void clear() {
        if (names.size() > 0) {
            dropped.add(names);
            names = new NameTable(memory, hashing, TABLE);
            items = 0;
        }
    }

    boolean hasDropped() {
        return !dropped.isEmpty();
    }

    /** Gives back some of what was forgotten. */
    void step() {
        NameTable table = dropped.peek();
        if (table == null) {
            return;
        }
        long record = nextDropped == 0 ? table.first() : nextDropped;
        for (int i = 0; i < DROPPED_PER_STEP && record != 0; i++) {
            long next = table.next(record);
            remove(table, record);
            record = next;
        }
        nextDropped = record;
        if (record == 0) {
            dropped.remove();
        }
    }
}

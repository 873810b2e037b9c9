// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * The header in front of every block of a {@link BlockHeap}.
 *
 * <pre>
 *  0                                4                                8
 *  +--------------------------------+--------------------------------+-----------
 *  | word 0 (below)                 | owner                          | body ...
 *  +--------------------------------+--------------------------------+-----------
 *
 *  word 0, bit  0..5   kind ({@link BlockKind})
 *               6      the entry has a time to live
 *               7      dead: the block's bytes are free, the cleaner skips it
 *               8      run: the block lies in a run of its own, its exact length in the 16 bytes before it
 *               9..10  unused bytes at the end (the length is rounded up to 4)
 *               11     visited: set and cleared within one SWAPDB
 *               12..15 database of an entry
 *               16..31 length of the block in units of 4 bytes; for a run bit 16 says that it is pinned ({@link RunReaders}), the others are 0
 *  owner        entry: key length (bits 0..15) and prefix id (bits 16..31); else: id of the collection
 * </pre>
 */
public final class BlockLayout {
    public static final int HEADER_BYTES = 8;
    /** In front of a run's header: its exact length (8 bytes) and the address of its mark (8 bytes, 0 for a node). */
    static final int RUN_PREFIX_BYTES = 16;
    private static final int RUN_LENGTH = -16;
    private static final int RUN_MARK = -8;

    static final int KIND_MASK = 0x3f;
    static final int TTL_BIT = 1 << 6;
    static final int DEAD_BIT = 1 << 7;
    static final int RUN_BIT = 1 << 8;
    private static final int PAD_SHIFT = 9;
    private static final int PAD_MASK = 3;
    private static final int VISITED_BIT = 1 << 11;
    private static final int DATABASE_SHIFT = 12;
    private static final int DATABASE_MASK = 0xf;
    private static final int UNITS_SHIFT = 16;
    private static final int PINNED_RUN = RUN_BIT | 1 << 16;
    /** Blocks start at multiples of this. */
    public static final int UNIT_BYTES = 4;

    private BlockLayout() {
    }

    static void write(long block, int kind, int owner, long bytes) {
        int units = (int) ((bytes + UNIT_BYTES - 1) / UNIT_BYTES);
        int pad = (int) ((long) units * UNIT_BYTES - bytes);
        Mem.putInt(block, kind | pad << PAD_SHIFT | units << UNITS_SHIFT);
        Mem.putInt(block + 4, owner);
    }

    static void writeRun(long block, int kind, int owner, long bytes) {
        Mem.putLong(block + RUN_LENGTH, bytes);
        Mem.putInt(block, kind | RUN_BIT);
        Mem.putInt(block + 4, owner);
    }

    static long mark(long run) {
        return Mem.getLong(run + RUN_MARK);
    }

    static void setMark(long run, long mark) {
        Mem.putLong(run + RUN_MARK, mark);
    }

    public static int kind(long block) {
        return Mem.getInt(block) & KIND_MASK;
    }

    static void setKind(long block, int kind) {
        Mem.putInt(block, Mem.getInt(block) & ~KIND_MASK | kind);
    }

    public static boolean isDead(long block) {
        return (Mem.getInt(block) & DEAD_BIT) != 0;
    }

    static void setDead(long block) {
        Mem.putInt(block, Mem.getInt(block) | DEAD_BIT);
    }

    public static boolean isRun(long block) {
        return (Mem.getInt(block) & RUN_BIT) != 0;
    }

    /** True for a run whose bytes a reply refers to. */
    static boolean isPinnedRun(long block) {
        return (Mem.getInt(block) & PINNED_RUN) == PINNED_RUN;
    }

    /** Only for runs. */
    static void setPinned(long run, boolean on) {
        int word = Mem.getInt(run);
        Mem.putInt(run, on ? word | PINNED_RUN : word & ~PINNED_RUN | RUN_BIT);
    }

    static boolean hasTtl(long block) {
        return (Mem.getInt(block) & TTL_BIT) != 0;
    }

    static void setTtl(long block, boolean on) {
        int word = Mem.getInt(block);
        Mem.putInt(block, on ? word | TTL_BIT : word & ~TTL_BIT);
    }

    /** A mark for a walk that changes what it walks over; none is set between commands. */
    static boolean isVisited(long block) {
        return (Mem.getInt(block) & VISITED_BIT) != 0;
    }

    static void setVisited(long block, boolean on) {
        int word = Mem.getInt(block);
        Mem.putInt(block, on ? word | VISITED_BIT : word & ~VISITED_BIT);
    }

    static int database(long block) {
        return databaseIn(Mem.getInt(block));
    }

    /** The database in a word 0. */
    static int databaseIn(int word) {
        return word >>> DATABASE_SHIFT & DATABASE_MASK;
    }

    static void setDatabase(long block, int database) {
        Mem.putInt(block, Mem.getInt(block) & ~(DATABASE_MASK << DATABASE_SHIFT) | database << DATABASE_SHIFT);
    }

    /** The id of the collection a node belongs to; for an entry its key length and prefix. */
    public static int owner(long block) {
        return Mem.getInt(block + 4);
    }

    static void setOwner(long block, int owner) {
        Mem.putInt(block + 4, owner);
    }

    /** Exact length in bytes, header included. */
    public static long bytes(long block) {
        return bytes(block, Mem.getInt(block));
    }

    /** As above, of a block whose word 0 is at hand. */
    static long bytes(long block, int word) {
        if ((word & RUN_BIT) != 0) {
            return Mem.getLong(block + RUN_LENGTH);
        }
        return (long) (word >>> UNITS_SHIFT) * UNIT_BYTES - (word >>> PAD_SHIFT & PAD_MASK);
    }

    /** Sets a new exact length that takes the same room. */
    static void setBytes(long block, long bytes) {
        int word = Mem.getInt(block);
        if ((word & RUN_BIT) != 0) {
            Mem.putLong(block + RUN_LENGTH, bytes);
            return;
        }
        int units = (int) ((bytes + UNIT_BYTES - 1) / UNIT_BYTES);
        int pad = (int) ((long) units * UNIT_BYTES - bytes);
        Mem.putInt(block, word & 0xffff & ~(PAD_MASK << PAD_SHIFT) | pad << PAD_SHIFT | units << UNITS_SHIFT);
    }

    /** Bytes a block of this exact length takes in a page. */
    static long roundedBytes(long bytes) {
        return (bytes + UNIT_BYTES - 1) & -UNIT_BYTES;
    }

    /** Bytes the block takes in its page; not for runs. */
    static int pageBytes(long block) {
        return (Mem.getInt(block) >>> UNITS_SHIFT) * UNIT_BYTES;
    }
}

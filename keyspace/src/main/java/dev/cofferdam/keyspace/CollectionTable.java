// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;
import java.util.Arrays;

/**
 * From the id of a large value to its root entry and its prefix, so that nodes need four bytes to say whose they are, wherever the root moves.
 *
 * <p>Owns pages of eight-byte records from the compartment's stock. Owner thread only. Id 0 is nobody. The root record of every large value
 * begins with its id (int).
 *
 * <pre>
 *  record in use:  bits 0..39  root entry in units of 4 bytes from the arena's base    bits 40..55 prefix id   bit 63 set
 *  record free:    bits 0..30  next free id                                                                    bit 63 clear
 * </pre>
 */
public final class CollectionTable {
    private static final long IN_USE = 1L << 63;
    private static final long ADDRESS_MASK = (1L << 40) - 1;
    private static final int PREFIX_SHIFT = 40;

    private final PageStock stock;
    private final long base;
    private final int perPageShift;
    private long[] pages = new long[2];
    private int pageCount;
    private int firstFree;
    private int used = 1;
    private int live;

    CollectionTable(PageStock stock) {
        this.stock = stock;
        this.base = stock.arena().baseAddress();
        this.perPageShift = Integer.numberOfTrailingZeros(stock.pageBytes() / 8);
    }

    private long record(int id) {
        return pages[id >> perPageShift] + ((long) (id & ((1 << perPageShift) - 1)) << 3);
    }

    /** Gives the entry an id, and writes it into the first int of the entry's value. */
    public int register(long entry) {
        int id;
        if (firstFree != 0) {
            id = firstFree;
            firstFree = (int) (Mem.getLong(record(id)) & Integer.MAX_VALUE);
        } else {
            id = used;
            if (id >> perPageShift >= pageCount) {
                if (pageCount == pages.length) {
                    pages = Arrays.copyOf(pages, pageCount * 2);
                }
                pages[pageCount++] = stock.take();
            }
            used++;
        }
        Mem.putLong(record(id), IN_USE | (long) EntryLayout.prefixId(entry) << PREFIX_SHIFT | entry - base >>> 2);
        Mem.putInt(EntryLayout.valueAddress(entry), id);
        live++;
        return id;
    }

    /** The root entry of a collection. */
    public long entry(int id) {
        long word = Mem.getLong(record(id));
        if (word >= 0) {
            throw new IllegalStateException("collection " + id + " is not in use");
        }
        return base + ((word & ADDRESS_MASK) << 2);
    }

    int prefixId(int id) {
        return (int) (Mem.getLong(record(id)) >>> PREFIX_SHIFT) & 0xffff;
    }

    /** The id in a root entry's record. */
    public static int idOf(long entry) {
        return Mem.getInt(EntryLayout.valueAddress(entry));
    }

    void setEntry(int id, long entry) {
        long word = Mem.getLong(record(id));
        Mem.putLong(record(id), word & ~ADDRESS_MASK | entry - base >>> 2);
    }

    void setPrefix(int id, int prefixId) {
        Mem.putLong(record(id), Mem.getLong(record(id)) & ~(0xffffL << PREFIX_SHIFT) | (long) prefixId << PREFIX_SHIFT);
    }

    /** Frees an id; its nodes are gone. */
    public void release(int id) {
        Mem.putLong(record(id), firstFree);
        firstFree = id;
        live--;
        if (live == 0) {
            for (int i = 0; i < pageCount; i++) {
                stock.giveBack(pages[i]);
            }
            pageCount = 0;
            firstFree = 0;
            used = 1;
        }
    }

    public int live() {
        return live;
    }

    /** Bytes of the records in use. */
    long inUseBytes() {
        return (long) live * Long.BYTES;
    }

    long ownedBytes() {
        return (long) pageCount * stock.pageBytes();
    }
}

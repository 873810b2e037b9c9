// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * A key with its value, as one block.
 *
 * <pre>
 *  0        4                  8            8 or 16        (+4)     + key length
 *  +--------+------------------+------------+--------------+---------+-----------
 *  | word 0 | key len | prefix | expiry     | long key len | key ... | value ...
 *  +--------+------------------+------------+--------------+---------+-----------
 *            16 bits   16 bits  if TTL bit   if key len is 65535
 * </pre>
 * Word 0 is that of {@link BlockLayout}. The value is everything up to the block's exact length. The expiry word is drawn in {@link ExpiryWord}.
 *
 * <p>Where key and value begin follows from the first eight bytes, which are read at once: on the way of every command, and each load is some 700 nodes of what the
 * compiler may inline into one method (18,000; docs/internals/decisions.md).
 */
public final class EntryLayout {
    static final int EXPIRY_BYTES = 8;
    private static final int LONG_KEY_BYTES = 4;
    private static final int LONG_KEY_MARK = 0xffff;

    private EntryLayout() {
    }

    /** Exact bytes of an entry. */
    static long bytes(int keyLength, boolean ttl, long valueBytes) {
        return BlockLayout.HEADER_BYTES + (ttl ? EXPIRY_BYTES : 0) + (keyLength >= LONG_KEY_MARK ? LONG_KEY_BYTES : 0) + keyLength
                + valueBytes;
    }

    static int ownerWord(int keyLength, int prefixId) {
        return Math.min(keyLength, LONG_KEY_MARK) | prefixId << 16;
    }

    static int prefixId(long entry) {
        return BlockLayout.owner(entry) >>> 16;
    }

    public static int kind(long entry) {
        return BlockLayout.kind(entry);
    }

    public static int database(long entry) {
        return BlockLayout.database(entry);
    }

    public static boolean hasTtl(long entry) {
        return BlockLayout.hasTtl(entry);
    }

    /** True when the entry's deadline has passed. */
    public static boolean isPast(long entry, long nowMillis) {
        long at = BlockLayout.hasTtl(entry) ? ExpiryWord.millis(Mem.getLong(expiryAddress(entry))) : 0;
        return at != 0 && at <= nowMillis;
    }

    /** Word 0 and key length, which is {@link #LONG_KEY_MARK} where it lies further on, and prefix. */
    private static long header(long entry) {
        return Mem.getLong(entry);
    }

    private static int headerKeyLength(long header) {
        return (int) (header >>> Integer.SIZE) & LONG_KEY_MARK;
    }

    private static long afterExpiry(long entry, long header) {
        return entry + BlockLayout.HEADER_BYTES + (header & BlockLayout.TTL_BIT) * EXPIRY_BYTES / BlockLayout.TTL_BIT;
    }

    public static int keyLength(long entry) {
        int length = BlockLayout.owner(entry) & LONG_KEY_MARK;
        return length == LONG_KEY_MARK ? Mem.getInt(afterExpiry(entry, header(entry))) : length;
    }

    public static long keyAddress(long entry) {
        long header = header(entry);
        return afterExpiry(entry, header) + (headerKeyLength(header) == LONG_KEY_MARK ? LONG_KEY_BYTES : 0);
    }

    public static long valueAddress(long entry) {
        return valueAddress(entry, header(entry));
    }

    private static long valueAddress(long entry, long header) {
        long at = afterExpiry(entry, header);
        int length = headerKeyLength(header);
        return length == LONG_KEY_MARK ? at + LONG_KEY_BYTES + Mem.getInt(at) : at + length;
    }

    public static long valueLength(long entry) {
        long header = header(entry);
        return entry + BlockLayout.bytes(entry, (int) header) - valueAddress(entry, header);
    }

    /** True when the entry is that of this key. */
    static boolean isNamed(long entry, int database, long key, int length) {
        long header = header(entry);
        long at = afterExpiry(entry, header);
        int keyLength = headerKeyLength(header);
        if (keyLength == LONG_KEY_MARK) {
            keyLength = Mem.getInt(at);
            at += LONG_KEY_BYTES;
        }
        return keyLength == length && BlockLayout.databaseIn((int) header) == database && Mem.equal(at, key, length);
    }

    static long expiryAddress(long entry) {
        return entry + BlockLayout.HEADER_BYTES;
    }

    /** Writes key length (if long) and key behind a header whose TTL bit is already set as it shall be. */
    static void writeKey(long entry, long key, int keyLength) {
        long at = afterExpiry(entry, header(entry));
        if (keyLength >= LONG_KEY_MARK) {
            Mem.putInt(at, keyLength);
            at += LONG_KEY_BYTES;
        }
        Mem.copy(key, at, keyLength);
    }
}

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

    private static long afterExpiry(long entry) {
        return entry + BlockLayout.HEADER_BYTES + (BlockLayout.hasTtl(entry) ? EXPIRY_BYTES : 0);
    }

    public static int keyLength(long entry) {
        int length = BlockLayout.owner(entry) & 0xffff;
        return length == LONG_KEY_MARK ? Mem.getInt(afterExpiry(entry)) : length;
    }

    public static long keyAddress(long entry) {
        return afterExpiry(entry) + ((BlockLayout.owner(entry) & 0xffff) == LONG_KEY_MARK ? LONG_KEY_BYTES : 0);
    }

    public static long valueAddress(long entry) {
        return keyAddress(entry) + keyLength(entry);
    }

    public static long valueLength(long entry) {
        return entry + BlockLayout.bytes(entry) - valueAddress(entry);
    }

    static long expiryAddress(long entry) {
        return entry + BlockLayout.HEADER_BYTES;
    }

    /** Writes key length (if long) and key behind a header whose TTL bit is already set as it shall be. */
    static void writeKey(long entry, long key, int keyLength) {
        long at = afterExpiry(entry);
        if (keyLength >= LONG_KEY_MARK) {
            Mem.putInt(at, keyLength);
            at += LONG_KEY_BYTES;
        }
        Mem.copy(key, at, keyLength);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

import dev.cofferdam.memory.Mem;

/**
 * Numbers of the format, and where a dump's parts lie.
 *
 * <pre>
 *  dump   = type (1 byte) | value ... | version (2 bytes, low first) | CRC64 of all before (8 bytes, low first)
 *  length = 00xxxxxx | 01xxxxxx + 1 byte | 0x80 + 4 bytes, high first | 0x81 + 8 bytes, high first
 *  string = length bytes | 0xc0 + 1 byte | 0xc1 + 2 | 0xc2 + 4, low first: a number | 0xc3 length compressed, length, LZF
 * </pre>
 */
final class RdbFormat {
    static final int STRING = 0;
    static final int LIST = 1;
    static final int SET = 2;
    static final int ZSET = 3;
    static final int HASH = 4;
    static final int ZSET_2 = 5;
    static final int HASH_ZIPMAP = 9;
    static final int LIST_ZIPLIST = 10;
    static final int SET_INTSET = 11;
    static final int ZSET_ZIPLIST = 12;
    static final int HASH_ZIPLIST = 13;
    static final int LIST_QUICKLIST = 14;
    static final int STREAM_LISTPACKS = 15;
    static final int HASH_LISTPACK = 16;
    static final int ZSET_LISTPACK = 17;
    static final int LIST_QUICKLIST_2 = 18;
    static final int STREAM_LISTPACKS_2 = 19;

    /** Kinds of a quicklist's nodes. */
    static final int NODE_PLAIN = 1;
    static final int NODE_PACKED = 2;

    static final int VERSION = 10;
    static final int FOOTER_BYTES = 10;
    private static final int CRC_BYTES = 8;

    static final int LENGTH_6 = 0;
    static final int LENGTH_14 = 0x40;
    static final int LENGTH_32 = 0x80;
    static final int LENGTH_64 = 0x81;
    static final int INT_8 = 0xc0;
    static final int INT_16 = 0xc1;
    static final int INT_32 = 0xc2;
    static final int LZF = 0xc3;

    static final int STREAM_ID_BYTES = 16;

    private RdbFormat() {
    }

    /** True when version and checksum are in order. */
    static boolean isWhole(long dump, long length) {
        if (length < FOOTER_BYTES || Mem.getUnsignedShort(dump + length - FOOTER_BYTES) > VERSION) {
            return false;
        }
        long footer = dump + length - CRC_BYTES;
        return Crc64.of(0, dump, length - CRC_BYTES) == Mem.getLong(footer);
    }
}

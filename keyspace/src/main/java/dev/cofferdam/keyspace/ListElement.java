// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * One element of a list as it lies among its neighbours, readable from either end.
 *
 * <pre>
 *  +--------+-----------+--------+
 *  | length | bytes ... | htgnel |      the second length is the first one's mirror image
 *  +--------+-----------+--------+
 *
 *  length, to 127        0lllllll
 *          to 16,383     10hhhhhh llllllll          mirrored: llllllll 10hhhhhh
 *          above         11000000 and 4 bytes       mirrored: 4 bytes and 11000000
 * </pre>
 * Owns nothing; any thread that owns the bytes. An element of 200 bytes takes 204.
 */
public final class ListElement {
    private static final int ONE_BYTE_MAX = 0x7f;
    private static final int TWO_BYTES_MAX = 0x3fff;
    private static final int TWO_BYTES_MARK = 0x80;
    private static final int FIVE_BYTES_MARK = 0xc0;
    private static final int FIVE_BYTES_BIT = 0x40;

    private ListElement() {
    }

    private static int lengthBytes(int length) {
        return length <= ONE_BYTE_MAX ? 1 : length <= TWO_BYTES_MAX ? 2 : 5;
    }

    /** Bytes an element of this length takes, both lengths included. */
    public static int bytes(int length) {
        return length + 2 * lengthBytes(length);
    }

    /** Length of the element that begins at {@code at}. */
    static int length(long at) {
        byte first = Mem.getByte(at);
        if (first >= 0) {
            return first;
        }
        return (first & FIVE_BYTES_BIT) == 0 ? (first & 0x3f) << 8 | Mem.getUnsignedByte(at + 1) : Mem.getInt(at + 1);
    }

    /** Length of the element that ends before {@code end}. */
    static int lengthBefore(long end) {
        byte last = Mem.getByte(end - 1);
        if (last >= 0) {
            return last;
        }
        return (last & FIVE_BYTES_BIT) == 0 ? (last & 0x3f) << 8 | Mem.getUnsignedByte(end - 2) : Mem.getInt(end - 5);
    }

    /** First of the element's own bytes; {@code length} is what {@link #length} said. */
    static long dataAddress(long at, int length) {
        return at + lengthBytes(length);
    }

    static long next(long at) {
        return at + bytes(length(at));
    }

    static long previous(long end) {
        return end - bytes(lengthBefore(end));
    }

    /** Writes a whole element at {@code at}; the data must not overlap it. */
    static void write(long at, long data, int length) {
        long to = at;
        if (length <= ONE_BYTE_MAX) {
            Mem.putByte(to, (byte) length);
            to++;
            Mem.copy(data, to, length);
            Mem.putByte(to + length, (byte) length);
        } else if (length <= TWO_BYTES_MAX) {
            byte high = (byte) (TWO_BYTES_MARK | length >>> 8);
            Mem.putByte(to, high);
            Mem.putByte(to + 1, (byte) length);
            to += 2;
            Mem.copy(data, to, length);
            Mem.putByte(to + length, (byte) length);
            Mem.putByte(to + length + 1, high);
        } else {
            Mem.putByte(to, (byte) FIVE_BYTES_MARK);
            Mem.putInt(to + 1, length);
            to += 5;
            Mem.copy(data, to, length);
            Mem.putInt(to + length, length);
            Mem.putByte(to + length + 4, (byte) FIVE_BYTES_MARK);
        }
    }

    /** True when the element at {@code at} has exactly these bytes. */
    static boolean equal(long at, long data, int length) {
        return length(at) == length && Mem.equal(dataAddress(at, length), data, length);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * How packed hashes and sets write the length of what follows.
 *
 * <pre>
 *  0lllllll            up to 127
 *  10llllll llllllll   up to 16,383
 * </pre>
 * Pure functions. Readers look at the first byte themselves: who scans for a name has no call to spare, and a hash's values know further marks.
 */
final class PackedLength {
    /** The longest that takes one byte. */
    private static final int SHORT_MAX = 127;
    /** Bits of the first byte of a long one that belong to the length. */
    static final int HIGH_BITS = 0x3f;
    private static final int LONG_MARK = 0x80;

    private PackedLength() {
    }

    static int bytes(int length) {
        return length <= SHORT_MAX ? 1 : 2;
    }

    /** Writes a length, and answers where what it counts begins. */
    static long write(long to, int length) {
        if (length <= SHORT_MAX) {
            Mem.putByte(to, (byte) length);
            return to + 1;
        }
        Mem.putByte(to, (byte) (LONG_MARK | length >> 8));
        Mem.putByte(to + 1, (byte) length);
        return to + 2;
    }

    /** The length at a place whose first byte, {@code mark}, is negative. */
    static int longAt(long at, int mark) {
        return (mark & HIGH_BITS) << 8 | Mem.getUnsignedByte(at + 1);
    }
}

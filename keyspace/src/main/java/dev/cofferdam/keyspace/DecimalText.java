// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * Integers as the text clients send and read: which texts are one, and the way back. Pure, any thread, never allocates.
 *
 * <p>Only the canonical text of a number counts (no plus, no blanks, no leading zeros), so that a value kept as an integer reads as it was written.
 */
public final class DecimalText {
    /** No long is longer. */
    public static final int BYTES_MAX = 20;

    private DecimalText() {
    }

    /** True when the bytes are exactly what {@link #write} writes for some long. */
    public static boolean isLong(long address, long length) {
        if (length <= 0 || length > BYTES_MAX) {
            return false;
        }
        int first = Mem.getByte(address);
        int sign = first == '-' ? 1 : 0;
        int digits = (int) length - sign;
        if (digits == 0 || digits > 19) {
            return false;
        }
        if (Mem.getByte(address + sign) == '0') {
            return length == 1;
        }
        for (int i = sign; i < length; i++) {
            int c = Mem.getByte(address + i);
            if (c < '0' || c > '9') {
                return false;
            }
        }
        if (digits < 19) {
            return true;
        }
        // Nineteen digits are below 10^19, hence below 2^64: the magnitude is right as an unsigned number, and negative when it is too large.
        long magnitude = magnitude(address + sign, digits);
        return magnitude >= 0 || sign == 1 && magnitude == Long.MIN_VALUE;
    }

    /** The number; only for a text of which {@link #isLong} is true. */
    public static long parse(long address, long length) {
        if (Mem.getByte(address) == '-') {
            return -magnitude(address + 1, (int) length - 1);
        }
        return magnitude(address, (int) length);
    }

    private static long magnitude(long address, int digits) {
        long value = 0;
        for (int i = 0; i < digits; i++) {
            value = value * 10 + (Mem.getByte(address + i) - '0');
        }
        return value;
    }

    /** Bytes of the number's text. */
    public static int length(long value) {
        long left = value;
        int length = value < 0 ? 2 : 1;
        while ((left /= 10) != 0) {
            length++;
        }
        return length;
    }

    /** Writes the text, {@link #length} bytes. */
    public static void write(long address, long value) {
        long at = address + length(value);
        long left = value;
        do {
            Mem.putByte(--at, (byte) ('0' + Math.abs(left % 10)));
            left /= 10;
        } while (left != 0);
        if (value < 0) {
            Mem.putByte(address, (byte) '-');
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * A set of integers as a sorted array inside its entry; all of them as wide as the widest needs.
 *
 * <pre>
 *  0       1           1 + width
 *  +-------+-----------+-----------+---
 *  | width | integer 0 | integer 1 | ...     width: 2, 4 or 8 bytes; ascending
 *  +-------+-----------+-----------+---
 * </pre>
 * Functions over the value's bytes; the count follows from their number.
 */
final class PackedIntegers {
    static final int HEAD_BYTES = 1;
    /** More than this is never kept sorted in an entry, whatever the configuration says: each insertion moves half of it. */
    static final int COUNT_MAX = 4096;

    private PackedIntegers() {
    }

    static int widthFor(long number) {
        return number == (short) number ? 2 : number == (int) number ? 4 : 8;
    }

    static int width(long blob) {
        return Mem.getByte(blob);
    }

    static int count(long blob, long bytes) {
        return (int) (bytes - HEAD_BYTES) / width(blob);
    }

    static long bytes(int count, int width) {
        return HEAD_BYTES + (long) count * width;
    }

    static void begin(long blob, int width) {
        Mem.putByte(blob, (byte) width);
    }

    static long get(long blob, int index) {
        return read(blob, width(blob), index);
    }

    private static long read(long blob, int width, int index) {
        long at = blob + HEAD_BYTES + (long) index * width;
        return width == 2 ? Mem.getShort(at) : width == 4 ? Mem.getInt(at) : Mem.getLong(at);
    }

    private static void write(long blob, int width, int index, long number) {
        long at = blob + HEAD_BYTES + (long) index * width;
        if (width == 2) {
            Mem.putShort(at, (short) number);
        } else if (width == 4) {
            Mem.putInt(at, (int) number);
        } else {
            Mem.putLong(at, number);
        }
    }

    /** Index of the number, or minus one less the index at which it belongs. */
    static int find(long blob, int count, long number) {
        int width = width(blob);
        int low = 0;
        int high = count - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            long there = read(blob, width, middle);
            if (there < number) {
                low = middle + 1;
            } else if (there > number) {
                high = middle - 1;
            } else {
                return middle;
            }
        }
        return -1 - low;
    }

    /** Rewrites {@code count} integers in a greater width; the value has room for them already. */
    static void widen(long blob, int count, int newWidth) {
        int oldWidth = width(blob);
        for (int i = count - 1; i >= 0; i--) {
            write(blob, newWidth, i, read(blob, oldWidth, i));
        }
        Mem.putByte(blob, (byte) newWidth);
    }

    /** Puts a number at its place among {@code count} others; the value has room for it already. */
    static void insert(long blob, int count, int index, long number) {
        int width = width(blob);
        long at = blob + HEAD_BYTES + (long) index * width;
        Mem.copy(at, at + width, (long) (count - index) * width);
        write(blob, width, index, number);
    }

    /** Closes the gap of a number that goes; the value may shrink by one width afterwards. */
    static void remove(long blob, int count, int index) {
        int width = width(blob);
        long at = blob + HEAD_BYTES + (long) index * width;
        Mem.copy(at + width, at, (long) (count - 1 - index) * width);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.NumberPrinter;

/**
 * Goes through the elements of one of Redis's compact forms, and trusts none of it.
 *
 * <p>Owns nothing. What always holds: an element it shows lies within the bytes it was given; what does not fit together sets {@link #corrupt} and ends the walk.
 */
abstract class ElementReader {
    /** The element's bytes; of a number they are where {@link #next} was told to write it. */
    long address;
    int length;
    boolean corrupt;
    /** The next byte, and the first that belongs to nothing. */
    protected long at;
    protected long end;
    protected static final int END = 0xff;
    private static final int COUNT_UNKNOWN = 65535;
    /** Elements the header tells of, and those that were shown. */
    private int announced;
    protected int seen;

    /** Begins with a value's bytes; false when they cannot be one. */
    abstract boolean begin(long from, int bytes);

    /** The same, told how long the header is, which begins with the length of the whole and ends with the count, two bytes. */
    protected final boolean begin(long from, int bytes, int headerBytes) {
        corrupt = false;
        seen = 0;
        if (bytes < headerBytes + 1 || Mem.getInt(from) != bytes || Mem.getUnsignedByte(from + bytes - 1) != END) {
            return fail();
        }
        announced = Mem.getUnsignedShort(from + headerBytes - Short.BYTES);
        at = from + headerBytes;
        end = from + bytes - 1;
        return true;
    }

    /** After the last element: false, and corrupt when there were not as many as announced. */
    protected final boolean endOfElements() {
        return corrupt || announced == COUNT_UNKNOWN || seen == announced ? false : fail();
    }

    /** Goes to the next element; false at the end, or when something is wrong. {@code text} is room for a number. */
    abstract boolean next(long text);

    protected final boolean fail() {
        corrupt = true;
        return false;
    }

    protected final boolean show(long from, long bytes) {
        if (bytes < 0 || bytes > end - from) {
            return fail();
        }
        address = from;
        length = (int) bytes;
        at = from + bytes;
        return true;
    }

    protected final boolean showNumber(long text, long value) {
        address = text;
        length = NumberPrinter.writeLong(text, value);
        return true;
    }

    /** A signed number of so many bytes, low first. */
    protected static long signed(long from, int width) {
        long value = 0;
        for (int i = width - 1; i >= 0; i--) {
            value = value << 8 | Mem.getUnsignedByte(from + i);
        }
        int unused = Long.SIZE - 8 * width;
        return value << unused >> unused;
    }
}

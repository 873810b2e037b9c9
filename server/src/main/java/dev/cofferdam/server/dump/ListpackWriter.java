// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

import dev.cofferdam.keyspace.DecimalText;
import dev.cofferdam.memory.Mem;

/**
 * Puts a listpack together in the capture of a {@link DumpOutput}; see {@link ListpackReader} for its form. Owns nothing.
 */
final class ListpackWriter {
    static final int HEADER_BYTES = 6;
    /** Header and end. */
    static final int FRAME_BYTES = 7;
    /** What an element takes beside its bytes at most. */
    static final int ELEMENT_MAX_BYTES = 10;
    private static final int END = 0xff;
    private static final int COUNT_UNKNOWN = 65535;

    private final DumpOutput out;
    private int elements;

    ListpackWriter(DumpOutput out) {
        this.out = out;
    }

    /** Begins one of at most so many bytes; false when there is no memory. */
    boolean begin(long bytesMax) {
        elements = 0;
        if (!out.capture(bytesMax)) {
            return false;
        }
        out.number(0, HEADER_BYTES);
        return true;
    }

    int elements() {
        return elements;
    }

    void setElements(int count) {
        elements = count;
    }

    /** Bytes so far, with the end. */
    int bytes() {
        return out.captured() + 1;
    }

    /** Writes the whole as one string. */
    void end() {
        out.put(END);
        long start = out.capturedAddress();
        Mem.putInt(start, out.captured());
        Mem.putShort(start + 4, (short) Math.min(elements, COUNT_UNKNOWN));
        out.endCapture();
    }

    boolean hasRoom(long length) {
        return out.captureHasRoom(length + ELEMENT_MAX_BYTES + 1);
    }

    /** Bytes an element takes. */
    static long elementBytes(long address, long length) {
        long own = DecimalText.isLong(address, length) ? integerBytes(DecimalText.parse(address, length)) : length + headBytes(length);
        return own + backBytes(own);
    }

    /** Bytes a number takes as an element. */
    static int longBytes(long value) {
        int own = integerBytes(value);
        return own + backBytes(own);
    }

    void add(long address, long length) {
        if (DecimalText.isLong(address, length)) {
            addLong(DecimalText.parse(address, length));
            return;
        }
        if (length < 64) {
            out.put(0x80 | (int) length);
        } else if (length < 4096) {
            out.put(0xe0 | (int) (length >> 8));
            out.put((int) length);
        } else {
            out.put(0xf0);
            out.number(length, 4);
        }
        out.put(address, length);
        back(length + headBytes(length));
    }

    void addLong(long value) {
        int bytes = integerBytes(value);
        switch (bytes) {
            case 1 -> out.put((int) value);
            case 2 -> {
                out.put(0xc0 | (int) (value >> 8 & 0x1f));
                out.put((int) value);
            }
            case 3 -> tagged(0xf1, value, 2);
            case 4 -> tagged(0xf2, value, 3);
            case 5 -> tagged(0xf3, value, 4);
            default -> tagged(0xf4, value, 8);
        }
        back(bytes);
    }

    private void tagged(int tag, long value, int width) {
        out.put(tag);
        out.number(value, width);
    }

    private static int headBytes(long length) {
        return length < 64 ? 1 : length < 4096 ? 2 : 5;
    }

    private static int integerBytes(long value) {
        if (value >= 0 && value <= 127) {
            return 1;
        }
        if (value >= -4096 && value <= 4095) {
            return 2;
        }
        if (value == (short) value) {
            return 3;
        }
        if (value >= -(1 << 23) && value < 1 << 23) {
            return 4;
        }
        return value == (int) value ? 5 : 9;
    }

    /** How many bytes the length behind an element of so many takes. */
    static int backBytes(long bytes) {
        return bytes <= 127 ? 1 : bytes < 16383 ? 2 : bytes < 2097151 ? 3 : bytes < 268435455 ? 4 : 5;
    }

    /** The length behind an element, to be read backwards: seven bits a byte, all but the first byte marked. */
    private void back(long bytes) {
        int width = backBytes(bytes);
        for (int i = width - 1; i >= 0; i--) {
            out.put((int) (bytes >>> 7 * i & 127) | (i == width - 1 ? 0 : 128));
        }
        elements++;
    }
}

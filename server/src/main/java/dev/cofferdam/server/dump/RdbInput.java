// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.NumberPrinter;

/**
 * Reads the parts of a dump: bytes, lengths, strings.
 *
 * <p>Owns nothing; compressed strings are unpacked in the {@link Workspace}. What always holds: nothing outside of the dump is read; what is wrong sets
 * {@link #corrupt}, and then everything reads as 0 or false.
 */
final class RdbInput {
    /** The longest string, as everywhere. */
    private static final long STRING_MAX_BYTES = 512L << 20;

    final Workspace work;
    private final long end;
    private long at;
    boolean corrupt;
    /** The string read last. */
    long address;
    int length;

    RdbInput(Workspace work, long from, long end) {
        this.work = work;
        this.at = from;
        this.end = end;
    }

    /** Nothing is wrong, with the bytes or with the memory to unpack them. */
    boolean isFine() {
        return !corrupt && work.refusedBytes == 0;
    }

    boolean fail() {
        corrupt = true;
        return false;
    }

    long left() {
        return corrupt ? 0 : end - at;
    }

    long position() {
        return at;
    }

    void moveTo(long position) {
        at = position;
    }

    int unsignedByte() {
        if (left() < 1) {
            corrupt = true;
            return 0;
        }
        return Mem.getUnsignedByte(at++);
    }

    /** A number of so many bytes, high first. */
    long highFirst(int width) {
        if (left() < width) {
            corrupt = true;
            return 0;
        }
        long value = 0;
        for (int i = 0; i < width; i++) {
            value = value << 8 | Mem.getUnsignedByte(at++);
        }
        return value;
    }

    /** As above, low first. */
    long lowFirst(int width) {
        if (left() < width) {
            corrupt = true;
            return 0;
        }
        long value = 0;
        for (int i = width - 1; i >= 0; i--) {
            value = value << 8 | Mem.getUnsignedByte(at + i);
        }
        at += width;
        return value;
    }

    /** A length, or an unsigned number in the same form. */
    long number() {
        return number(unsignedByte());
    }

    private long number(int first) {
        return switch (first >> 6) {
            case 0 -> first & 0x3f;
            case 1 -> (long) (first & 0x3f) << 8 | unsignedByte();
            default -> {
                if (first == RdbFormat.LENGTH_32) {
                    yield highFirst(4);
                }
                if (first == RdbFormat.LENGTH_64) {
                    yield highFirst(8);
                }
                corrupt = true;
                yield 0;
            }
        };
    }

    /** A number of things that take at least {@code bytesEach} each, so that there cannot be more than bytes are left. */
    long count(int bytesEach) {
        long count = number();
        if (count < 0 || count > left() / bytesEach) {
            corrupt = true;
            return 0;
        }
        return count;
    }

    /** Reads a string, and unpacks it in that slot of the workspace if it is compressed. */
    boolean string(int slot) {
        int first = unsignedByte();
        if (first == RdbFormat.LZF) {
            return unpack(slot);
        }
        if (first >= RdbFormat.INT_8 && first <= RdbFormat.INT_32) {
            int width = 1 << first - RdbFormat.INT_8;
            long value = lowFirst(width);
            int unused = Long.SIZE - 8 * width;
            address = work.text(slot);
            length = NumberPrinter.writeLong(address, value << unused >> unused);
            return !corrupt;
        }
        long bytes = number(first);
        if (corrupt || bytes < 0 || bytes > left() || bytes > STRING_MAX_BYTES) {
            return fail();
        }
        address = at;
        length = (int) bytes;
        at += bytes;
        return true;
    }

    private long packed;
    private long packedBytes;

    /** Reads the head of a compressed string; {@link #length} is then what it will be unpacked. */
    private boolean compressed() {
        packedBytes = number();
        long whole = number();
        if (corrupt || packedBytes < 0 || packedBytes > left() || whole < 0 || whole > STRING_MAX_BYTES
                || Lzf.length(at, packedBytes) != whole) {
            return fail();
        }
        packed = at;
        length = (int) whole;
        at += packedBytes;
        return true;
    }

    private boolean unpack(int slot) {
        if (!compressed()) {
            return false;
        }
        address = work.room(slot, Math.max(1, length));
        return address != 0 && Lzf.expand(packed, packedBytes, address, length);
    }

    /** True when the next string is compressed; then {@link #skipCompressed} and {@link #unpackTo} are an alternative to {@link #string}. */
    boolean isCompressedNext() {
        return left() > 0 && Mem.getUnsignedByte(at) == RdbFormat.LZF;
    }

    /** Reads a compressed string without unpacking it. */
    boolean skipCompressed() {
        at++;
        return compressed();
    }

    /** Unpacks what {@link #skipCompressed} read. */
    void unpackTo(long target) {
        Lzf.expand(packed, packedBytes, target, length);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.hyperloglog;

import dev.cofferdam.keyspace.BlockKind;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.memory.Mem;

/**
 * The bytes of a HyperLogLog, which clients see by GET and may write by SET, so they are Redis's to the bit. Owns nothing.
 *
 * <pre>
 *  0       4      5        8                   16
 *  +-------+------+--------+-------------------+------------------------------------------------------+
 *  | HYLL  | form | unused | count, low first  | dense: 16,384 registers of 6 bits, lowest bits first |
 *  +-------+------+--------+-------------------+ sparse: runs of equal registers                      |
 *                    highest bit: out of date  +------------------------------------------------------+
 *
 *  run      00nnnnnn                n + 1 registers are 0
 *           01nnnnnn nnnnnnnn       n + 1 registers are 0
 *           1vvvvvnn                n + 1 registers are v + 1
 * </pre>
 */
final class SketchLayout {
    static final int REGISTERS = 1 << 14;
    static final int HEAD_BYTES = 16;
    static final int REGISTER_BITS = 6;
    static final int REGISTER_MAX = 63;
    static final int DENSE_BYTES = HEAD_BYTES + REGISTERS * REGISTER_BITS / 8;
    /** No sparse form that stands for all registers is longer: each run of two bytes has at least one. */
    static final int SPARSE_MAX_BYTES = HEAD_BYTES + 2 * REGISTERS;
    static final int DENSE = 0;
    static final int SPARSE = 1;
    static final int FORM = 4;
    static final int COUNT = 8;
    /** The byte with the mark of a count that is out of date. */
    static final int STALE = 15;
    static final int STALE_BIT = 0x80;

    /** Largest value and longest run of the sparse form. */
    static final int RUN_VALUE_MAX = 32;
    static final int RUN_LENGTH_MAX = 4;
    static final int SHORT_ZEROS_MAX = 64;
    private static final int LONG_ZEROS = 0x40;
    private static final int VALUE = 0x80;
    private static final int MAGIC = 'H' | 'Y' << 8 | 'L' << 16 | 'L' << 24;

    private SketchLayout() {
    }

    /** True when the key, which exists, holds what looks like a HyperLogLog; a sparse one may still be corrupt. */
    static boolean isSketch(Key key) {
        if (key.kind() != BlockKind.STRING_RAW || key.valueLength() < HEAD_BYTES) {
            return false;
        }
        long value = key.valueAddress();
        int form = form(value);
        return Mem.getInt(value) == MAGIC && (form == SPARSE || form == DENSE && key.valueLength() == DENSE_BYTES);
    }

    static int form(long value) {
        return Mem.getUnsignedByte(value + FORM);
    }

    static boolean isDense(long value) {
        return form(value) == DENSE;
    }

    static void begin(long value, int form) {
        Mem.fill(value, HEAD_BYTES, (byte) 0);
        Mem.putInt(value, MAGIC);
        Mem.putByte(value + FORM, (byte) form);
    }

    static boolean isStale(long value) {
        return (Mem.getByte(value + STALE) & STALE_BIT) != 0;
    }

    // ---------------------------------------------------------------- dense

    static int register(long value, int number) {
        int bit = number * REGISTER_BITS;
        long at = value + HEAD_BYTES + (bit >>> 3);
        int shift = bit & 7;
        int bits = Mem.getUnsignedByte(at) >>> shift;
        return (shift > 8 - REGISTER_BITS ? bits | Mem.getUnsignedByte(at + 1) << 8 - shift : bits) & REGISTER_MAX;
    }

    static void setRegister(long value, int number, int count) {
        int bit = number * REGISTER_BITS;
        long at = value + HEAD_BYTES + (bit >>> 3);
        int shift = bit & 7;
        Mem.putByte(at, (byte) (Mem.getByte(at) & ~(REGISTER_MAX << shift) | count << shift));
        if (shift > 8 - REGISTER_BITS) {
            Mem.putByte(at + 1, (byte) (Mem.getByte(at + 1) & ~(REGISTER_MAX >> 8 - shift) | count >> 8 - shift));
        }
    }

    // ---------------------------------------------------------------- sparse

    static boolean isValue(long run) {
        return (Mem.getByte(run) & VALUE) != 0;
    }

    static boolean isLongZeros(long run) {
        return (Mem.getByte(run) & 0xc0) == LONG_ZEROS;
    }

    /** Bytes of the run, its second one included even where the value ends before it. */
    static int runBytes(long run) {
        return isLongZeros(run) ? 2 : 1;
    }

    /** Registers the run stands for; {@code end} is the value's, behind which all is taken for zero. */
    static int runLength(long run, long end) {
        int first = Mem.getUnsignedByte(run);
        if (isValue(run)) {
            return (first & 3) + 1;
        }
        if (isLongZeros(run)) {
            return ((first & 0x3f) << 8 | (run + 1 < end ? Mem.getUnsignedByte(run + 1) : 0)) + 1;
        }
        return (first & 0x3f) + 1;
    }

    /** What the registers of a run are: 0 unless it is one of a value. */
    static int runValue(long run) {
        return isValue(run) ? (Mem.getByte(run) >>> 2 & 0x1f) + 1 : 0;
    }

    static void putValue(long run, int value, int length) {
        Mem.putByte(run, (byte) (VALUE | value - 1 << 2 | length - 1));
    }

    static int zerosBytes(int length) {
        return length == 0 ? 0 : length > SHORT_ZEROS_MAX ? 2 : 1;
    }

    /** Writes a run of zeros, or nothing; answers its bytes. */
    static int putZeros(long run, int length) {
        int bytes = zerosBytes(length);
        if (bytes == 2) {
            Mem.putByte(run, (byte) (LONG_ZEROS | length - 1 >>> 8));
            Mem.putByte(run + 1, (byte) (length - 1));
        } else if (bytes == 1) {
            Mem.putByte(run, (byte) (length - 1));
        }
        return bytes;
    }
}

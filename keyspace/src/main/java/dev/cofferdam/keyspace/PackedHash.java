// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * A small hash as one run of bytes inside its entry, and a reader's place in it.
 *
 * <pre>
 *  0        1
 *  +--------+--------------+-------+------+-------------------+--------------+---
 *  | head   | field length | field | room | value ... padding | field length | ...
 *  +--------+--------------+-------+------+-------------------+--------------+---
 *  head           bits 0..6 number of fields, bit 7: Redis would call it a hash table
 *  field length   see PackedLength
 *  room           as a field length; or 11llllll rrrrrrrr: l bytes of value, padded to a room of r
 * </pre>
 * Padding is what numbers written by HINCRBY get, so that a counter that gains a digit stays where it is. Owns only its fields; one per compartment,
 * owner thread. After {@link #find} or {@link #next} the fields describe one pair; addresses are valid until the entry is resized.
 */
final class PackedHash {
    static final int FIELDS_MAX = 127;
    /** Beyond this the hash takes the large form: a copy of the whole value per new field must stay cheap. */
    static final int BYTES_MAX = 2048;
    static final int HEAD_BYTES = 1;
    /** Lengths in front of a field and its value, at most. */
    static final int LENGTHS_MAX_BYTES = 4;
    private static final int TABLE_BIT = 0x80;
    private static final int PADDED_MARK = 0xc0;
    /** The longest value that can be padded. */
    static final int PADDED_VALUE_MAX = 63;

    /** Where the pair begins, from the start of the value. */
    int offset;
    /** Bytes of the whole pair. */
    int pairBytes;
    long field;
    int fieldLength;
    /** Offset of the room's own bytes. */
    int roomOffset;
    long value;
    int valueLength;
    int room;

    private long blob;
    private long at;
    private long end;

    static int count(long blob) {
        return Mem.getByte(blob) & TABLE_BIT - 1;
    }

    static boolean isTable(long blob) {
        return (Mem.getByte(blob) & TABLE_BIT) != 0;
    }

    static void setHead(long blob, int count, boolean table) {
        Mem.putByte(blob, (byte) (count | (table ? TABLE_BIT : 0)));
    }

    /** Bytes a pair takes; {@code room} is the value's length, or more for a padded one. */
    static int pairBytes(int fieldLength, int valueLength, int room) {
        return PackedLength.bytes(fieldLength) + fieldLength + (room > valueLength ? 2 : PackedLength.bytes(room)) + room;
    }

    /** False for a pair that no packed hash can hold. */
    static boolean fits(long fieldLength, long valueLength) {
        return fieldLength + valueLength + LENGTHS_MAX_BYTES < BYTES_MAX;
    }

    /** Places the reader before the first pair. */
    void begin(long newBlob, long bytes) {
        blob = newBlob;
        at = newBlob + HEAD_BYTES;
        end = newBlob + bytes;
    }

    /** Reads the next pair; false at the end. */
    boolean next() {
        if (at >= end) {
            return false;
        }
        offset = (int) (at - blob);
        int mark = Mem.getByte(at);
        if (mark >= 0) {
            fieldLength = mark;
            field = at + 1;
        } else {
            fieldLength = PackedLength.longAt(at, mark);
            field = at + 2;
        }
        long lengths = field + fieldLength;
        roomOffset = (int) (lengths - blob);
        mark = Mem.getByte(lengths);
        if (mark >= 0) {
            valueLength = mark;
            room = mark;
            value = lengths + 1;
        } else {
            int second = Mem.getUnsignedByte(lengths + 1);
            boolean padded = (mark & PADDED_MARK) == PADDED_MARK;
            valueLength = padded ? mark & PackedLength.HIGH_BITS : (mark & PackedLength.HIGH_BITS) << 8 | second;
            room = padded ? second : valueLength;
            value = lengths + 2;
        }
        at = value + room;
        pairBytes = (int) (at - blob) - offset;
        return true;
    }

    /** Finds a field; false when it is not there. */
    boolean find(long newBlob, long bytes, long name, int nameLength) {
        begin(newBlob, bytes);
        long scan = at;
        while (scan < end) {
            int mark = Mem.getByte(scan);
            int length;
            long start;
            if (mark >= 0) {
                length = mark;
                start = scan + 1;
            } else {
                length = PackedLength.longAt(scan, mark);
                start = scan + 2;
            }
            if (length == nameLength && Mem.equal(start, name, length)) {
                at = scan;
                return next();
            }
            scan = afterRoom(start + length);
        }
        return false;
    }

    private static long afterRoom(long lengths) {
        int mark = Mem.getByte(lengths);
        if (mark >= 0) {
            return lengths + 1 + mark;
        }
        int second = Mem.getUnsignedByte(lengths + 1);
        return lengths + 2 + ((mark & PADDED_MARK) == PADDED_MARK ? second : (mark & PackedLength.HIGH_BITS) << 8 | second);
    }

    /** True when a value of this length can be written where the pair's value is. */
    boolean fitsInPlace(long length) {
        return length == valueLength || room > valueLength && length <= room && length <= PADDED_VALUE_MAX;
    }

    /** Overwrites the pair's value; it must fit in place. */
    void overwrite(long from, int length) {
        if (length != valueLength) {
            long lengths = blob + roomOffset;
            Mem.putByte(lengths, (byte) (PADDED_MARK | length));
            Mem.putByte(lengths + 1, (byte) room);
            valueLength = length;
        }
        Mem.copy(from, value, length);
    }

    /** Writes a whole pair. */
    static void writePair(long to, long field, int fieldLength, long value, int valueLength, int room) {
        long lengths = PackedLength.write(to, fieldLength);
        Mem.copy(field, lengths, fieldLength);
        lengths += fieldLength;
        writeValue(lengths, value, valueLength, room);
    }

    /** Writes room and value of a pair whose field stands before. */
    static void writeValue(long lengths, long value, int valueLength, int room) {
        long start;
        if (room > valueLength) {
            Mem.putByte(lengths, (byte) (PADDED_MARK | valueLength));
            Mem.putByte(lengths + 1, (byte) room);
            start = lengths + 2;
            Mem.fill(start + valueLength, room - valueLength, (byte) 0);
        } else {
            start = PackedLength.write(lengths, valueLength);
        }
        Mem.copy(value, start, valueLength);
    }
}

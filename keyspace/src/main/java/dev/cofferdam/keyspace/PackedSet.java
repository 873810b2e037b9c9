// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * A small set of byte strings as one run of bytes inside its entry.
 *
 * <pre>
 *  0       1
 *  +-------+---------------+------------+---------------+---
 *  | count | member length | member ... | member length | ...
 *  +-------+---------------+------------+---------------+---
 *  member length   see PackedLength
 * </pre>
 * Owns only its fields, one per compartment, owner thread. After {@link #find} or {@link #next} the fields describe one member.
 */
final class PackedSet {
    static final int MEMBERS_MAX = 127;
    /** Beyond this a set takes the large form: looking through it would cost more than the index. */
    static final int BYTES_MAX = 1024;
    static final int HEAD_BYTES = 1;

    /** Where the member's length is, from the start of the value. */
    int offset;
    /** Bytes of length and member. */
    int bytes;
    long member;
    int memberLength;

    private long blob;
    private long at;
    private long end;

    static int count(long blob) {
        return Mem.getByte(blob);
    }

    static void setCount(long blob, int count) {
        Mem.putByte(blob, (byte) count);
    }

    static int bytes(int memberLength) {
        return PackedLength.bytes(memberLength) + memberLength;
    }

    void begin(long newBlob, long blobBytes) {
        blob = newBlob;
        at = newBlob + HEAD_BYTES;
        end = newBlob + blobBytes;
    }

    boolean next() {
        if (at >= end) {
            return false;
        }
        offset = (int) (at - blob);
        int mark = Mem.getByte(at);
        if (mark >= 0) {
            memberLength = mark;
            member = at + 1;
        } else {
            memberLength = PackedLength.longAt(at, mark);
            member = at + 2;
        }
        at = member + memberLength;
        bytes = (int) (at - blob) - offset;
        return true;
    }

    boolean find(long newBlob, long blobBytes, long wanted, int wantedLength) {
        begin(newBlob, blobBytes);
        while (next()) {
            if (memberLength == wantedLength && Mem.equal(member, wanted, wantedLength)) {
                return true;
            }
        }
        return false;
    }

    static void write(long to, long member, int length) {
        Mem.copy(member, PackedLength.write(to, length), length);
    }
}

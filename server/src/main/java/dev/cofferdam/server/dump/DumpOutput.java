// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

import dev.cofferdam.keyspace.DecimalText;
import dev.cofferdam.memory.Mem;
import org.jspecify.annotations.Nullable;

/**
 * Where a dump goes: first only counted and summed up, since its length stands before it, then, in a second pass, into the reply. A file ({@link RdbWriter}) needs one pass.
 *
 * <p>Owns nothing; works in a {@link Workspace}. What is captured (a listpack that is put together) is written as one string when it is whole. What always holds: both
 * passes write the same bytes, whatever memory there is.
 */
final class DumpOutput {
    /** Strings up to this length are compressed when that makes them shorter. */
    static final int PACKED_MAX_BYTES = 64 * 1024;
    /** Shorter ones are not worth it; as in Redis. */
    private static final int PACKED_MIN_BYTES = 21;
    private static final int NUMBER_TEXT_MAX_BYTES = 11;
    private static final int SHORTER_BY = 4;
    private static final int PACK_ROOM_BYTES = PACKED_MAX_BYTES + Lzf.TABLE_BYTES;

    private final Workspace work;
    private @Nullable ByteSink sink;
    private long bytes;
    private long crc;
    private int used;
    private long capture;
    private long captureMax;
    private int captured;
    private boolean capturing;

    DumpOutput(Workspace work) {
        this.work = work;
    }

    /** Begins a pass; without a sink it only counts. */
    void begin(@Nullable ByteSink target) {
        sink = target;
        bytes = 0;
        crc = 0;
        used = 0;
    }

    /** Bytes of the dump without its checksum. */
    long bytes() {
        return bytes + used;
    }

    /** Ends a pass with version and checksum. */
    void end() {
        number(RdbFormat.VERSION, 2);
        endWithChecksum();
    }

    /** Ends a pass with the checksum of all before. */
    void endWithChecksum() {
        flush();
        number(crc, 8);
        flush();
    }

    // ---------------------------------------------------------------- bytes

    void put(int value) {
        if (capturing) {
            Mem.putByte(capture + captured++, (byte) value);
            return;
        }
        if (used == Workspace.PIECE_BYTES) {
            flush();
        }
        Mem.putByte(work.piece() + used++, (byte) value);
    }

    void put(long address, long length) {
        if (capturing) {
            Mem.copy(address, capture + captured, length);
            captured += (int) length;
            return;
        }
        if (length > Workspace.PIECE_BYTES - used) {
            flush();
        }
        if (length <= Workspace.PIECE_BYTES) {
            Mem.copy(address, work.piece() + used, length);
            used += (int) length;
        } else {
            emit(address, length);
        }
    }

    /** Hands on what is kept for one larger piece. */
    void flush() {
        emit(work.piece(), used);
        used = 0;
    }

    private void emit(long address, long length) {
        ByteSink target = sink;
        if (target == null) {
            bytes += length;
        } else {
            target.write(address, length);
        }
        crc = Crc64.of(crc, address, length);
    }

    /** The lowest {@code width} bytes of a number, low first. */
    void number(long value, int width) {
        for (int i = 0; i < width; i++) {
            put((int) (value >>> 8 * i));
        }
    }

    /** As {@link #number}, high first. */
    void highFirst(long value, int width) {
        for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
            put((int) (value >>> shift));
        }
    }

    // ---------------------------------------------------------------- parts of the format

    /** An unsigned number in the shortest form. */
    void length(long value) {
        if (value >= 0 && value < 1 << 6) {
            put((int) value);
        } else if (value >= 0 && value < 1 << 14) {
            put(RdbFormat.LENGTH_14 | (int) (value >> 8));
            put((int) value);
        } else if (value >>> 32 == 0) {
            put(RdbFormat.LENGTH_32);
            highFirst(value, 4);
        } else {
            put(RdbFormat.LENGTH_64);
            highFirst(value, 8);
        }
    }

    /** A string as a number, compressed, or as it is. */
    void string(long address, long length) {
        if (length <= NUMBER_TEXT_MAX_BYTES && DecimalText.isLong(address, length) && asNumber(DecimalText.parse(address, length))) {
            return;
        }
        if (length >= PACKED_MIN_BYTES && length <= PACKED_MAX_BYTES) {
            long room = packRoom();
            int packed = Lzf.compress(address, (int) length, room, (int) length - SHORTER_BY, room + PACKED_MAX_BYTES);
            if (packed > 0) {
                put(RdbFormat.LZF);
                length(packed);
                length(length);
                put(room, packed);
                return;
            }
        }
        length(length);
        put(address, length);
    }

    private boolean asNumber(long value) {
        if (value == (byte) value) {
            put(RdbFormat.INT_8);
            put((int) value);
        } else if (value == (short) value) {
            put(RdbFormat.INT_16);
            number(value, 2);
        } else if (value == (int) value) {
            put(RdbFormat.INT_32);
            number(value, 4);
        } else {
            return false;
        }
        return true;
    }

    /** Taken before the first pass, so that both passes find it. */
    boolean isReady() {
        return work.isReady() && work.room(Workspace.SECOND, PACK_ROOM_BYTES) != 0;
    }

    private long packRoom() {
        return work.room(Workspace.SECOND, PACK_ROOM_BYTES);
    }

    // ---------------------------------------------------------------- what is put together first

    /** From here on bytes are kept, at most so many; false when there is no memory for that. */
    boolean capture(long bytesMax) {
        capture = work.room(Workspace.FIRST, bytesMax);
        captureMax = bytesMax;
        captured = 0;
        capturing = capture != 0;
        return capturing;
    }

    /** Bytes kept so far. */
    int captured() {
        return captured;
    }

    boolean captureHasRoom(long more) {
        return captured + more <= captureMax;
    }

    long capturedAddress() {
        return capture;
    }

    /** Forgets what was kept behind so many bytes. */
    void rewindCapture(int bytesKept) {
        captured = bytesKept;
    }

    /** Ends the capture, and forgets it. */
    void dropCapture() {
        capturing = false;
    }

    /** Goes on with the capture that {@link #dropCapture} ended. */
    void resumeCapture() {
        capturing = true;
    }

    /** Ends the capture, and writes it as a string. */
    void endCapture() {
        capturing = false;
        string(capture, captured);
    }
}

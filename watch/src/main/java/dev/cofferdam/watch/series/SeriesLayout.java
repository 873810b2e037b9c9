// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.series;

import dev.cofferdam.watch.detect.Stage;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a ring file. Big-endian, as {@link ByteBuffer} begins.
 *
 * <pre>
 * file    | header 64 B | slot 0 | slot 1 | ... | slot n-1 |
 *
 * header  0       8         12       16      20      24      64
 *         | magic | version | step s | slots | crc   | zero  |      crc of bytes 0..19
 *
 * slot    0     4      8      16       24      32        40        48     56      60      64     68     72  74 75   80
 *         | crc | step | used | lowest | limit | dataset | clients | keys | evict | refus | hits | miss | n |st|zero|
 *           crc of bytes 4..79         step = Unix seconds / step s, unsigned; the slot's place is step mod slots
 *           evict, refus, hits, miss: per second, float           n = samples merged, unsigned; st = stage
 * </pre>
 *
 * <p>A slot says itself which time it belongs to, so nothing has to be read before a ring can be used, a slot of an earlier lap is told from one of this lap,
 * and a torn or damaged slot is a gap of its own length. A slot of zeros was never written.
 */
final class SeriesLayout {
    static final int HEADER_BYTES = 64;
    static final int SLOT_BYTES = 80;
    private static final long MAGIC = 0x636f666665726473L; // "cofferds"
    private static final int VERSION = 1;
    private static final int HEADER_CRC = 20;
    private static final Stage[] STAGES = Stage.values();

    private SeriesLayout() {
    }

    static long fileBytes(int slots) {
        return HEADER_BYTES + (long) slots * SLOT_BYTES;
    }

    static long offset(long step, int slots) {
        return HEADER_BYTES + Math.floorMod(step, (long) slots) * SLOT_BYTES;
    }

    static ByteBuffer header(int stepSeconds, int slots) {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES);
        bytes.putLong(MAGIC).putInt(VERSION).putInt(stepSeconds).putInt(slots);
        bytes.putInt(crc(bytes.array(), 0, HEADER_CRC));
        return bytes.clear();
    }

    /** Whether these 64 bytes are a whole header, of whatever kind of ring. */
    static boolean isHeader(ByteBuffer bytes) {
        return bytes.getInt(HEADER_CRC) == crc(bytes.array(), 0, HEADER_CRC);
    }

    static ByteBuffer slot(long step, SeriesPoint point) {
        ByteBuffer bytes = ByteBuffer.allocate(SLOT_BYTES);
        bytes.putInt(0).putInt((int) step);
        bytes.putLong(point.usedBytes()).putLong(point.usedLowestBytes()).putLong(point.limitBytes());
        bytes.putLong(point.datasetBytes()).putLong(point.clientBytes()).putLong(point.keys());
        bytes.putFloat(point.evictionsPerSecond()).putFloat(point.refusalsPerSecond());
        bytes.putFloat(point.hitsPerSecond()).putFloat(point.missesPerSecond());
        bytes.putShort((short) Math.min(0xffff, point.samples())).put((byte) point.stage().ordinal());
        bytes.putInt(0, crc(bytes.array(), 4, SLOT_BYTES - 4));
        return bytes.clear();
    }

    /** Step of the slot that begins at the buffer's offset, whether whole or not. */
    static long stepOf(ByteBuffer bytes, int offset) {
        return Integer.toUnsignedLong(bytes.getInt(offset + 4));
    }

    static boolean isWritten(ByteBuffer bytes, int offset) {
        return bytes.getInt(offset) != 0 || bytes.getInt(offset + 4) != 0;
    }

    /** What the slot says, or null when it was torn or damaged. */
    static @Nullable SeriesPoint point(ByteBuffer bytes, int offset, int stepSeconds) {
        int stage = bytes.get(offset + 74);
        if (bytes.getInt(offset) != crc(bytes.array(), offset + 4, SLOT_BYTES - 4) || stage < 0 || stage >= STAGES.length) {
            return null;
        }
        return new SeriesPoint(stepOf(bytes, offset) * stepSeconds * 1000, Short.toUnsignedInt(bytes.getShort(offset + 72)),
                bytes.getLong(offset + 8), bytes.getLong(offset + 16), bytes.getLong(offset + 24), bytes.getLong(offset + 32),
                bytes.getLong(offset + 40), bytes.getLong(offset + 48), bytes.getFloat(offset + 56), bytes.getFloat(offset + 60),
                bytes.getFloat(offset + 64), bytes.getFloat(offset + 68), STAGES[stage]);
    }

    private static int crc(byte[] bytes, int from, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * Where the fields of a list lie, in its three records.
 *
 * <pre>
 *  LIST_PACKED, the entry's value
 *  0       2       4                       4 + used        value length
 *  +-------+-------+-----------------------+---------------+
 *  | count | used  | elements ...          | room          |
 *  +-------+-------+-----------------------+---------------+
 *
 *  LIST_LARGE, the entry's value: the root record
 *  0            4            8          16         24         32            40
 *  +------------+------------+----------+----------+----------+-------------+
 *  | collection | chunks     | head     | tail     | elements | chunk bytes |
 *  +------------+------------+----------+----------+----------+-------------+
 *
 *  LIST_CHUNK, a block of its own; the offsets start and end count from byte 36
 *  0              8          16       24      28      32    36      36+start    36+end      block's end
 *  +--------------+----------+--------+-------+-------+-----+-------+-----------+-----------+
 *  | block header | previous | next   | count | start | end | room  | elements  | room      |
 *  +--------------+----------+--------+-------+-------+-----+-------+-----------+-----------+
 * </pre>
 * Elements are drawn in {@link ListElement}. Head, tail, previous and next are addresses of chunks, 0 for none.
 */
final class ListLayout {
    static final int PACKED_HEADER_BYTES = 4;
    /** Bytes of elements up to which a list stays packed in its entry. */
    static final int PACKED_MAX_BYTES = 2048;
    private static final int PACKED_USED = 2;

    static final int ROOT_BYTES = 40;
    private static final int ROOT_CHUNKS = 4;
    private static final int ROOT_HEAD = 8;
    private static final int ROOT_TAIL = 16;
    private static final int ROOT_ELEMENTS = 24;
    private static final int ROOT_CHUNK_BYTES = 32;

    static final int CHUNK_HEADER_BYTES = 36;
    private static final int PREVIOUS = 8;
    private static final int NEXT = 16;
    private static final int COUNT = 24;
    private static final int START = 28;
    private static final int END = 32;

    private ListLayout() {
    }

    // ---------------------------------------------------------------- packed value

    static int packedCount(long value) {
        return Mem.getUnsignedShort(value);
    }

    static int packedUsed(long value) {
        return Mem.getUnsignedShort(value + PACKED_USED);
    }

    static void setPacked(long value, int count, int used) {
        Mem.putShort(value, (short) count);
        Mem.putShort(value + PACKED_USED, (short) used);
    }

    static long packedFirst(long value) {
        return value + PACKED_HEADER_BYTES;
    }

    static long packedEnd(long value) {
        return value + PACKED_HEADER_BYTES + packedUsed(value);
    }

    // ---------------------------------------------------------------- root record

    /** Empties the record behind its collection id. */
    static void clearRoot(long root) {
        Mem.putInt(root + ROOT_CHUNKS, 0);
        Mem.putLong(root + ROOT_HEAD, 0);
        Mem.putLong(root + ROOT_TAIL, 0);
        Mem.putLong(root + ROOT_ELEMENTS, 0);
        Mem.putLong(root + ROOT_CHUNK_BYTES, 0);
    }

    static int collection(long root) {
        return Mem.getInt(root);
    }

    static int chunks(long root) {
        return Mem.getInt(root + ROOT_CHUNKS);
    }

    static long head(long root) {
        return Mem.getLong(root + ROOT_HEAD);
    }

    static void setHead(long root, long chunk) {
        Mem.putLong(root + ROOT_HEAD, chunk);
    }

    static long tail(long root) {
        return Mem.getLong(root + ROOT_TAIL);
    }

    static void setTail(long root, long chunk) {
        Mem.putLong(root + ROOT_TAIL, chunk);
    }

    static long elements(long root) {
        return Mem.getLong(root + ROOT_ELEMENTS);
    }

    static void addElements(long root, long count) {
        Mem.putLong(root + ROOT_ELEMENTS, Mem.getLong(root + ROOT_ELEMENTS) + count);
    }

    /** Exact bytes of all chunks, their headers included. */
    static long chunkBytes(long root) {
        return Mem.getLong(root + ROOT_CHUNK_BYTES);
    }

    static void addChunkBytes(long root, int chunks, long bytes) {
        Mem.putInt(root + ROOT_CHUNKS, Mem.getInt(root + ROOT_CHUNKS) + chunks);
        Mem.putLong(root + ROOT_CHUNK_BYTES, Mem.getLong(root + ROOT_CHUNK_BYTES) + bytes);
    }

    // ---------------------------------------------------------------- chunk

    static long previous(long chunk) {
        return Mem.getLong(chunk + PREVIOUS);
    }

    static void setPrevious(long chunk, long other) {
        Mem.putLong(chunk + PREVIOUS, other);
    }

    static long next(long chunk) {
        return Mem.getLong(chunk + NEXT);
    }

    static void setNext(long chunk, long other) {
        Mem.putLong(chunk + NEXT, other);
    }

    static int count(long chunk) {
        return Mem.getInt(chunk + COUNT);
    }

    static void setCount(long chunk, int count) {
        Mem.putInt(chunk + COUNT, count);
    }

    static int start(long chunk) {
        return Mem.getInt(chunk + START);
    }

    static int end(long chunk) {
        return Mem.getInt(chunk + END);
    }

    static void setRange(long chunk, int start, int end) {
        Mem.putInt(chunk + START, start);
        Mem.putInt(chunk + END, end);
    }

    static int used(long chunk) {
        return end(chunk) - start(chunk);
    }

    /** Bytes of elements the chunk has room for. */
    static int capacity(long chunk) {
        return (int) (BlockLayout.bytes(chunk) - CHUNK_HEADER_BYTES);
    }

    /** Where the chunk's offsets count from. */
    static long base(long chunk) {
        return chunk + CHUNK_HEADER_BYTES;
    }

    static long firstAddress(long chunk) {
        return base(chunk) + start(chunk);
    }

    static long endAddress(long chunk) {
        return base(chunk) + end(chunk);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * A chunk of records of the {@link ExpiryWheel}: one block of 64 to 512 bytes, doubly linked so that the cleaner can move it.
 *
 * <pre>
 *  +0            +8        +16           +24       +28    +30        +32
 *  | block header | next    | previous    | list    | used | capacity | record 0 | record 1 | ...
 *  | 8, store's   | 8       | 8, 0: first | 4       | 2    | 2        | 8        | 8        |
 * </pre>
 *
 * <p>A record is the 64-bit hash of a key. {@code list} is right in the first chunk of a list only: nobody asks the others. In a list every chunk
 * but the first is full.
 */
final class ExpiryChunkLayout {
    static final int HEADER_BYTES = 32;
    static final int RECORD_BYTES = 8;
    /** A lone record in its slot costs this; a crowded slot pays 8.54 bytes a record. */
    static final int CHUNK_MIN_BYTES = 64;
    static final int CHUNK_MAX_BYTES = 512;

    private static final int NEXT = 8;
    private static final int PREVIOUS = 16;
    private static final int LIST = 24;
    private static final int USED = 28;
    private static final int CAPACITY = 30;

    private ExpiryChunkLayout() {
    }

    static void initialise(long chunk, int bytes, long next, int list) {
        Mem.putLong(chunk + NEXT, next);
        Mem.putLong(chunk + PREVIOUS, 0);
        Mem.putInt(chunk + LIST, list);
        Mem.putShort(chunk + USED, (short) 0);
        Mem.putShort(chunk + CAPACITY, (short) ((bytes - HEADER_BYTES) / RECORD_BYTES));
    }

    static long next(long chunk) {
        return Mem.getLong(chunk + NEXT);
    }

    static void next(long chunk, long next) {
        Mem.putLong(chunk + NEXT, next);
    }

    static long previous(long chunk) {
        return Mem.getLong(chunk + PREVIOUS);
    }

    static void previous(long chunk, long previous) {
        Mem.putLong(chunk + PREVIOUS, previous);
    }

    static int list(long chunk) {
        return Mem.getInt(chunk + LIST);
    }

    static void list(long chunk, int list) {
        Mem.putInt(chunk + LIST, list);
    }

    static int used(long chunk) {
        return Mem.getUnsignedShort(chunk + USED);
    }

    static int capacity(long chunk) {
        return Mem.getUnsignedShort(chunk + CAPACITY);
    }

    static int bytes(long chunk) {
        return HEADER_BYTES + capacity(chunk) * RECORD_BYTES;
    }

    static void push(long chunk, long hash) {
        int used = used(chunk);
        Mem.putLong(chunk + HEADER_BYTES + (long) used * RECORD_BYTES, hash);
        Mem.putShort(chunk + USED, (short) (used + 1));
    }

    static long record(long chunk, int index) {
        return Mem.getLong(chunk + HEADER_BYTES + (long) index * RECORD_BYTES);
    }

    static long pop(long chunk) {
        int used = used(chunk) - 1;
        Mem.putShort(chunk + USED, (short) used);
        return Mem.getLong(chunk + HEADER_BYTES + (long) used * RECORD_BYTES);
    }
}

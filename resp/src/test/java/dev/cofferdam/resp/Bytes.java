// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Arena;
import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;

/** An off-heap buffer for tests; ISO-8859-1 text in and out. */
final class Bytes implements AutoCloseable {
    private static final int BYTES = 1 << 20;

    private final Arena arena = Arena.open(4 << 20, 1 << 16);
    private final Account account = arena.account("test", 0, 4 << 20, false);
    final long address = account.takeRun(BYTES);

    /** Puts text at an offset; answers its address. */
    long put(int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        Mem.copyFrom(bytes, 0, address + offset, bytes.length);
        return address + offset;
    }

    String text(long from, int length) {
        return new String(Mem.bytes(from, length), StandardCharsets.ISO_8859_1);
    }

    int size() {
        return BYTES;
    }

    @Override
    public void close() {
        arena.close();
    }
}

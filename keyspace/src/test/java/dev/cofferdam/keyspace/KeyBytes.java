// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Arena;
import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;

/** A key of a test, off-heap where the code under test looks for it. */
final class KeyBytes implements AutoCloseable {
    private final Arena arena = Arena.open(1 << 20, 1 << 16);
    private final Account account = arena.account("test", 0, 1 << 20, false);
    private final long address = account.takePage();
    private int length;

    /** Each char is one byte. */
    void set(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.ISO_8859_1);
        Mem.copyFrom(bytes, 0, address, bytes.length);
        length = bytes.length;
    }

    long address() {
        return address;
    }

    int length() {
        return length;
    }

    @Override
    public void close() {
        account.returnPage(address);
        arena.close();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture.planted.keyspace;

import dev.cofferdam.memory.Mem;

public final class KeyspaceWritesUntold {
    public static void change(long address) {
        deeper(address);
    }

    private static void deeper(long address) {
        Mem.putLong(address, 1);
    }

    private KeyspaceWritesUntold() {}
}

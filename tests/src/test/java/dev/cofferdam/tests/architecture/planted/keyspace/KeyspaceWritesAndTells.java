// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture.planted.keyspace;

import dev.cofferdam.memory.Mem;

/** Allowed: it tells. */
public final class KeyspaceWritesAndTells {
    public static void change(long address) {
        Mem.putLong(address, 1);
        Effects.told();
    }

    private KeyspaceWritesAndTells() {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture.planted.server;

import dev.cofferdam.tests.architecture.planted.keyspace.KeyspaceWritesAndTells;
import dev.cofferdam.tests.architecture.planted.keyspace.KeyspaceWritesUntold;

final class ServerChangesKeys {
    static void change(long address) {
        KeyspaceWritesAndTells.change(address);
        KeyspaceWritesUntold.change(address);
    }
}

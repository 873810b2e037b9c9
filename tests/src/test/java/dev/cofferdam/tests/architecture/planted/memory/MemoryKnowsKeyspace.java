// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture.planted.memory;

import dev.cofferdam.tests.architecture.planted.keyspace.KeyspaceKnowsServer;

final class MemoryKnowsKeyspace {
    final KeyspaceKnowsServer above = new KeyspaceKnowsServer();
}

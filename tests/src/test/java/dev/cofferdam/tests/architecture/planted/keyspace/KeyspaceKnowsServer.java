// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture.planted.keyspace;

import dev.cofferdam.tests.architecture.planted.server.ServerKnowsCli;

public final class KeyspaceKnowsServer {
    final Class<?> above = ServerKnowsCli.class;
}

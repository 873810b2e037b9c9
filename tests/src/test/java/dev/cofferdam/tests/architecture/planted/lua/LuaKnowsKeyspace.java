// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture.planted.lua;

final class LuaKnowsKeyspace {
    dev.cofferdam.tests.architecture.planted.keyspace.KeyspaceKnowsServer beside = new dev.cofferdam.tests.architecture.planted.keyspace.KeyspaceKnowsServer();
}

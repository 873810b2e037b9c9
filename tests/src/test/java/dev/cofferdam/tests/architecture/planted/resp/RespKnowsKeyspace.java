// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture.planted.resp;

final class RespKnowsKeyspace {
    dev.cofferdam.tests.architecture.planted.keyspace.KeyspaceKnowsServer beside = new dev.cofferdam.tests.architecture.planted.keyspace.KeyspaceKnowsServer();
}

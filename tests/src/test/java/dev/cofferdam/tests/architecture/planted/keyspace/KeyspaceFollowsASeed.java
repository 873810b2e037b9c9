// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.architecture.planted.keyspace;

/** Allowed: whoever passes the seed can play the same game again. */
final class KeyspaceFollowsASeed {
    static int roll(long seed) {
        return new java.util.Random(seed).nextInt(6);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/** Told by the cleaner that a block has moved; updates whatever points to it. Owner thread, between commands. */
@FunctionalInterface
public interface Relocator {
    /**
     * The block now lies at {@code to}; its old bytes at {@code from} are still readable during the call.
     */
    void moved(int kind, long from, long to);
}

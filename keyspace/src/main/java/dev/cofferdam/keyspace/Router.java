// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/** Says which compartment a key belongs to: a pure function of database and key. Any thread; never allocates. */
@FunctionalInterface
public interface Router {
    /** Number of the compartment, as in {@link Keyspace#compartment(int)}. */
    int route(int database, long keyAddress, int keyLength);

    /**
     * Bits of all compartments that keys beginning with these bytes may belong to; it may be more, never less. For commands whose keys are known when they
     * run only, all but their beginning.
     */
    default int reach(int database, long prefixAddress, int prefixLength) {
        return -1;
    }
}

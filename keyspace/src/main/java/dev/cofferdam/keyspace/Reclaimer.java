// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/** Frees the nodes of a deleted large value a few at a time, so that no DEL holds up anybody. Owner thread. */
@FunctionalInterface
public interface Reclaimer {
    /**
     * Frees up to about {@code steps} nodes of the detached root entry.
     *
     * @return true when none are left; the caller then frees the entry itself
     */
    boolean freeSome(long rootEntry, int steps);
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/** Told what the keyspace does by itself, not because a command asked. Owner thread of the compartment; the entry is still readable. */
public interface KeyspaceListener {
    KeyspaceListener NONE = new KeyspaceListener() {
    };

    default void expired(Compartment compartment, long entry) {
    }

    default void evicted(Compartment compartment, long entry) {
    }
}

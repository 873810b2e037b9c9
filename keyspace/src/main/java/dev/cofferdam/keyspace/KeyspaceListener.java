// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/** Told what the keyspace does by itself, not because a command asked. Owner thread of the compartment; the entry is still readable. */
public interface KeyspaceListener {
    KeyspaceListener NONE = new KeyspaceListener() {
    };

    /** A key that was not there is; only told when {@link Keyspace#announceNew} asked for it. */
    default void created(Compartment compartment, Key key) {
    }

    default void expired(Compartment compartment, long entry) {
    }

    default void evicted(Compartment compartment, long entry) {
    }
}

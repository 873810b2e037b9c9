// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.client;

import dev.cofferdam.server.command.ValueType;
import org.jspecify.annotations.Nullable;

/** That one client waits for, or watches, one key: a link in the key's queue and in the client's own chain. Event loop only. */
public final class KeyLink {
    /** Links of all clients together, watched and awaited each: they lie on the Java heap, 40 bytes each and as much for their queues. */
    public static final int LINKS_MAX = 100_000;

    final Client client;
    final long hash;
    final int database;
    final @Nullable ValueType type;
    /** Next key of the same client. */
    final @Nullable KeyLink nextOfClient;
    @Nullable KeyLink next;
    @Nullable KeyLink previous;

    KeyLink(Client client, long hash, int database, @Nullable ValueType type, @Nullable KeyLink nextOfClient) {
        this.client = client;
        this.hash = hash;
        this.database = database;
        this.type = type;
        this.nextOfClient = nextOfClient;
    }
}

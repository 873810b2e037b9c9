// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.client;

import dev.cofferdam.server.command.ValueType;
import org.jspecify.annotations.Nullable;

/** That one client waits for, or watches, one key: a link in the key's queue and in the client's own chain. Event loop only. */
public final class KeyLink {
    /** Links of all clients together, watched and awaited each: they lie on the Java heap, 48 bytes each and as much for their queues. */
    public static final int LINKS_MAX = 100_000;
    static final int BYTES = 96;

    final Client client;
    final long hash;
    final int database;
    final @Nullable ValueType type;
    /** Next key of the same client. */
    final @Nullable KeyLink nextOfClient;
    @Nullable KeyLink next;
    @Nullable KeyLink previous;

    /** Of a watched key: {@link #ABSENT}, its deadline when the watch began, or 0 for none. */
    long watchedDeadline;
    /** The key did not exist, or was past its time, when the watch began. */
    static final long ABSENT = -1;

    KeyLink(Client client, long hash, int database, @Nullable ValueType type, @Nullable KeyLink nextOfClient) {
        this.client = client;
        this.hash = hash;
        this.database = database;
        this.type = type;
        this.nextOfClient = nextOfClient;
    }
}

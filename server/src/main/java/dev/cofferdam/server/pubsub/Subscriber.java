// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.pubsub;

import dev.cofferdam.server.client.Client;

/**
 * A client that listens to something: its place in {@link Listeners}, and where the chains of its subscriptions begin.
 *
 * <p>Exists only while the client listens. Event loop only.
 */
public final class Subscriber {
    final Client client;
    final int slot;
    /** Per kind of subscription: first link and number of them. */
    final long[] firstLink = new long[Subscriptions.KINDS];
    final int[] count = new int[Subscriptions.KINDS];
    /** Of its links and the names they lead to, also where others share those. */
    long bytes;

    Subscriber(Client client, int slot) {
        this.client = client;
        this.slot = slot;
    }

    public long bytes() {
        return bytes;
    }

    /** Channels, patterns or shard channels, by the kinds of {@link Subscriptions}. */
    public int count(int kind) {
        return count[kind];
    }

    boolean isIdle() {
        return count[Subscriptions.CHANNELS] == 0 && count[Subscriptions.PATTERNS] == 0 && count[Subscriptions.SHARD_CHANNELS] == 0;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.pubsub;

import dev.cofferdam.server.client.Client;
import org.jspecify.annotations.Nullable;

/**
 * A client that has the server watch over its cache (CLIENT TRACKING): how, and who gets its messages.
 *
 * <p>Exists from TRACKING ON to OFF. Event loop only. What always holds: {@link #tag} names this client only, also after its place is another's.
 */
public final class Tracker {
    static final int SLOT_BITS = 20;
    static final int SLOTS_MAX = 1 << SLOT_BITS;

    final Client client;
    /** Client number and place in one word, as tables off-heap keep it. */
    final long tag;
    /** Its prefixes in broadcast mode. */
    final Subscriber prefixes;
    boolean broadcast;
    boolean optIn;
    boolean optOut;
    boolean noLoop;
    /** CLIENT CACHING was said for the next command. */
    boolean caching;
    /** A message could not be sent since {@link #target} is gone. */
    boolean broken;
    /** Who gets the messages; null for the client itself. */
    private @Nullable Client target;

    Tracker(Client client, int slot) {
        this.client = client;
        this.tag = client.id() << SLOT_BITS | slot;
        this.prefixes = new Subscriber(client, slot);
    }

    static int slot(long tag) {
        return (int) (tag & SLOTS_MAX - 1);
    }

    /** Options of TRACKING ON; those said before no longer hold. */
    void set(@Nullable Client redirectTo, TrackingOptions options) {
        target = redirectTo;
        broken = false;
        broadcast = options.broadcast();
        optIn = options.optIn();
        optOut = options.optOut();
        noLoop = options.noLoop();
    }

    /** True when a command that reads is to be remembered now. */
    boolean caches() {
        return !broadcast && (!optIn || caching) && !(optOut && caching);
    }

    /** Of its prefixes. */
    public long bytes() {
        return prefixes.bytes();
    }

    @Nullable
    Client target() {
        return target;
    }

    /** Number of the client that gets the messages, 0 for the client itself. */
    public long targetId() {
        Client other = target;
        return other == null ? 0 : other.id();
    }

    public boolean isBroadcast() {
        return broadcast;
    }

    public boolean isOptIn() {
        return optIn;
    }

    public boolean isOptOut() {
        return optOut;
    }

    public boolean isNoLoop() {
        return noLoop;
    }

    public boolean isCaching() {
        return caching;
    }

    public boolean isBroken() {
        return broken;
    }

    /** CLIENT CACHING: holds for the next command or transaction. */
    public void setCaching() {
        caching = true;
    }
}

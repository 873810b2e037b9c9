// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.pubsub;

import static dev.cofferdam.server.pubsub.Subscriptions.CHANNELS;
import static dev.cofferdam.server.pubsub.Subscriptions.KINDS;
import static dev.cofferdam.server.pubsub.Subscriptions.PATTERNS;
import static dev.cofferdam.server.pubsub.Subscriptions.SHARD_CHANNELS;

import dev.cofferdam.keyspace.Hashing;
import dev.cofferdam.memory.Account;
import dev.cofferdam.resp.Glob;
import dev.cofferdam.server.ServerStatistics;
import dev.cofferdam.server.client.Client;
import java.util.ArrayList;
import java.util.List;

/**
 * Who subscribed to what, and publishing to them.
 *
 * <p>Owns the subscriptions of the three kinds; their memory is that of {@link ListenerMemory}. Event loop only. What always holds: nobody is taken out of a
 * chain while a message goes along it; who is cut meanwhile leaves afterwards.
 */
public final class PubSub {
    private static final byte[] MESSAGE = MessageBuffer.head(3, "message");
    private static final byte[] PATTERN_MESSAGE = MessageBuffer.head(4, "pmessage");
    private static final byte[] SHARD_MESSAGE = MessageBuffer.head(3, "smessage");

    private final ListenerMemory memory;
    private final Subscriptions[] kinds = new Subscriptions[KINDS];
    private final Listeners listeners = new Listeners();
    private final MessageBuffer message;
    private final KeyspaceEvents events;
    private final Monitors monitors;
    private final List<Subscriber> leavers = new ArrayList<>();
    private boolean publishing;

    public PubSub(Account connections, ServerStatistics statistics, long seed) {
        memory = new ListenerMemory(connections);
        message = new MessageBuffer(memory);
        monitors = new Monitors(memory);
        events = new KeyspaceEvents(this, memory, statistics);
        Hashing hashing = new Hashing(seed);
        for (int kind = 0; kind < KINDS; kind++) {
            kinds[kind] = new Subscriptions(kind, memory, hashing);
        }
    }

    public ListenerMemory memory() {
        return memory;
    }

    /** Clients that see all commands. */
    public Monitors monitors() {
        return monitors;
    }

    /** Events about keys, for who subscribed to them. */
    public KeyspaceEvents events() {
        return events;
    }

    /** Somebody subscribed to a channel or pattern. */
    boolean hasSubscribers() {
        return kinds[CHANNELS].names() != 0 || kinds[PATTERNS].names() != 0;
    }

    /** All subscriptions of a kind. */
    public Subscriptions of(int kind) {
        return kinds[kind];
    }

    // ---------------------------------------------------------------- subscribing

    /** False when there is no memory for another subscription. */
    public boolean subscribe(Client client, int kind, long address, int length) {
        if (!message.isReady()) {
            return false;
        }
        Subscriber subscriber = listeners.of(client);
        boolean done = kinds[kind].add(subscriber, address, length) != Subscriptions.NO_MEMORY;
        settle(subscriber);
        return done;
    }

    public void unsubscribe(Client client, int kind, long address, int length) {
        Subscriber subscriber = client.subscriber();
        if (subscriber != null) {
            kinds[kind].remove(subscriber, address, length);
            settle(subscriber);
        }
    }

    /** A name the client subscribed to, to be unsubscribed from next; 0 when there is none. */
    public static long anyName(Client client, int kind) {
        Subscriber subscriber = client.subscriber();
        return subscriber == null || subscriber.count[kind] == 0 ? 0 : Subscriptions.name(subscriber.firstLink[kind]);
    }

    /** What is asked about a name. */
    public interface NameTest {
        boolean test(long address, int length);
    }

    /** True when one of the names the client subscribed to passes the test. */
    public static boolean anyName(Client client, int kind, NameTest test) {
        Subscriber subscriber = client.subscriber();
        if (subscriber != null && subscriber.count[kind] != 0) {
            for (long link = subscriber.firstLink[kind]; link != 0; link = Subscriptions.nextOfClient(link)) {
                long name = Subscriptions.name(link);
                if (test.test(Subscriptions.address(name), Subscriptions.length(name))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Subscriptions of the client of one kind. */
    public static int count(Client client, int kind) {
        Subscriber subscriber = client.subscriber();
        return subscriber == null ? 0 : subscriber.count[kind];
    }

    /** The client is gone, or begins anew (RESET). */
    public void forget(Client client) {
        monitors.remove(client);
        Subscriber subscriber = client.subscriber();
        if (subscriber == null) {
            return;
        }
        if (publishing) {
            leavers.add(subscriber);
            return;
        }
        for (int kind = 0; kind < KINDS; kind++) {
            while (subscriber.count[kind] > 0) {
                kinds[kind].remove(subscriber, subscriber.firstLink[kind]);
            }
        }
        settle(subscriber);
    }

    private void settle(Subscriber subscriber) {
        if (subscriber.isIdle()) {
            listeners.remove(subscriber);
        }
        subscriber.client.setSubscribed(!subscriber.isIdle());
    }

    // ---------------------------------------------------------------- publishing

    /** Sends the message to the channel's subscribers and to those of patterns that match; answers how many they are. */
    public int publish(long channel, int channelLength, long payload, int payloadLength) {
        if (!hasSubscribers()) {
            return 0;
        }
        publishing = true;
        int receivers = 0;
        long name = kinds[CHANNELS].find(channel, channelLength);
        if (name != 0) {
            message.set(MESSAGE, channel, channelLength, payload, payloadLength);
            receivers = sendToAll(name);
        }
        Subscriptions patterns = kinds[PATTERNS];
        for (long pattern = patterns.first(); pattern != 0; pattern = patterns.next(pattern)) {
            if (Glob.matches(Subscriptions.address(pattern), Subscriptions.length(pattern), channel, channelLength)) {
                message.set(PATTERN_MESSAGE, Subscriptions.address(pattern), Subscriptions.length(pattern), channel, channelLength, payload,
                        payloadLength);
                receivers += sendToAll(pattern);
            }
        }
        letLeave();
        return receivers;
    }

    /** As {@link #publish}, on a shard channel. */
    public int publishToShard(long channel, int channelLength, long payload, int payloadLength) {
        long name = kinds[SHARD_CHANNELS].find(channel, channelLength);
        if (name == 0) {
            return 0;
        }
        publishing = true;
        message.set(SHARD_MESSAGE, channel, channelLength, payload, payloadLength);
        int receivers = sendToAll(name);
        letLeave();
        return receivers;
    }

    private int sendToAll(long name) {
        for (long link = Subscriptions.firstLink(name); link != 0; link = Subscriptions.nextLink(link)) {
            message.sendTo(listeners.at(Subscriptions.slot(link)).client);
        }
        return Subscriptions.subscribers(name);
    }

    private void letLeave() {
        publishing = false;
        while (!leavers.isEmpty()) {
            forget(leavers.removeLast().client);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.pubsub;

import static dev.cofferdam.server.pubsub.NameLayout.FIRST_LINK;
import static dev.cofferdam.server.pubsub.NameLayout.LAST_LINK;
import static dev.cofferdam.server.pubsub.NameLayout.LINKS;
import static dev.cofferdam.server.pubsub.NameLayout.LINK_BYTES;
import static dev.cofferdam.server.pubsub.NameLayout.LINK_NAME;
import static dev.cofferdam.server.pubsub.NameLayout.LINK_NEXT;
import static dev.cofferdam.server.pubsub.NameLayout.LINK_NEXT_OF_CLIENT;
import static dev.cofferdam.server.pubsub.NameLayout.LINK_PREVIOUS;
import static dev.cofferdam.server.pubsub.NameLayout.LINK_PREVIOUS_OF_CLIENT;
import static dev.cofferdam.server.pubsub.NameLayout.LINK_SLOT;

import dev.cofferdam.keyspace.Hashing;
import dev.cofferdam.memory.Mem;

/**
 * Who subscribed to which names of one kind: channels, patterns or shard channels.
 *
 * <p>Owns a link for each subscription, in two chains: that of its name, in order of arrival, and that of its client. Event loop only. What always holds: a
 * name without subscribers has no record.
 */
public final class Subscriptions {
    public static final int CHANNELS = 0;
    public static final int PATTERNS = 1;
    public static final int SHARD_CHANNELS = 2;
    static final int KINDS = 3;

    static final int ADDED = 0;
    static final int KNOWN = 1;
    static final int NO_MEMORY = 2;

    private final int kind;
    private final ListenerMemory memory;
    private final NameTable names;

    Subscriptions(int kind, ListenerMemory memory, Hashing hashing) {
        this(kind, kind, memory, hashing);
    }

    /** @param table number of the table of names, by which the same name hashes differently in each */
    Subscriptions(int kind, int table, ListenerMemory memory, Hashing hashing) {
        this.kind = kind;
        this.memory = memory;
        this.names = new NameTable(memory, hashing, table);
    }

    /** Names with subscribers. */
    public int names() {
        return names.size();
    }

    /** Subscribers of a name. */
    public int subscribers(long address, int length) {
        long name = names.find(address, length);
        return name == 0 ? 0 : subscribers(name);
    }

    /** The first name of a walk over all, or 0; nothing may be subscribed meanwhile. */
    public long first() {
        return names.first();
    }

    public long next(long name) {
        return names.next(name);
    }

    public static long address(long name) {
        return name + NameLayout.BYTES;
    }

    public static int length(long name) {
        return Mem.getInt(name + NameLayout.LENGTH);
    }

    static int subscribers(long name) {
        return Mem.getInt(name + LINKS);
    }

    long find(long address, int length) {
        return names.find(address, length);
    }

    static long firstLink(long name) {
        return Mem.getLong(name + FIRST_LINK);
    }

    static long nextLink(long link) {
        return Mem.getLong(link + LINK_NEXT);
    }

    static long nextOfClient(long link) {
        return Mem.getLong(link + LINK_NEXT_OF_CLIENT);
    }

    static int slot(long link) {
        return Mem.getInt(link + LINK_SLOT);
    }

    /** The name of a link. */
    static long name(long link) {
        return Mem.getLong(link + LINK_NAME);
    }

    int add(Subscriber subscriber, long address, int length) {
        long name = names.findOrAdd(address, length);
        if (name == 0) {
            return NO_MEMORY;
        }
        if (linkOf(subscriber, name) != 0) {
            return KNOWN;
        }
        long link = memory.take(LINK_BYTES);
        if (link == 0) {
            dropIfUnheard(name);
            return NO_MEMORY;
        }
        Mem.putLong(link + LINK_NAME, name);
        Mem.putInt(link + LINK_SLOT, subscriber.slot);
        append(name, link);
        long first = subscriber.firstLink[kind];
        Mem.putLong(link + LINK_NEXT_OF_CLIENT, first);
        Mem.putLong(link + LINK_PREVIOUS_OF_CLIENT, 0);
        if (first != 0) {
            Mem.putLong(first + LINK_PREVIOUS_OF_CLIENT, link);
        }
        subscriber.firstLink[kind] = link;
        subscriber.count[kind]++;
        subscriber.bytes += LINK_BYTES + NameLayout.BYTES + length;
        return ADDED;
    }

    private static void append(long name, long link) {
        long last = Mem.getLong(name + LAST_LINK);
        Mem.putLong(link + LINK_NEXT, 0);
        Mem.putLong(link + LINK_PREVIOUS, last);
        Mem.putLong(last == 0 ? name + FIRST_LINK : last + LINK_NEXT, link);
        Mem.putLong(name + LAST_LINK, link);
        Mem.putInt(name + LINKS, subscribers(name) + 1);
    }

    /** The subscriber's link to the name, or 0. Goes along both chains at once, so it takes as long as the shorter one. */
    private long linkOf(Subscriber subscriber, long name) {
        long ofName = firstLink(name);
        long ofClient = subscriber.firstLink[kind];
        while (ofName != 0 && ofClient != 0) {
            if (slot(ofName) == subscriber.slot) {
                return ofName;
            }
            if (name(ofClient) == name) {
                return ofClient;
            }
            ofName = nextLink(ofName);
            ofClient = Mem.getLong(ofClient + LINK_NEXT_OF_CLIENT);
        }
        return 0;
    }

    /** True when the subscriber was one of the name's. */
    boolean remove(Subscriber subscriber, long address, int length) {
        long name = names.find(address, length);
        long link = name == 0 ? 0 : linkOf(subscriber, name);
        if (link == 0) {
            return false;
        }
        remove(subscriber, link);
        return true;
    }

    void remove(Subscriber subscriber, long link) {
        long name = name(link);
        long before = Mem.getLong(link + LINK_PREVIOUS);
        long after = nextLink(link);
        Mem.putLong(before == 0 ? name + FIRST_LINK : before + LINK_NEXT, after);
        Mem.putLong(after == 0 ? name + LAST_LINK : after + LINK_PREVIOUS, before);
        Mem.putInt(name + LINKS, subscribers(name) - 1);
        long beforeOfClient = Mem.getLong(link + LINK_PREVIOUS_OF_CLIENT);
        long afterOfClient = Mem.getLong(link + LINK_NEXT_OF_CLIENT);
        if (beforeOfClient == 0) {
            subscriber.firstLink[kind] = afterOfClient;
        } else {
            Mem.putLong(beforeOfClient + LINK_NEXT_OF_CLIENT, afterOfClient);
        }
        if (afterOfClient != 0) {
            Mem.putLong(afterOfClient + LINK_PREVIOUS_OF_CLIENT, beforeOfClient);
        }
        subscriber.count[kind]--;
        subscriber.bytes -= LINK_BYTES + NameLayout.BYTES + length(name);
        memory.giveBack(link, LINK_BYTES);
        dropIfUnheard(name);
    }

    private void dropIfUnheard(long name) {
        if (subscribers(name) == 0) {
            names.remove(name);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.pubsub;

import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.NumberPrinter;
import dev.cofferdam.server.ServerStatistics;

/**
 * Publishes what happened to keys: {@code __keyspace@0__:key} with the event, {@code __keyevent@0__:event} with the key.
 *
 * <p>Owns a buffer for names of channels, which exists while events are on. Event loop only; makes no garbage. Nothing is put together while nobody is
 * subscribed to anything. An event there is no memory for is dropped, and counted: a change to a key never fails for its event.
 */
public final class KeyspaceEvents {
    private static final int BUFFER_BYTES = 4096;
    private static final int FRAME_MAX_BYTES = 128;

    private final PubSub pubsub;
    private final ListenerMemory memory;
    private final ServerStatistics statistics;
    private int classes;
    private long buffer;
    private long position;

    KeyspaceEvents(PubSub pubsub, ListenerMemory memory, ServerStatistics statistics) {
        this.pubsub = pubsub;
        this.memory = memory;
        this.statistics = statistics;
    }

    /** Bits of {@link EventClasses}; 0 for none. */
    public void setClasses(int value) {
        boolean on = (value & (EventClasses.KEYSPACE | EventClasses.KEYEVENT)) != 0;
        classes = on ? value : 0;
        if (buffer != 0 && !on) {
            memory.giveBack(buffer, BUFFER_BYTES);
            buffer = 0;
        }
    }

    public boolean isOn() {
        return classes != 0;
    }

    public boolean publishes(int eventClass) {
        return (classes & eventClass) != 0;
    }

    /** Tells who listens that this happened to the key. */
    public void publish(String event, int database, long key, int length) {
        if (!isWanted(event)) {
            return;
        }
        if (buffer == 0) {
            buffer = memory.take(BUFFER_BYTES);
            if (buffer == 0) {
                statistics.keyEventsDropped++;
                return;
            }
        }
        if ((classes & EventClasses.KEYSPACE) != 0) {
            publishOfKey(event, database, key, length);
        }
        if ((classes & EventClasses.KEYEVENT) != 0) {
            position = buffer;
            text("__keyevent@");
            position += NumberPrinter.writeLong(position, database);
            text("__:");
            text(event);
            pubsub.publish(buffer, (int) (position - buffer), key, length);
        }
    }

    private boolean isWanted(String event) {
        return (classes & EventClasses.of(event)) != 0 && pubsub.hasSubscribers();
    }

    /** There was no memory for the key that the event is about. */
    void drop(String event) {
        if (isWanted(event)) {
            statistics.keyEventsDropped++;
        }
    }

    private void publishOfKey(String event, int database, long key, int length) {
        long size = FRAME_MAX_BYTES + (long) length;
        long place = size <= BUFFER_BYTES ? buffer : memory.take(size);
        if (place == 0) {
            statistics.keyEventsDropped++; // a key of megabytes, and no memory for its channel's name
            return;
        }
        position = place;
        text(event);
        long channel = position;
        text("__keyspace@");
        position += NumberPrinter.writeLong(position, database);
        text("__:");
        Mem.copy(key, position, length);
        position += length;
        pubsub.publish(channel, (int) (position - channel), place, event.length());
        if (place != buffer) {
            memory.giveBack(place, size);
        }
    }

    /** Memory for a key that was copied; 0 when there is none. */
    long borrow(int bytes) {
        return memory.take(Math.max(1, bytes));
    }

    void giveBack(long address, int bytes) {
        memory.giveBack(address, Math.max(1, bytes));
    }

    private void text(String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            Mem.putByte(position++, (byte) ascii.charAt(i));
        }
    }
}

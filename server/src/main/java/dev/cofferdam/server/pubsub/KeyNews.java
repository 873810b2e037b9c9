// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.pubsub;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.EntryLayout;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.Keyspace;
import dev.cofferdam.keyspace.KeyspaceListener;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.client.Client;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Carries what happens to keys to who wants to hear of it: as events on channels, and to clients that keep keys in a cache of their own.
 *
 * <p>Owns nothing. Event loop; what the keyspace does by itself while a lane has the compartment is told by that lane, and comes to the loop with the key copied,
 * ahead of the changes of the lane's command. What always holds: while nobody listens the keyspace has no listener, and a change costs one test.
 */
public final class KeyNews implements KeyspaceListener {
    private final Keyspace keyspace;
    private final KeyspaceEvents events;
    private final Tracking tracking;
    private final Consumer<String> log;
    private Executor loop = Runnable::run;
    private boolean heard;

    public KeyNews(Keyspace keyspace, KeyspaceEvents events, Tracking tracking, Consumer<String> log) {
        this.log = log;
        this.keyspace = keyspace;
        this.events = events;
        this.tracking = tracking;
        tracking.whenSwitched(this::update);
    }

    /** Where what lanes tell is carried on. */
    public void runOn(Executor executor) {
        loop = executor;
    }

    /** Somebody listens; any thread, for a lane to decide whether it has to keep keys. */
    public boolean isHeard() {
        return heard;
    }

    public KeyspaceEvents events() {
        return events;
    }

    /** Who listens has changed. */
    public void update() {
        heard = events.isOn() || tracking.isOn();
        keyspace.setListener(heard ? this : KeyspaceListener.NONE);
        keyspace.announceNew(events.publishes(EventClasses.NEW));
    }

    /** The client's command changed the key. */
    public void changed(Client client, Key key, String event) {
        if (!event.isEmpty()) { // XACK and the like change a key and have no event
            changed(client, event, key.database, key.address, key.length);
        }
    }

    /** As above, of a key that was copied. */
    public void changed(Client client, String event, int database, byte[] key) {
        long place = event.isEmpty() ? 0 : borrow(event, key);
        if (place != 0) {
            changed(client, event, database, place, key.length);
            events.giveBack(place, key.length);
        }
    }

    private void changed(Client client, String event, int database, long key, int length) {
        events.publish(event, database, key, length);
        if (tracking.isOn()) {
            tracking.changed(client, key, length);
        }
    }

    /** A second event of a change that was told: for channels only. */
    public void changedAlso(Key key, String event) {
        events.publish(event, key.database, key.address, key.length);
    }

    /** Whole databases are not what they were. */
    public void allChanged() {
        if (tracking.isOn()) {
            tracking.allChanged();
        }
    }

    /** Changes were left out: more than a script in a lane can keep. */
    public void lost() {
        log.accept("keyspace-events-lost; a script in a lane changed more keys than are kept, or very long ones");
        allChanged();
    }

    /** A reader did not find the key. */
    public void missed(Key key) {
        events.publish("keymiss", key.database, key.address, key.length);
    }

    @Override
    public void created(Compartment compartment, Key key) {
        tell(compartment, "new", key.database, key.address, key.length);
    }

    @Override
    public void expired(Compartment compartment, long entry) {
        tell(compartment, "expired", EntryLayout.database(entry), EntryLayout.keyAddress(entry), EntryLayout.keyLength(entry));
    }

    @Override
    public void evicted(Compartment compartment, long entry) {
        tell(compartment, "evicted", EntryLayout.database(entry), EntryLayout.keyAddress(entry), EntryLayout.keyLength(entry));
    }

    private void tell(Compartment compartment, String event, int database, long key, int length) {
        if (!compartment.isInLane()) {
            tell(event, database, key, length);
            return;
        }
        byte[] copy = Mem.bytes(key, length);
        loop.execute(() -> tellCopy(event, database, copy));
    }

    private void tellCopy(String event, int database, byte[] key) {
        long place = borrow(event, key);
        if (place != 0) {
            tell(event, database, place, key.length);
            events.giveBack(place, key.length);
        }
    }

    /** The key off-heap for a moment; 0 when there is no memory, and then whoever tracks is told that anything may have changed. */
    private long borrow(String event, byte[] key) {
        long place = events.borrow(key.length);
        if (place == 0) {
            events.drop(event);
            allChanged();
        } else {
            Mem.copyFrom(key, 0, place, key.length);
        }
        return place;
    }

    private void tell(String event, int database, long key, int length) {
        events.publish(event, database, key, length);
        if (tracking.isOn() && !event.equals("new")) {
            tracking.changed(null, key, length);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import java.util.Arrays;

/**
 * A way through all keys, each exactly once, that goes on while they change: what a snapshot is made of.
 *
 * <p>Keys are visited in the order of their hashes read backwards, bit by bit. A table of any size keeps keys that are neighbours in this order in one bucket or in
 * buckets that follow each other in it (see {@link HashIndex#scan}), so the place of a key does not depend on how many buckets there are, and whether it has been passed
 * is said by its hash alone: {@link #hasPassed}. A key that is changed, made or deleted behind the walk is somebody else's to tell; before it, the walk meets it as it is.
 *
 * <p>Owns a place for each compartment and the bucket that is at hand. A compartment's place is its owner thread's, to look at and to move; the rest belongs to whoever
 * walks. What always holds: within a compartment all keys behind the place were visited once, and none before it.
 */
public class KeyWalk {
    private static final int ALL_DATABASES = (1 << Compartment.DATABASES) - 1;

    private final Keyspace keyspace;
    /** Hashes read backwards: unsigned, all below this have been passed. */
    private final long[] places;
    /** A bit for each database of which nothing is left to visit, wherever the place is. */
    private final int[] completed;
    private final Key key = new Key();
    private final Key sought = new Key();
    private final HashIndex.SlotVisitor collector = this::collect;
    /** What the bucket at hand has left, in order: place and entry in turn. */
    private long[] found = new long[64];
    private int foundEnd;
    private int next;
    /** The bucket at hand belongs to this compartment, or to none. */
    private int compartment = -1;
    private long bucketEnd;

    public KeyWalk(Keyspace keyspace) {
        this.keyspace = keyspace;
        places = new long[keyspace.compartmentCount()];
        completed = new int[keyspace.compartmentCount()];
    }

    // ---------------------------------------------------------------- where it is

    /** True when a key of this name, whether there is one or not, will not be visited any more. The compartment's owner thread. */
    public boolean hasPassed(int home, int database, long name, int length) {
        return hasPassed(home, database, Long.reverse(keyspace.hashOf(database, name, length)));
    }

    private boolean hasPassed(int home, int database, long place) {
        return (completed[home] >>> database & 1) != 0 || Long.compareUnsigned(place, places[home]) < 0;
    }

    /** No key is left in this database of a compartment, or in any for -1: all that come count as passed. The compartment's owner thread. */
    public void complete(int home, int database) {
        completed[home] |= database < 0 ? ALL_DATABASES : 1 << database;
    }

    /** True when no key of the compartment is left to visit. */
    public boolean isComplete(int home) {
        return completed[home] == ALL_DATABASES;
    }

    /** How much of the compartment has been walked, from 0 to 1. */
    public double progress(int home) {
        return isComplete(home) ? 1 : (places[home] >>> 1) * 0x1p-63;
    }

    // ---------------------------------------------------------------- walking

    /** Commands may have run, so what was at hand is looked for again. Not between keys of one hash: see {@link #isBetweenPlaces}. */
    public void resume() {
        compartment = -1;
        foundEnd = 0;
        next = 0;
    }

    /** Goes to the compartment's next key, which {@link #key} names until {@link #pass}; false when there is none left. On its owner thread. */
    public boolean next(Compartment home) {
        if (compartment != home.id()) {
            resume();
            compartment = home.id();
        }
        while (next == foundEnd) {
            if (isComplete(compartment)) {
                return false;
            }
            readBucket(home);
        }
        long entry = found[next + 1];
        key.set(EntryLayout.database(entry), EntryLayout.keyAddress(entry), EntryLayout.keyLength(entry));
        key.route(home, Long.reverse(found[next]));
        key.entry = entry;
        return true;
    }

    /** The key {@link #next} went to. Nothing may have changed since. */
    public Key key() {
        return key;
    }

    /** The key at hand has been visited. */
    public void pass() {
        long place = found[next];
        next += 2;
        if (next == foundEnd) {
            moveTo(bucketEnd);
        } else if (found[next] != place) {
            moveTo(place + 1);
        }
    }

    /** False right after one of several keys with the same hash: the walk cannot be interrupted there. */
    public boolean isBetweenPlaces() {
        return next == foundEnd || next == 0 || found[next] != found[next - 2];
    }

    /** True when no other key has the hash of the one at hand. */
    public boolean isAlone() {
        return isBetweenPlaces() && (next + 2 == foundEnd || found[next + 2] != found[next]);
    }

    /** Of an empty bucket nothing is left, so the walk goes on behind it. */
    private void readBucket(Compartment home) {
        long cursor = Long.reverse(places[compartment]);
        next = 0;
        foundEnd = 0;
        bucketEnd = Long.reverse(home.keys().scan(cursor, collector));
        if (foundEnd == 0) {
            moveTo(bucketEnd);
        }
    }

    private void moveTo(long place) {
        places[compartment] = place;
        if (place == 0) { // behind the last of all
            completed[compartment] = ALL_DATABASES;
        }
    }

    /** Buckets may have been joined since the walk came by: what it has passed is left out. Few to a bucket, so they are put in order one by one. */
    private void collect(long entry, long slot) {
        int database = EntryLayout.database(entry);
        long place = placeOf(entry);
        if (hasPassed(compartment, database, place)) {
            return;
        }
        if (foundEnd + 2 > found.length) {
            found = Arrays.copyOf(found, found.length * 2);
        }
        int at = foundEnd;
        for (; at > 0 && Long.compareUnsigned(found[at - 2], place) > 0; at -= 2) {
            found[at] = found[at - 2];
            found[at + 1] = found[at - 1];
        }
        found[at] = place;
        found[at + 1] = entry;
        foundEnd += 2;
    }

    /** Tests have keys of one hash. */
    long placeOf(long entry) {
        return Long.reverse(keyspace.hashOf(entry));
    }

    // ---------------------------------------------------------------- other keys

    /** A key by its name, looked up without being used, past its time or not. Valid until the next call. */
    public Key peek(int home, int database, long name, int length) {
        sought.set(database, name, length);
        sought.route(keyspace.compartment(home), keyspace.hashOf(database, name, length));
        sought.compartment().peekAnyway(sought);
        return sought;
    }
}

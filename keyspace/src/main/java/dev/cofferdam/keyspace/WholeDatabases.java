// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/**
 * What is done to all keys that one database has in a compartment: FLUSHDB and SWAPDB.
 *
 * <p>Owns nothing. Owner thread of the compartment. Databases share one index, so both go over all of it, a bucket at a time: what is found there is changed
 * between two steps of the scan, which keeps its place.
 */
final class WholeDatabases {
    private final Compartment home;
    private final KeyIndex keys;
    private final Deadlines deadlines;

    WholeDatabases(Compartment home, KeyIndex keys, Deadlines deadlines) {
        this.home = home;
        this.keys = keys;
        this.deadlines = deadlines;
    }

    /** Deletes all keys of one database, one by one. */
    void clear(int database) {
        LongQueue found = new LongQueue();
        long cursor = 0;
        do {
            cursor = keys.scan(cursor, (entry, slot) -> {
                if (BlockLayout.database(entry) == database) {
                    found.add(entry);
                }
            });
            while (!found.isEmpty()) {
                home.remove(found.first());
                found.removeFirst();
            }
        } while (cursor != 0);
    }

    /** Exchanges the keys of two databases, whose hashes change with it; how many there are is the caller's to exchange. */
    void swap(int one, int other) {
        LongQueue found = new LongQueue();
        long cursor = 0;
        do {
            cursor = keys.scan(cursor, (entry, slot) -> {
                int database = BlockLayout.database(entry);
                if ((database == one || database == other) && !BlockLayout.isVisited(entry)) {
                    found.add(entry);
                }
            });
            while (!found.isEmpty()) {
                changeDatabase(found.first(), one + other - BlockLayout.database(found.first()));
                found.removeFirst();
            }
        } while (cursor != 0);
        keys.each((entry, slot) -> BlockLayout.setVisited(entry, false));
        deadlines.swap(one, other);
    }

    private void changeDatabase(long entry, int database) {
        long hash = keys.hashOf(entry);
        int policy = keys.policyIn(keys.slotOf(hash, entry));
        keys.remove(hash, entry);
        BlockLayout.setDatabase(entry, database);
        BlockLayout.setVisited(entry, true);
        long newHash = keys.hashOf(entry);
        keys.insert(newHash, entry, policy);
        deadlines.fileAgain(entry, newHash);
    }
}

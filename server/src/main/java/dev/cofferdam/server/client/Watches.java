// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.client;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.Keyspace;
import org.jspecify.annotations.Nullable;

/**
 * Which clients watch which keys: a change marks their next EXEC as failed.
 *
 * <p>Owns the queues by key; each client holds the chain of its own links. Event loop only.
 */
public final class Watches {
    private static final int FEW_KEYS = 64;

    private final KeyQueues queues = new KeyQueues();

    public boolean isEmpty() {
        return queues.isEmpty();
    }

    /** Keys watched by anybody. */
    public int keys() {
        return queues.size();
    }

    /** True when no key more can be watched by anybody. */
    public boolean isFull() {
        return queues.links() >= KeyLink.LINKS_MAX;
    }

    public void watch(Client client, Key key) {
        if (isWatching(client, key.hash)) {
            return;
        }
        KeyLink link = new KeyLink(client, key.hash, key.database, null, client.watched);
        link.watchedDeadline = key.exists() ? key.compartment().expiresAtMillis(key) : KeyLink.ABSENT;
        client.watched = link;
        client.watchedCount++;
        queues.append(link);
    }

    /** Asks along the shorter way: the client's keys, or, when those are many, the key's clients. */
    private boolean isWatching(Client client, long hash) {
        boolean few = client.watchedCount <= FEW_KEYS;
        for (KeyLink link = few ? client.watched : queues.first(hash); link != null; link = few ? link.nextOfClient : link.next) {
            if (link.hash == hash && link.client == client) {
                return true;
            }
        }
        return false;
    }

    public void unwatch(Client client) {
        for (KeyLink link = client.watched; link != null; link = link.nextOfClient) {
            queues.remove(link);
        }
        client.watched = null;
        client.watchedCount = 0;
    }

    /** The key with this hash changed. */
    public void touch(long hash) {
        for (KeyLink link = queues.first(hash); link != null; link = link.next) {
            link.client.markWatchBroken();
        }
    }

    /**
     * A whole database was emptied or exchanged; -1 for all. A watch tells whether its key existed: where nothing was before and nothing is now, nothing
     * has changed.
     */
    public void touchDatabase(int database, Keyspace keyspace) {
        for (int slot = 0; slot < queues.slots(); slot++) {
            for (@Nullable KeyLink link = queues.headAt(slot); link != null; link = link.next) {
                if ((database < 0 || link.database == database)
                        && (link.watchedDeadline != KeyLink.ABSENT || keyspace.mayHold(link.hash, link.database))) {
                    link.client.markWatchBroken();
                }
            }
        }
    }

    /** True when a key that the client watches has gone by its deadline since, whether or not anybody has noticed. */
    public static boolean hasExpired(Client client, long nowMillis) {
        for (KeyLink link = client.watched; link != null; link = link.nextOfClient) {
            if (link.watchedDeadline > 0 && link.watchedDeadline <= nowMillis) {
                return true;
            }
        }
        return false;
    }
}

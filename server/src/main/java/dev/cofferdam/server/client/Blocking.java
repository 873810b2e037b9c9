// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.client;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.ValueType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Clients that wait for a key (BLPOP and the like): one queue per key in order of arrival, a deadline per client, and the list of keys that became
 * ready while a command ran.
 *
 * <p>Owns queues, timers and that list. Event loop only. A waiting client's command stays at the front of its input and simply runs again when one
 * of its keys is ready; it is served if it then replies. What always holds: a client is in the queues of exactly the keys it waits for, and a key
 * is served after the command that made it ready, before any other client's command.
 */
public final class Blocking {
    /** Runs a waiting client's command again; part of the executor. */
    public interface Rerun {
        /** True when the client was served (with data or with an error) and waits no more. */
        boolean rerun(Client client);

        /** The wait ended without data: replies nil, or the given error, and lets the client go on. */
        void release(Client client, @Nullable String error);
    }

    /** In place of a key's hash. A key that has it too wakes somebody for nothing. */
    private static final long REPLICAS = 0x7265706c69636173L;

    private final KeyQueues queues = new KeyQueues();
    private final TimerHeap timers = new TimerHeap();
    private long[] ready = new long[16];
    private int readyCount;
    private int waitingClients;

    /** Keys one client may wait for. */
    private static final int CLIENT_KEYS_MAX = 10_000;

    /** Called through {@link Call#block}: queues the call's client for its keys; false when they are too many, which was replied. */
    public boolean block(Call call, ValueType type, int firstKey, int keyCount, long timeoutMillis) {
        if (keyCount > CLIENT_KEYS_MAX || queues.links() + keyCount > KeyLink.LINKS_MAX) {
            call.reply().error("ERR '" + call.command().name() + "' would wait for " + keyCount + " keys: a client may wait for "
                    + CLIENT_KEYS_MAX + " and all together for " + KeyLink.LINKS_MAX + ", of which " + queues.links()
                    + " are taken; wait for fewer keys");
            return false;
        }
        Client client = call.client();
        for (int i = firstKey; i < firstKey + keyCount; i++) {
            Key key = call.eachPeek(i);
            KeyLink latest = queues.last(key.hash);
            if (latest == null || latest.client != client) {
                KeyLink link = new KeyLink(client, key.hash, key.database, type, client.waitsFor);
                client.waitsFor = link;
                queues.append(link);
            }
        }
        client.deadlineMillis = timeoutMillis == 0 ? 0 : call.nowMillis() + timeoutMillis;
        if (timeoutMillis != 0) {
            timers.add(client);
        }
        waitingClients++;
        return true;
    }

    /** Queues a client that waits for replicas rather than for a key. */
    public void blockForReplicas(Client client, long deadlineMillis) {
        KeyLink link = new KeyLink(client, REPLICAS, 0, ValueType.STREAM, null);
        client.waitsFor = link;
        queues.append(link);
        client.deadlineMillis = deadlineMillis;
        if (deadlineMillis != 0) {
            timers.add(client);
        }
        waitingClients++;
    }

    /** A replica has said how far it is: those who wait for that have a look. */
    public void replicasAcknowledged(Rerun runner) {
        if (!queues.isEmpty() && queues.first(REPLICAS) != null) {
            signal(REPLICAS);
            serve(runner);
        }
    }

    /** The client waits no more, for whatever reason. */
    public void forget(Client client) {
        if (client.waitsFor == null) {
            return;
        }
        for (KeyLink link = client.waitsFor; link != null; link = link.nextOfClient) {
            queues.remove(link);
        }
        client.waitsFor = null;
        timers.remove(client);
        client.deadlineMillis = 0;
        waitingClients--;
    }

    public int waitingClients() {
        return waitingClients;
    }

    public long nextDeadlineMillis() {
        return timers.nextDeadlineMillis();
    }

    /** True when somebody waits for a key of this hash. */
    public boolean isAwaited(long hash) {
        return !queues.isEmpty() && queues.first(hash) != null;
    }

    /** A key changed; remembered if somebody waits for it. */
    public void signal(long hash) {
        if (!isAwaited(hash)) {
            return;
        }
        for (int i = 0; i < readyCount; i++) {
            if (ready[i] == hash) {
                return;
            }
        }
        if (readyCount == ready.length) {
            ready = Arrays.copyOf(ready, readyCount * 2);
        }
        ready[readyCount++] = hash;
    }

    /** Keys of a database came from elsewhere at once (SWAPDB): everybody who waits there has a look; -1 for all. */
    public void signalDatabase(int database) {
        for (int slot = 0; slot < queues.slots(); slot++) {
            KeyLink head = queues.headAt(slot);
            if (head != null && (database < 0 || head.database == database)) {
                signal(head.hash);
            }
        }
    }

    public boolean hasReady() {
        return readyCount > 0;
    }

    /** Serves who waits for the ready keys; what they do may make further keys ready, which are served too. */
    public void serve(Rerun runner) {
        for (int i = 0; i < readyCount; i++) {
            serveKey(ready[i], runner);
        }
        readyCount = 0;
    }

    /** Down the queue until nothing is left for a type: who came first is served first. */
    private void serveKey(long hash, Rerun runner) {
        int doneTypes = 0;
        KeyLink link = queues.first(hash);
        while (link != null) {
            KeyLink after = link.next;
            int typeBit = 1 << (link.type == null ? 0 : link.type.ordinal());
            if ((doneTypes & typeBit) == 0) {
                Client client = link.client;
                if (runner.rerun(client)) {
                    // Its links are gone, and others' may be: begin again at the head, where only clients not served are left.
                    after = queues.first(hash);
                } else if (link.type != ValueType.STREAM) {
                    // Readers of a stream take nothing from each other: each has a look.
                    doneTypes |= typeBit;
                }
            }
            link = after;
        }
    }

    /** Releases those whose time is over. */
    public void expire(long nowMillis, Rerun runner) {
        for (Client client = timers.takeDue(nowMillis); client != null; client = timers.takeDue(nowMillis)) {
            runner.release(client, null);
        }
    }
}

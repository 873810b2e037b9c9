// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.server.Server;
import dev.cofferdam.server.client.Blocking;
import java.util.ArrayDeque;

/**
 * Clients that execute nothing for now, each in the queue of what it waits for, and those that may go on in the next turn.
 *
 * <p>Owns the queues. Event loop only. What always holds: a client that is not {@link Connection#RUNNING} is not read from, but to notice that it left;
 * those that wait for memory are served in the order they came.
 */
final class Parking {
    private final EventLoop loop;
    private final Server server;
    private final CommandReader reader;
    private final Blocking.Rerun rerun;
    private final ArrayDeque<Connection> toResume = new ArrayDeque<>();
    private final ArrayDeque<Connection> paused = new ArrayDeque<>();
    private final ArrayDeque<Connection> waitingForLane = new ArrayDeque<>();
    private final ArrayDeque<Connection> waitingForMemory = new ArrayDeque<>();

    Parking(EventLoop loop, Server server, CommandReader reader, Blocking.Rerun rerun) {
        this.loop = loop;
        this.server = server;
        this.reader = reader;
        this.rerun = rerun;
    }

    /** True when somebody may go on: the loop then does not sleep. */
    boolean hasToResume() {
        return !toResume.isEmpty();
    }

    boolean anyWaitsForMemory() {
        return !waitingForMemory.isEmpty();
    }

    void resumeAll() {
        // Those that are queued while these run wait for the next turn, so that one client cannot keep the loop.
        for (int i = toResume.size(); i > 0; i--) {
            Connection client = toResume.poll();
            if (client == null) {
                return;
            }
            client.resuming = false;
            if (!client.closed && client.state == Connection.RUNNING) {
                reader.resume(client);
            }
        }
    }

    /** The client may execute again; it does so in the next turn. */
    void resumeLater(Connection client) {
        client.state = Connection.RUNNING;
        if (!client.resuming) {
            client.resuming = true;
            toResume.add(client);
        }
        loop.updateInterest(client);
    }

    /** The client executes nothing until what it waits for is there. */
    void park(Connection client, int state) {
        client.state = state;
        switch (state) {
            case Connection.PAUSED -> paused.add(client);
            case Connection.WAITS_FOR_LANE -> waitingForLane.add(client);
            case Connection.WAITS_FOR_MEMORY -> {
                server.statistics().uploadWaits++;
                waitingForMemory.add(client);
            }
            default -> {
            }
        }
        loop.updateInterest(client);
    }

    private void resumeParked(ArrayDeque<Connection> queue) {
        for (int i = queue.size(); i > 0; i--) {
            Connection client = queue.poll();
            if (client != null && !client.closed && client.state != Connection.RUNNING) {
                resumeLater(client);
            }
        }
        // Keys that became ready while their waiters could not run.
        server.blocking().signalDatabase(-1);
        server.blocking().serve(rerun);
    }

    int pausedClients() {
        int count = 0;
        for (Connection client : paused) {
            count += !client.closed && client.state == Connection.PAUSED ? 1 : 0;
        }
        return count;
    }

    /** CLIENT PAUSE is over. */
    void resumePaused() {
        if (!paused.isEmpty()) {
            resumeParked(paused);
        }
    }

    /** A lane gave its compartments back. */
    void resumeWaitingForLane() {
        resumeParked(waitingForLane);
    }

    /** Those that wait for memory try again, first come first served. */
    void retryMemory() {
        Connection next = waitingForMemory.peek();
        while (next != null) {
            if (!next.closed && next.state == Connection.WAITS_FOR_MEMORY) {
                if (!reader.inputs().grow(next)) {
                    return;
                }
                next.progressMillis = server.nowMillis();
                resumeLater(next);
            }
            waitingForMemory.poll();
            next = waitingForMemory.peek();
        }
    }

    private static boolean holdsInput(Connection client) {
        return client.inputCapacity > InputBuffers.DIRECT_BYTES && client.state != Connection.IN_LANE;
    }

    private static boolean holdsOutput(Connection client) {
        return client.outputHeldBytes() > InputBuffers.DIRECT_BYTES && !client.isNoEvict();
    }

    /** Of the uploads and unread replies that hold memory others wait for, cuts the client that has stalled longest, if it did so for too long. */
    void cutStalled(long now) {
        Connection worst = null;
        for (Connection client = loop.clients().first(); client != null; client = client.nextClient) {
            if ((holdsInput(client) || holdsOutput(client)) && now - client.progressMillis > server.settings().uploadStallMillis()
                    && (worst == null || client.progressMillis < worst.progressMillis)) {
                worst = client;
            }
        }
        if (worst == null) {
            return;
        }
        if (!holdsInput(worst)) {
            loop.unsent().cutForStalling(worst, now - worst.progressMillis);
            return;
        }
        server.statistics().clientsCutForInput++;
        server.events().log("client-cut reason=upload-stalled id=" + worst.id() + " addr=" + worst.peer() + " name=\"" + worst.name()
                + "\" received_bytes=" + worst.inputUsed + " announced_bytes=" + worst.neededBytes + " stalled_ms="
                + (now - worst.progressMillis)
                + "; " + waitingForMemory.size() + " others wait for its memory");
        loop.close(worst, "upload-stalled");
    }
}

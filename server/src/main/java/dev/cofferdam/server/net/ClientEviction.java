// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.server.Server;
import org.jspecify.annotations.Nullable;

/**
 * maxmemory-clients: when all clients together hold more, those that hold most are disconnected, until the others fit.
 *
 * <p>Owns nothing but the time it last looked. Event loop, between commands. What counts for a client is what CLIENT LIST calls its tot-mem; values that it
 * is sent from where they lie count too, since they become its own when they are deleted. The budget of connections holds beside it and whatever stands here.
 */
final class ClientEviction {
    /** Up to so many clients are added up before each is read and after every turn, more every so many milliseconds: ten thousand take some 0.1 ms. */
    private static final int FEW_CLIENTS = 64;
    private static final long LOOK_MILLIS = 10;

    private final EventLoop loop;
    private final Server server;
    private long lookedMillis;
    private long lookedFor;

    ClientEviction(EventLoop loop, Server server) {
        this.loop = loop;
        this.server = server;
    }

    void keep() {
        long most = server.settings().clientsMaxBytes();
        if (most == 0) {
            return;
        }
        long now = server.nowMillis();
        if (loop.clients().count() > FEW_CLIENTS && most == lookedFor && now - lookedMillis < LOOK_MILLIS && now >= lookedMillis) {
            return;
        }
        lookedMillis = now;
        lookedFor = most;
        long bytes = 0;
        for (Connection client = loop.clients().first(); client != null; client = client.nextClient) {
            bytes += client.pendingClose == null && !client.isReplica() ? client.memoryBytes() : 0;
        }
        while (bytes > most) {
            Connection victim = largest();
            if (victim == null) {
                return;
            }
            bytes -= victim.memoryBytes();
            evict(victim, most);
        }
    }

    /** The client that holds most, among those that may be evicted; null when there is none. */
    private @Nullable Connection largest() {
        Connection largest = null;
        long most = 0;
        for (Connection client = loop.clients().first(); client != null; client = client.nextClient) {
            if (!client.isNoEvict() && !client.isReplica() && client.pendingClose == null && client.memoryBytes() > most) {
                largest = client;
                most = client.memoryBytes();
            }
        }
        return largest;
    }

    private void evict(Connection client, long most) {
        server.statistics().clientsEvicted++;
        server.events().log("client-evicted id=" + client.id() + " addr=" + client.peer() + " name=\"" + client.name() + "\" cmd="
                + client.lastCommand() + " tot_mem_bytes=" + client.memoryBytes() + " maxmemory_clients_bytes=" + most
                + "; raise maxmemory-clients, or say CLIENT NO-EVICT ON for this client");
        loop.close(client, "evicted");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Arena;
import dev.cofferdam.memory.BufferPool;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.Server;

/**
 * Where bytes wait that were read and not executed yet: a buffer of a connection's own, which exists only as long as there are such bytes.
 *
 * <p>Owns nothing itself; the buffers are the connections'. Event loop only. What always holds: the buffer begins with the first byte of a command, and
 * large commands never take the last of the {@code connections} account, which is for the small ones of everybody else.
 */
final class InputBuffers {
    /** A half command that needs more than this is read straight into a buffer of its own. */
    static final int DIRECT_BYTES = 32 * 1024;
    /** Share of what connections may use that large commands leave to small buffers. */
    private static final int FLOOR_SHARE = 16;

    private final EventLoop loop;
    private final Server server;
    private final BufferPool pool;

    InputBuffers(EventLoop loop, Server server) {
        this.loop = loop;
        this.server = server;
        this.pool = loop.pool();
    }

    /** Keeps [rest, end) in the connection's own buffer. False when the connection was closed for want of memory. */
    boolean keep(Connection client, long rest, long end) {
        long length = end - rest;
        if (length == 0) {
            freeInput(client);
            return true;
        }
        if (isOverLimit(client, length)) {
            return false;
        }
        long wanted = pool.capacityFor(Math.max(length, client.neededBytes));
        boolean inPlace = client.inputCapacity > 0 && rest >= client.input && rest < client.input + client.inputCapacity;
        if (inPlace && wanted <= client.inputCapacity && wanted > client.inputCapacity / 4) {
            Mem.copy(rest, client.input, length);
            client.inputUsed = length;
            return true;
        }
        long buffer = take(wanted);
        if (buffer == 0) {
            loop.noteTight();
        }
        if (buffer == 0 && wanted > pool.capacityFor(length)) {
            wanted = pool.capacityFor(length);
            buffer = pool.take(wanted);
            if (buffer != 0) {
                replaceInput(client, buffer, wanted, rest, length);
                loop.parking().park(client, Connection.WAITS_FOR_MEMORY);
                return false;
            }
        }
        if (buffer == 0 && inPlace) {
            Mem.copy(rest, client.input, length);
            client.inputUsed = length;
            return true;
        }
        if (buffer == 0) {
            cutForInput(client);
            return false;
        }
        replaceInput(client, buffer, wanted, rest, length);
        return true;
    }

    /** Small buffers are worth a stalled reader; large ones wait their turn. */
    private long take(long capacity) {
        if (capacity > DIRECT_BYTES) {
            return takeLarge(capacity);
        }
        long buffer = pool.take(capacity);
        while (buffer == 0 && loop.unsent().cutLargestOutput()) {
            buffer = pool.take(capacity);
        }
        return buffer;
    }

    /** Leaves enough behind for the small buffers of everybody else: uploads may fill connections, but not to the brim. */
    private long takeLarge(long capacity) {
        Account account = pool.account();
        long wanted = capacity + account.maxBytes() / FLOOR_SHARE;
        if (account.availableBytes() < wanted) {
            server.keyspace().recallFor(account, wanted); // else a cache that has borrowed all there is keeps it
        }
        return account.availableBytes() < wanted ? 0 : pool.take(capacity);
    }

    private void replaceInput(Connection client, long buffer, long capacity, long from, long length) {
        Mem.copy(from, buffer, length);
        freeInput(client);
        client.input = buffer;
        client.inputCapacity = capacity;
        client.inputUsed = length;
    }

    /** Gives the input buffer room for the whole command, doubling at least; false when there is no memory now. */
    boolean grow(Connection client) {
        if (client.neededBytes <= client.inputCapacity) {
            return true;
        }
        long wanted = pool.capacityFor(Math.max(client.neededBytes, Math.min(client.inputCapacity * 2, holdableBytes())));
        long buffer = take(wanted);
        if (buffer == 0) {
            wanted = pool.capacityFor(client.neededBytes);
            buffer = take(wanted);
        }
        if (buffer == 0) {
            loop.noteTight();
            return false;
        }
        replaceInput(client, buffer, wanted, client.input, client.inputUsed);
        return true;
    }

    /** Gives the buffer back; its bytes are executed, or the client is gone. */
    void freeInput(Connection client) {
        if (client.inputCapacity > 0) {
            pool.giveBack(client.input, client.inputCapacity);
            client.input = 0;
            client.inputCapacity = 0;
            client.inputView = null;
        }
        client.inputUsed = 0;
    }

    /** client-query-buffer-limit: cuts the client when so many bytes are more than it may have waiting. */
    boolean isOverLimit(Connection client, long bytes) {
        long limit = server.settings().queryBufferBytes();
        if (bytes <= limit) {
            return false;
        }
        server.events().log("client-cut reason=query-buffer-limit id=" + client.id() + " addr=" + client.peer() + " name=\"" + client.name()
                + "\" waiting_bytes=" + bytes + " announced_bytes=" + client.neededBytes + " limit_bytes=" + limit
                + "; raise client-query-buffer-limit, or send smaller commands");
        server.statistics().clientsCutForInput++;
        loop.close(client, "query-buffer-limit");
        return true;
    }

    /** There is no memory for what this client sent. */
    void cutForInput(Connection client) {
        server.statistics().clientsCutForInput++;
        server.events().log("client-cut reason=input-no-memory id=" + client.id() + " addr=" + client.peer() + " name=\"" + client.name()
                + "\" needed_bytes=" + client.neededBytes + " connections_used_bytes=" + server.connections().usedBytes()
                + " connections_max_bytes="
                + server.connections().maxBytes());
        loop.close(client, "input-no-memory");
    }

    /** Largest command that connections could hold with nobody else there. */
    long holdableBytes() {
        long max = server.connections().maxBytes();
        return Math.min(max - max / FLOOR_SHARE - CommandReader.BUFFERS_BYTES - Arena.FRAME_BYTES,
                Arena.RUN_MAX_BYTES);
    }
}

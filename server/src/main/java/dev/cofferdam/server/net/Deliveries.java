// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.server.Server;
import java.io.IOException;

/**
 * Messages that clients did not ask for just now: of channels, about keys, of MONITOR. Sent at the end of the turn, one write per client.
 *
 * <p>Owns the list of those who have something to be sent; the bytes lie in their {@link OutputChain}s, so they are paid by {@code connections}. Event loop
 * only; makes no garbage. What always holds: messages and replies of a client leave in the order in which they came about, and a message never lands inside of
 * a reply.
 */
final class Deliveries {
    /** Clients whose messages are kept until the end of the turn at most. */
    private static final int WAITING_MAX = 1024;
    /** A longer message is offered to the socket at once instead of being copied first. */
    private static final int DIRECT_BYTES = 8 * 1024;
    /** Unsent bytes from which on the limits are looked at with each message; below, the cron does. */
    private static final long CHECKED_BYTES = 64 * 1024;

    private final EventLoop loop;
    private final Server server;
    private final Connection[] waiting = new Connection[WAITING_MAX];
    private int count;

    Deliveries(EventLoop loop, Server server) {
        this.loop = loop;
        this.server = server;
    }

    void deliver(Connection client, long address, long length) {
        deliver(client, address, length, false);
    }

    /** As above; the client's command that is just being executed is answered first. */
    void deliverBehind(Connection client, long address, long length) {
        deliver(client, address, length, true);
    }

    private void deliver(Connection client, long address, long length, boolean behind) {
        OutputChain held = client.held;
        if (held != null && client.pendingClose == null) {
            loop.unsent().keepMessage(client, held, address, length);
            return;
        }
        if (client.closed || client.pendingClose != null || loop.commandReader().takesAfterReply(client, address, length, behind)) {
            return;
        }
        if (client.hasKeptReplies) {
            loop.sendReplies();
        }
        if (client.outputBytes() == 0) {
            client.progressMillis = server.nowMillis(); // it did not have anything to read before
        }
        if (length >= DIRECT_BYTES) {
            sendNow(client);
            if (!client.closed) {
                loop.unsent().send(client, address, Math.toIntExact(length));
            }
            return;
        }
        OutputChain chain = client.chain();
        long before = chain.bytes();
        if (!chain.append(address, length)) {
            long done = chain.bytes() - before;
            flush();
            if (!client.closed) {
                loop.unsent().keepOutput(client, address + done, length - done);
            }
            return;
        }
        if (before == 0) {
            if (count == WAITING_MAX) {
                flush();
            }
            if (client.outputBytes() > 0) {
                waiting[count++] = client;
            }
        } else if (before > CHECKED_BYTES) {
            loop.unsent().checkOutputLimits(client, server.nowMillis());
        }
    }

    /** Sends what was kept. */
    void flush() {
        int all = count;
        count = 0;
        for (int i = 0; i < all; i++) {
            sendNow(waiting[i]);
        }
    }

    private void sendNow(Connection client) {
        if (client.closed || client.outputBytes() == 0) {
            return;
        }
        try {
            loop.unsent().writable(client);
        } catch (IOException e) {
            loop.close(client, "connection-lost");
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.ServerSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Replies that sockets do not take at once: keeps them, sends them when the reader goes on, and cuts a reader that stalls.
 *
 * <p>Owns the buffer that kept bytes are sent from; the bytes themselves lie in each client's {@link OutputChain}. Event loop only. What always holds: what is
 * kept is paid by the {@code connections} account; when that has no more, the client that holds most of it is cut, with a line in the log that names it.
 */
final class UnsentReplies {
    private static final int SEND_BYTES = 64 * 1024;
    /** Unsent output at which a client's commands are left unread, as a share of what connections may use. */
    private static final int OUTPUT_PAUSE_SHARE = 32;
    private static final long OUTPUT_PAUSE_LEAST_BYTES = 256 * 1024;

    private final EventLoop loop;
    private final Server server;
    private final ServerSettings settings;
    private final long sendBuffer;
    private final ByteBuffer sendView;

    UnsentReplies(EventLoop loop, Server server) {
        this.loop = loop;
        this.server = server;
        this.settings = server.settings();
        Account account = server.connections();
        this.sendBuffer = account.takeRun(SEND_BYTES);
        if (sendBuffer == 0) {
            throw new IllegalStateException("connections: no memory for its " + SEND_BYTES + " byte send buffer; raise its budget");
        }
        this.sendView = Mem.buffer(sendBuffer, SEND_BYTES);
    }

    /** Keeps what the socket did not take. Cuts the client when that is too much. */
    void keepOutput(Connection client, long from, long length) {
        OutputChain chain = client.chain();
        long before = chain.bytes();
        while (!chain.append(from + (chain.bytes() - before), length - (chain.bytes() - before))) {
            Connection victim = largestOutput();
            if (victim == null) {
                victim = client;
            }
            cutForOutput(victim, "no-memory", server.connections().maxBytes());
            if (client.closed || client.pendingClose != null) {
                return;
            }
        }
        checkOutputLimits(client, server.nowMillis());
        loop.updateInterest(client);
    }

    /** Sends bytes that lie elsewhere: written if the socket takes them, else kept. */
    void send(Connection client, long from, int length) {
        int at = 0;
        while (at < length && client.outputBytes() == 0) {
            int part = Math.min(length - at, SEND_BYTES);
            Mem.copy(from + at, sendBuffer, part);
            sendView.position(0).limit(part);
            int sent;
            try {
                sent = client.channel.write(sendView);
            } catch (IOException e) {
                loop.close(client, "write-failed");
                return;
            }
            countSent(sent);
            at += sent;
            if (sent < part) {
                break;
            }
        }
        if (at < length) {
            keepOutput(client, from + at, length - at);
        }
    }

    /** Sends one line of ASCII. Not on the usual path: it makes garbage. */
    void sendLine(Connection client, String line) {
        byte[] bytes = (line + "\r\n").getBytes(StandardCharsets.US_ASCII);
        Mem.copyFrom(bytes, 0, sendBuffer, bytes.length);
        send(client, sendBuffer, bytes.length);
    }

    /** A lane's reply was larger than connections could hold. */
    void cutForLaneReply(Connection client, long bytes) {
        server.events().log("client-cut reason=reply-too-large id=" + client.id() + " addr=" + client.peer() + " name=\"" + client.name()
                + "\" reply_bytes_at_least=" + bytes + " connections_max_bytes=" + server.connections().maxBytes());
        server.statistics().clientsCutForOutput++;
        loop.close(client, "reply-too-large");
    }

    /** Cuts the client if it is over a limit of client-output-buffer-limit. */
    void checkOutputLimits(Connection client, long now) {
        long bytes = client.outputBytes();
        if (settings.outputHardBytes() > 0 && bytes > settings.outputHardBytes()) {
            cutForOutput(client, "hard-limit", settings.outputHardBytes());
        } else if (settings.outputSoftBytes() > 0 && bytes > settings.outputSoftBytes()) {
            if (client.softLimitSinceMillis == 0) {
                client.softLimitSinceMillis = now;
            } else if (now - client.softLimitSinceMillis >= settings.outputSoftSeconds() * 1000) {
                cutForOutput(client, "soft-limit", settings.outputSoftBytes());
            }
        } else {
            client.softLimitSinceMillis = 0;
        }
    }

    private void cutForOutput(Connection client, String rule, long limit) {
        if (client.closed || client.pendingClose != null) {
            return;
        }
        server.statistics().clientsCutForOutput++;
        server.events()
            .log("client-cut reason=output-" + rule + " id=" + client.id() + " addr=" + client.peer() + " name=\"" + client.name()
                    + "\" output_bytes=" + client.outputBytes() + " limit_bytes=" + limit + "; it did not read its replies");
        loop.close(client, "output-" + rule);
    }

    /** The client with the most unsent output, among those that may be cut; null when there is none. */
    private @Nullable Connection largestOutput() {
        Connection largest = null;
        for (Connection client = loop.clients().first(); client != null; client = client.nextClient) {
            if (!client.isNoEvict() && client.pendingClose == null
                    && client.outputBytes() > (largest == null ? 0 : largest.outputBytes())) {
                largest = client;
            }
        }
        return largest;
    }

    /** Cuts the client with the largest stalled output, so that others get memory; false when there is none. */
    boolean cutLargestOutput() {
        Connection victim = largestOutput();
        if (victim == null) {
            return false;
        }
        cutForOutput(victim, "no-memory", server.connections().maxBytes());
        return true;
    }

    /** The socket takes bytes again: sends what was kept. */
    void writable(Connection client) throws IOException {
        OutputChain chain = client.output;
        while (chain != null && !chain.isEmpty()) {
            int bytes = chain.peek(sendBuffer, SEND_BYTES);
            sendView.position(0).limit(bytes);
            int sent = client.channel.write(sendView);
            countSent(sent);
            chain.skip(sent);
            client.progressMillis = server.nowMillis();
            if (sent < bytes) {
                break;
            }
        }
        if (client.outputBytes() == 0) {
            client.output = null;
            client.softLimitSinceMillis = 0;
            if (client.closesAfterReply()) {
                loop.close(client, "closed-after-reply");
                return;
            }
        }
        if (client.state == Connection.SLOW_READER && client.outputBytes() <= outputPauseBytes() / 2) {
            loop.parking().resumeLater(client);
        }
        loop.updateInterest(client);
    }

    /** Unsent output from which on a client's commands are left unread. */
    long outputPauseBytes() {
        long set = settings.outputPauseBytes();
        return set > 0 ? set : Math.max(OUTPUT_PAUSE_LEAST_BYTES, server.connections().maxBytes() / OUTPUT_PAUSE_SHARE);
    }

    void countSent(long bytes) {
        server.statistics().outputBytes += bytes;
    }
}

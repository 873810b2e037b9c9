// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.ServerSettings;
import dev.cofferdam.server.config.OutputLimits;
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
    /** Sent to one client at a time, before it is the others' turn: about 30 us on loopback, where the kernel does the receiving in the same call. */
    private static final int TURN_BYTES = 1 << 16;
    /** A part of a reply this long is sent from where it lies; shorter ones are gathered. */
    private static final int DIRECT_BYTES = 16 * 1024;
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
            if (!cutFor(client)) {
                return;
            }
        }
        checkOutputLimits(client, server.nowMillis());
        loop.updateInterest(client);
    }

    /** Keeps a message that has to wait for the end of a reply. Cuts the client when there is no memory for it. */
    void keepMessage(Connection client, OutputChain messages, long address, long length) {
        long before = messages.bytes();
        while (!messages.append(address + (messages.bytes() - before), length - (messages.bytes() - before))) {
            if (!cutFor(client)) {
                return;
            }
        }
    }

    /** There is no memory for what this client shall keep: cuts whoever holds most; false when that is the client itself. */
    boolean cutFor(Connection client) {
        Connection victim = largestOutput();
        cutForOutput(victim == null ? client : victim, "no-memory", server.connections().maxBytes());
        return !client.closed && client.pendingClose == null;
    }

    /** Sends bytes of a large stored value from where they lie: what the socket does not take is pinned, not copied. */
    void sendStored(Connection client, long address, long length) {
        if (!allows(client, length)) {
            return;
        }
        long sent = 0;
        boolean held = isLimited(client);
        while (!held && sent < Math.min(length, TURN_BYTES) && client.outputBytes() == 0) {
            int part = (int) Math.min(length - sent, OutputChain.PIECE_BYTES);
            int taken;
            try {
                taken = client.write(Mem.buffer(address + sent, part));
            } catch (IOException e) {
                loop.close(client, "write-failed");
                return;
            }
            countSent(taken);
            sent += taken;
            if (taken < part) {
                break;
            }
        }
        long rest = length - sent;
        if (rest > 0 && rest < PinnedReplies.LEAST_BYTES) {
            keepOutput(client, address + sent, rest);
        } else if (rest > 0) {
            keepStored(client, address + sent, rest);
        }
    }

    private void keepStored(Connection client, long address, long length) {
        OutputChain chain = client.chain();
        while (!chain.appendPinned(address, length)) {
            if (!cutFor(client)) {
                return;
            }
        }
        checkOutputLimits(client, server.nowMillis());
        loop.updateInterest(client);
    }

    /**
     * A value that replies refer to leaves its compartment, and connections has no room for it: cuts the client that holds more than the value, or, when
     * there is none, one that reads it. False when there is none of either.
     */
    boolean cutFor(int pin, long bytes) {
        Connection victim = largestOutput();
        if (victim != null && victim.outputHeldBytes() > bytes) {
            cutForOutput(victim, "no-memory", server.connections().maxBytes());
            return true;
        }
        for (Connection client = loop.clients().first(); client != null; client = client.nextClient) {
            OutputChain chain = client.output;
            if (chain != null && chain.refersTo(pin)) {
                cutForOutput(client, "value-gone", server.connections().maxBytes());
                return true;
            }
        }
        return false;
    }

    /** Sends bytes that lie elsewhere: written if the socket takes them, else kept. */
    void send(Connection client, long from, int length) {
        loop.sendReplies(); // the client's own earlier ones come first
        int at = 0;
        while (at < length && client.outputBytes() == 0) {
            int part = Math.min(length - at, SEND_BYTES);
            Mem.copy(from + at, sendBuffer, part);
            sendView.position(0).limit(part);
            int sent;
            try {
                sent = client.write(sendView);
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
    void cutForLaneReply(Connection client, String what, long bytes) {
        server.events().log("client-cut reason=reply-too-large id=" + client.id() + " addr=" + client.peer() + " name=\"" + client.name()
                + "\" " + what + " reply_bytes=" + bytes + " connections_used_bytes=" + server.connections().usedBytes()
                + " connections_max_bytes=" + server.connections().maxBytes()
                + "; ask for parts (SCAN, HSCAN, a range, LIMIT), or raise the max of 'connections'");
        server.statistics().clientsCutForOutput++;
        loop.close(client, "reply-too-large");
    }

    /** Cuts the client if it is over a limit of client-output-buffer-limit. */
    void checkOutputLimits(Connection client, long now) {
        checkOutputLimit(client, now, limit(client));
    }

    private OutputLimits.Limit limit(Connection client) {
        OutputLimits limits = settings.outputLimits();
        return client.isMonitor() || client.isReplica() ? limits.replica() : client.isSubscribed() ? limits.pubsub() : limits.normal();
    }

    /** True when the client's replies have a hard limit: they are then held back until their batch is complete, so that one that is too long is not begun. */
    boolean isLimited(Connection client) {
        return mostBytes(client) > 0;
    }

    /** The client's hard limit; 0 for none. */
    long mostBytes(Connection client) {
        return limit(client).hardBytes();
    }

    /** Cuts the client when so many bytes more, sent or not, are over its hard limit; false then. */
    boolean allows(Connection client, long bytes) {
        long most = mostBytes(client);
        if (most == 0 || client.outputBytes() + bytes <= most) {
            return true;
        }
        cutForOutput(client, "hard-limit", most);
        return false;
    }

    private void checkOutputLimit(Connection client, long now, OutputLimits.Limit limit) {
        long bytes = client.outputBytes();
        if (limit.hardBytes() > 0 && bytes > limit.hardBytes()) {
            cutForOutput(client, "hard-limit", limit.hardBytes());
        } else if (limit.softBytes() > 0 && bytes > limit.softBytes()) {
            if (client.softLimitSinceMillis == 0) {
                client.softLimitSinceMillis = now;
            } else if (now - client.softLimitSinceMillis >= limit.softSeconds() * 1000) {
                cutForOutput(client, "soft-limit", limit.softBytes());
            }
        } else {
            client.softLimitSinceMillis = 0;
        }
    }

    /** Cuts a client that has not read for so long while others wait for the memory of its replies. */
    void cutForStalling(Connection client, long stalledMillis) {
        server.events().log("output-stalled id=" + client.id() + " stalled_ms=" + stalledMillis + "; others wait for its memory");
        cutForOutput(client, "stalled", server.connections().maxBytes());
    }

    private void cutForOutput(Connection client, String rule, long limit) {
        if (client.closed || client.pendingClose != null) {
            return;
        }
        server.statistics().clientsCutForOutput++;
        String why = rule.equals("value-gone")
                ? "; the value it read was deleted or overwritten, and connections has no room to keep it for this client"
                : rule.equals("hard-limit")
                        ? "; raise client-output-buffer-limit, or ask for parts"
                        : "; it did not read its replies. Read faster, ask for parts, or raise the max of 'connections'";
        server.events()
            .log("client-cut reason=output-" + rule + " id=" + client.id() + " addr=" + client.peer() + " name=\"" + client.name()
                    + "\" cmd=" + client.lastCommand() + " output_bytes=" + client.outputBytes() + " held_bytes=" + client.outputHeldBytes()
                    + " limit_bytes=" + limit + why);
        OutputChain chain = client.output;
        if (chain != null) {
            // At once, also when it is in the middle of a command: somebody needs the memory.
            chain.clear();
        }
        loop.close(client, "output-" + rule);
    }

    /** The client whose unsent output costs connections most, among those that may be cut; null when there is none. */
    private @Nullable Connection largestOutput() {
        Connection largest = null;
        long most = 0;
        for (Connection client = loop.clients().first(); client != null; client = client.nextClient) {
            if (!client.isNoEvict() && client.pendingClose == null && client.outputHeldBytes() > most) {
                largest = client;
                most = client.outputHeldBytes();
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

    /** Output was added that nobody tried to send yet. */
    void begin(Connection client) {
        try {
            writable(client);
        } catch (IOException e) {
            loop.close(client, "write-failed");
            return;
        }
        if (client.outputBytes() > 0) {
            checkOutputLimits(client, server.nowMillis());
        }
    }

    /** The socket takes bytes again: sends what was kept. */
    void writable(Connection client) throws IOException {
        TlsLink link = client.tls;
        if (link != null && !link.flush()) {
            loop.updateInterest(client);
            return;
        }
        OutputChain chain = client.output;
        if (client.longReply != null || chain != null && loop.longReplies().take(client, chain)) {
            loop.updateInterest(client);
            return;
        }
        // A reader that is as fast as we are must not keep the loop from the others.
        for (long turn = 0; chain != null && !chain.isEmpty() && turn < TURN_BYTES;) {
            int bytes = chain.pinnedBytes();
            int sent;
            int together = bytes > 0 ? 0 : Math.min(chain.headBytes(), OutputChain.PIECE_BYTES);
            if (together >= DIRECT_BYTES) {
                bytes = together;
                sent = client.write(Mem.buffer(chain.headAddress(), bytes));
            } else if (bytes > 0) {
                sent = client.write(Mem.buffer(chain.pinnedAddress(), bytes));
            } else {
                bytes = chain.peek(sendBuffer, SEND_BYTES);
                sendView.position(0).limit(bytes);
                sent = client.write(sendView);
            }
            countSent(sent);
            chain.skip(sent);
            turn += sent;
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

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.client.Client;
import dev.cofferdam.server.client.CommandQueue;
import dev.cofferdam.server.replication.ReplicaLink;
import dev.cofferdam.server.tls.TlsContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A client with its socket and buffers.
 *
 * <p>Owns its input buffer, its chain of unsent replies and its transaction's queue; all three exist only while there is something in them. Event
 * loop only, except that the lane that runs its command reads the input buffer meanwhile.
 */
final class Connection extends Client {
    /** Commands are executed as they come. */
    static final int RUNNING = 0;
    /** Waits for a key; its command is at the front of the input. */
    static final int WAITS_FOR_KEY = 1;
    /** Its command runs in a lane. */
    static final int IN_LANE = 2;
    /** A compartment of its command is with a lane. */
    static final int WAITS_FOR_LANE = 3;
    /** CLIENT PAUSE. */
    static final int PAUSED = 4;
    /** Reads its replies too slowly: nothing more is executed until it does. */
    static final int SLOW_READER = 5;
    /** Its command is larger than what connections can have right now. */
    static final int WAITS_FOR_MEMORY = 6;

    /** Longest "$" line of an argument. */
    private static final int HEAD_MAX_BYTES = 32;

    private final EventLoop loop;
    final SocketChannel channel;
    /** Null where the socket's bytes are the client's own. */
    final @Nullable TlsLink tls;
    @Nullable SelectionKey key;
    int state = RUNNING;
    boolean closed;
    /** A command of it is being executed, so its buffers must stay. */
    boolean inUse;
    /** Reason to close as soon as nothing uses its buffers; null when it shall not. */
    @Nullable String pendingClose;

    long input;
    long inputCapacity;
    long inputUsed;
    /** Over the input buffer, while a large command is read straight into it. */
    @Nullable ByteBuffer inputView;
    /** The half command at the front of the input: see RespParser.advance. */
    long scannedBytes;
    long remainingArguments;
    long neededBytes;
    /** A command too large for us, being thrown away: bytes of the current argument and arguments still to come. */
    long discardBytes;
    long discardArguments;

    @Nullable OutputChain output;
    @Nullable QueuedCommands queue;
    /** Messages that wait for the end of a reply of which a part is sent, while the rest is made in a lane; else null. */
    @Nullable OutputChain held;
    /** The beginning of its unsent output, while another thread sends it. */
    @Nullable LongReply longReply;
    /** Since when its output is above the soft limit; 0 when it is not. */
    long softLimitSinceMillis;
    /** When it last gave or took bytes. */
    long progressMillis;

    @Nullable Connection nextClient;
    @Nullable Connection previousClient;
    /** Replies of it are kept until the end of the turn. */
    boolean hasKeptReplies;
    /** Already in the loop's list of connections to resume. */
    boolean resuming;

    /** @param context what TLS is spoken with; null for none */
    Connection(long id, long nowMillis, EventLoop loop, SocketChannel channel, @Nullable TlsContext context) {
        super(id, nowMillis);
        this.loop = loop;
        this.channel = channel;
        this.tls = context == null ? null : new TlsLink(this, loop.tls(), context);
    }

    /** As a channel's. */
    int read(ByteBuffer to) throws IOException {
        TlsLink link = tls;
        return link == null ? channel.read(to) : link.read(to);
    }

    /** As a channel's. */
    int write(ByteBuffer from) throws IOException {
        TlsLink link = tls;
        return link == null ? channel.write(from) : link.write(from);
    }

    OutputChain chain() {
        OutputChain chain = output;
        if (chain == null) {
            chain = new OutputChain(loop.pool(), loop.pins());
            output = chain;
        }
        return chain;
    }

    @Override
    public ReplicaLink replicaLink() {
        return new ReplicaConnection(loop, this);
    }

    /** True while a discarded command's bytes still come in. */
    boolean isDiscarding() {
        return discardArguments > 0 || discardBytes > 0;
    }

    @Override
    public void deliver(long address, long length) {
        loop.deliveries().deliver(this, address, length);
    }

    @Override
    public void deliverBehind(long address, long length) {
        loop.deliveries().deliverBehind(this, address, length);
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close(String reason) {
        loop.close(this, reason);
    }

    @Override
    public String peer() {
        try {
            return text(channel.getRemoteAddress());
        } catch (IOException e) {
            return "?:0";
        }
    }

    @Override
    public String local() {
        try {
            return text(channel.getLocalAddress());
        } catch (IOException e) {
            return "?:0";
        }
    }

    /** A Unix socket's clients have no name of their own: both ends are called by the socket, as Redis does. */
    private String text(@Nullable SocketAddress end) throws IOException {
        if (end instanceof UnixDomainSocketAddress) {
            return loop.unixSocket() + ":0";
        }
        if (!(end instanceof InetSocketAddress address)) {
            return "?:0";
        }
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** The platform does not tell; the id is as unique. */
    @Override
    public int descriptor() {
        return (int) id();
    }

    @Override
    public long inputBytes() {
        return inputUsed - argumentBytes();
    }

    @Override
    public long argumentBytes() {
        if (neededBytes == 0 || remainingArguments == 0 || isDiscarding()) {
            return 0;
        }
        long at = Math.min(scannedBytes, inputUsed);
        long end = Math.min(at + HEAD_MAX_BYTES, inputUsed);
        for (long head = at; head < end; head++) {
            if (Mem.getByte(input + head) == '\n') {
                return head + 1;
            }
        }
        return at;
    }

    @Override
    public long inputBufferBytes() {
        return inputCapacity;
    }

    @Override
    public long outputBytes() {
        OutputChain chain = output;
        TlsLink link = tls;
        LongReply reply = longReply;
        return (chain == null ? 0 : chain.bytes()) + (link == null ? 0 : link.unsentBytes()) + (reply == null ? 0 : reply.unsentBytes());
    }

    /** Bytes that connections pays for its unsent replies. */
    long outputHeldBytes() {
        OutputChain chain = output;
        TlsLink link = tls;
        OutputChain waiting = held;
        LongReply reply = longReply;
        return (chain == null ? 0 : chain.heldBytes()) + (waiting == null ? 0 : waiting.heldBytes())
                + (link == null ? 0 : link.unsentCapacityBytes()) + (reply == null ? 0 : reply.heldBytes());
    }

    @Override
    public long queueBytes() {
        QueuedCommands queued = queue;
        return queued == null ? 0 : queued.capacityBytes();
    }

    @Override
    public CommandQueue commandQueue() {
        QueuedCommands queued = queue;
        if (queued == null) {
            queued = new QueuedCommands(loop.pool());
            queue = queued;
        }
        return queued;
    }

    @Override
    public void dropCommandQueue() {
        QueuedCommands queued = queue;
        if (queued != null) {
            queued.drop();
            queue = null;
        }
    }

    @Override
    public int queuedCommands() {
        QueuedCommands queued = queue;
        return !inMulti() ? -1 : queued == null ? 0 : queued.commands();
    }
}

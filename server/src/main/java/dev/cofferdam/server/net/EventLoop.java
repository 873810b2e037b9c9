// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.ServerSettings;
import dev.cofferdam.server.client.Blocking;
import dev.cofferdam.server.client.Client;
import dev.cofferdam.server.client.Clients;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that accepts, reads, executes and writes.
 *
 * <p>Owns the selector, the sockets, the connections and their buffers. It calls others for all work: {@link CommandReader} executes what was read,
 * {@link LaneRunner} takes long commands elsewhere, the keyspace does its housekeeping in slices between. Other threads reach it only through
 * {@link #submit}. What always holds: a connection's buffers are paid by the {@code connections} account, and a client that does not read costs
 * nobody else's memory: it is first not read from, then cut.
 */
public final class EventLoop implements Runnable, Clients {
    private static final int SEND_BYTES = 64 * 1024;
    private static final long CRON_MILLIS = 100;
    /** Unsent output at which a client's commands are left unread, as a share of what connections may use. */
    private static final int OUTPUT_PAUSE_SHARE = 32;
    private static final long OUTPUT_PAUSE_LEAST_BYTES = 256 * 1024;
    /** Connections accepted per turn, so that a storm of them does not starve those that are there. */
    private static final int ACCEPTS_PER_TURN = 256;
    /** Under this share of free connection memory, reads are kept small, because what is read must be kept. */
    private static final int TIGHT_SHARE = 4;

    private final Server server;
    private final ServerSettings settings;
    private final BufferPool pool;
    private final Selector selector;
    private final List<ServerSocketChannel> listeners = new ArrayList<>();
    private final CommandReader reader;
    private final LaneRunner lanes;
    private final long sendBuffer;
    private final ByteBuffer sendView;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<Connection> toResume = new ArrayDeque<>();
    private final ArrayDeque<Connection> paused = new ArrayDeque<>();
    private final ArrayDeque<Connection> waitingForLane = new ArrayDeque<>();
    private final ArrayDeque<Connection> waitingForMemory = new ArrayDeque<>();
    private final Consumer<SelectionKey> onReady = this::ready;
    private final Blocking.Rerun rerun;

    private @Nullable Connection first;
    private @Nullable Connection last;
    private int clients;
    private long lastId;
    private long nextCronMillis;
    private volatile boolean stopping;
    private boolean tight;

    public EventLoop(Server server) throws IOException {
        this.server = server;
        this.settings = server.settings();
        Account account = server.connections();
        this.pool = new BufferPool(account);
        this.selector = Selector.open();
        this.sendBuffer = account.takeRun(SEND_BYTES);
        if (sendBuffer == 0) {
            throw new IllegalStateException("connections: no memory for its " + SEND_BYTES + " byte send buffer; raise its budget");
        }
        this.sendView = Mem.buffer(sendBuffer, SEND_BYTES);
        this.reader = new CommandReader(this, server, nobody());
        this.rerun = reader;
        this.lanes = new LaneRunner(this, server);
    }

    /** A placeholder where a client must be, before the first one. */
    private Connection nobody() throws IOException {
        SocketChannel unconnected = SocketChannel.open();
        unconnected.close();
        return new Connection(0, 0, this, unconnected);
    }

    // ---------------------------------------------------------------- listening

    /** Opens the listening sockets; answers the port, which the system chose when 0 was asked for. */
    public int listen(List<String> addresses, int port) throws IOException {
        int bound = port;
        for (String address : addresses) {
            // A leading minus: not being able to bind here is no error.
            boolean optional = address.startsWith("-");
            String host = optional ? address.substring(1) : address;
            InetAddress inet = host.equals("*")
                    ? InetAddress.getByName("0.0.0.0")
                    : InetAddress.getByName(host.equals("::*") ? "::" : host);
            ServerSocketChannel listener = ServerSocketChannel.open();
            try {
                listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                listener.bind(new InetSocketAddress(inet, bound), settings.tcpBacklog());
                listener.configureBlocking(false);
                listener.register(selector, SelectionKey.OP_ACCEPT);
                listeners.add(listener);
                bound = ((InetSocketAddress) listener.getLocalAddress()).getPort();
            } catch (IOException e) {
                listener.close();
                if (!optional) {
                    throw new IOException("cannot listen on " + host + " port " + bound + ": " + e.getMessage(), e);
                }
            }
        }
        if (listeners.isEmpty()) {
            throw new IOException("cannot listen on any of " + addresses + " port " + port);
        }
        return bound;
    }

    private void accept(SelectionKey key) {
        ServerSocketChannel listener = (ServerSocketChannel) key.channel();
        for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
            SocketChannel channel = null;
            try {
                channel = listener.accept();
                if (channel == null) {
                    return;
                }
                accepted(channel);
            } catch (IOException e) {
                closeQuietly(channel);
                server.statistics().connectionsRejected++;
                server.events().log("accept-failed error=\"" + e.getMessage() + "\" clients=" + clients);
                return;
            }
        }
    }

    private void accepted(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        String refusal = refusal(channel);
        if (refusal != null) {
            server.statistics().connectionsRejected++;
            channel.write(ByteBuffer.wrap(("-" + refusal + "\r\n").getBytes(StandardCharsets.US_ASCII)));
            channel.close();
            return;
        }
        Connection client = new Connection(++lastId, server.nowMillis(), this, channel);
        client.setAuthenticated(settings.password().isEmpty());
        client.key = channel.register(selector, SelectionKey.OP_READ, client);
        client.progressMillis = server.nowMillis();
        link(client);
        server.statistics().connectionsReceived++;
    }

    private @Nullable String refusal(SocketChannel channel) throws IOException {
        if (clients >= settings.maxClients()) {
            return "ERR max number of clients reached";
        }
        if (settings.protectedMode() && settings.password().isEmpty() && channel.getRemoteAddress() instanceof InetSocketAddress peer
                && !peer.getAddress().isLoopbackAddress()) {
            return "DENIED protected mode is on and no password is set, so only connections from this machine are accepted. Set requirepass, or"
                    + " protected-mode no if nobody else can reach this port.";
        }
        return null;
    }

    // ---------------------------------------------------------------- the loop

    @Override
    public void run() {
        server.events().log("event-loop started clients_max=" + settings.maxClients());
        while (!stopping) {
            try {
                turn();
            } catch (IOException | RuntimeException | AssertionError | OutOfMemoryError e) {
                server.events().log("event-loop-error error=\"" + e + "\"");
            }
        }
        closeAll();
    }

    private void turn() throws IOException {
        long timeout = timeoutMillis();
        if (timeout == 0) {
            selector.selectNow(onReady);
        } else {
            selector.select(onReady, timeout);
        }
        server.keyspace().tick();
        runTasks();
        long now = server.nowMillis();
        if (server.blocking().nextDeadlineMillis() <= now) {
            server.blocking().expire(now, rerun);
        }
        if (now >= nextCronMillis || now < nextCronMillis - CRON_MILLIS) {
            nextCronMillis = now + CRON_MILLIS;
            cron(now);
        }
        if (!waitingForMemory.isEmpty()) {
            retryMemory();
        }
        resumeAll();
        server.housekeeping();
    }

    private long timeoutMillis() {
        if (!toResume.isEmpty() || server.hasHousekeeping()) {
            return 0;
        }
        long now = server.clock().wallMillis();
        long next = Math.min(nextCronMillis, server.blocking().nextDeadlineMillis());
        return Math.clamp(next - now, 1, CRON_MILLIS);
    }

    private void ready(SelectionKey key) {
        server.keyspace().tick(); // called from within select: the turn's own time is that of before the wait
        Object attachment = key.attachment();
        if (attachment == null) {
            accept(key);
            return;
        }
        Connection client = (Connection) attachment;
        try {
            if (key.isValid() && key.isWritable()) {
                writable(client);
            }
            if (key.isValid() && key.isReadable() && !client.closed) {
                reader.readable(client);
            }
        } catch (IOException e) {
            close(client, "connection-lost");
        } catch (RuntimeException | AssertionError | OutOfMemoryError e) {
            // A mistake of ours, or no room on the heap: this client pays, not the server.
            server.events().log("client-failed id=" + client.id() + " error=\"" + e + "\"");
            client.inUse = false;
            close(client, "internal-error");
        }
    }

    private void runTasks() {
        Runnable task = tasks.poll();
        while (task != null) {
            task.run();
            task = tasks.poll();
        }
    }

    /** Runs something on the loop's thread; any thread may call. */
    public void submit(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    private void resumeAll() {
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
        updateInterest(client);
    }

    // ---------------------------------------------------------------- parking

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
        updateInterest(client);
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

    /** A lane gave its compartments back. */
    void laneDone() {
        lanes.goOnTouring();
        resumeParked(waitingForLane);
    }

    LaneRunner lanes() {
        return lanes;
    }

    private void retryMemory() {
        Connection next = waitingForMemory.peek();
        while (next != null) {
            if (!next.closed && next.state == Connection.WAITS_FOR_MEMORY) {
                if (!reader.grow(next)) {
                    return;
                }
                next.progressMillis = server.nowMillis();
                resumeLater(next);
            }
            waitingForMemory.poll();
            next = waitingForMemory.peek();
        }
    }

    void updateInterest(Connection client) {
        SelectionKey key = client.key;
        if (client.closed || key == null) {
            return;
        }
        int interest = client.outputBytes() > 0 ? SelectionKey.OP_WRITE : 0;
        boolean reads = client.state == Connection.RUNNING && !client.closesAfterReply()
                || client.state == Connection.WAITS_FOR_KEY && client.inputUsed < CommandReader.WAITING_MAX_BYTES;
        if (reads) {
            interest |= SelectionKey.OP_READ;
        }
        if (key.interestOps() != interest) {
            key.interestOps(interest);
        }
    }

    // ---------------------------------------------------------------- output

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
        updateInterest(client);
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
                close(client, "write-failed");
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
        close(client, "reply-too-large");
    }

    private void checkOutputLimits(Connection client, long now) {
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
        close(client, "output-" + rule);
    }

    /** The client with the most unsent output, among those that may be cut; null when there is none. */
    private @Nullable Connection largestOutput() {
        Connection largest = null;
        for (Connection client = first; client != null; client = client.nextClient) {
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

    private void writable(Connection client) throws IOException {
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
                close(client, "closed-after-reply");
                return;
            }
        }
        if (client.state == Connection.SLOW_READER && client.outputBytes() <= outputPauseBytes() / 2) {
            resumeLater(client);
        }
        updateInterest(client);
    }

    /** Unsent output from which on a client's commands are left unread. */
    long outputPauseBytes() {
        long set = settings.outputPauseBytes();
        return set > 0 ? set : Math.max(OUTPUT_PAUSE_LEAST_BYTES, server.connections().maxBytes() / OUTPUT_PAUSE_SHARE);
    }

    void countSent(long bytes) {
        server.statistics().outputBytes += bytes;
    }

    // ---------------------------------------------------------------- cron

    private void cron(long now) {
        tight = !waitingForMemory.isEmpty() || server.connections().availableBytes() < server.connections().maxBytes() / TIGHT_SHARE;
        if (server.isPaused() && now >= server.pausedUntilMillis()) {
            server.pause(0, false);
        }
        if (!server.isPaused() && !paused.isEmpty()) {
            resumeParked(paused);
        }
        long idleMillis = settings.idleTimeoutSeconds() * 1000;
        Connection client = first;
        while (client != null) {
            Connection next = client.nextClient;
            if (idleMillis > 0 && client.state == Connection.RUNNING && now - client.lastUseMillis() > idleMillis) {
                close(client, "idle");
            } else if (client.outputBytes() > 0) {
                checkOutputLimits(client, now);
            }
            client = next;
        }
        if (!waitingForMemory.isEmpty()) {
            cutStalledUpload(now);
        }
    }

    /** Of the uploads that hold memory others wait for, cuts the one that has stalled longest, if it did so for too long. */
    private void cutStalledUpload(long now) {
        Connection worst = null;
        for (Connection client = first; client != null; client = client.nextClient) {
            boolean holds = client.inputCapacity > CommandReader.DIRECT_BYTES && client.state != Connection.IN_LANE;
            if (holds && now - client.progressMillis > settings.uploadStallMillis()
                    && (worst == null || client.progressMillis < worst.progressMillis)) {
                worst = client;
            }
        }
        if (worst != null) {
            server.statistics().clientsCutForInput++;
            server.events().log("client-cut reason=upload-stalled id=" + worst.id() + " addr=" + worst.peer() + " name=\"" + worst.name()
                    + "\" received_bytes=" + worst.inputUsed + " announced_bytes=" + worst.neededBytes + " stalled_ms="
                    + (now - worst.progressMillis)
                    + "; " + waitingForMemory.size() + " others wait for its memory");
            close(worst, "upload-stalled");
        }
    }

    /** A buffer was refused: read less at once from now on. */
    void noteTight() {
        tight = true;
    }

    boolean isTight() {
        return tight;
    }

    // ---------------------------------------------------------------- clients

    private void link(Connection client) {
        client.previousClient = last;
        if (last == null) {
            first = client;
        } else {
            last.nextClient = client;
        }
        last = client;
        clients++;
    }

    private void unlink(Connection client) {
        Connection before = client.previousClient;
        Connection after = client.nextClient;
        if (before == null) {
            first = after;
        } else {
            before.nextClient = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previousClient = before;
        }
        clients--;
    }

    /** Closes at once, or as soon as nothing uses the client's buffers. */
    void close(Connection client, String reason) {
        if (client.closed) {
            return;
        }
        if (client.inUse || client.state == Connection.IN_LANE) {
            client.pendingClose = reason;
            return;
        }
        client.closed = true;
        server.blocking().forget(client);
        server.watches().unwatch(client);
        client.dropCommandQueue();
        reader.freeInput(client);
        OutputChain chain = client.output;
        if (chain != null) {
            chain.clear();
            client.output = null;
        }
        closeQuietly(client.channel);
        unlink(client);
    }

    private static void closeQuietly(@Nullable SocketChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // It is gone either way.
            }
        }
    }

    @Override
    public int count() {
        return clients;
    }

    @Override
    public @Nullable Client find(long id) {
        for (Connection client = first; client != null; client = client.nextClient) {
            if (client.id() == id) {
                return client;
            }
        }
        return null;
    }

    @Override
    public void forEach(Consumer<Client> visitor) {
        Connection client = first;
        while (client != null) {
            Connection next = client.nextClient;
            visitor.accept(client);
            client = next;
        }
    }

    @Override
    public boolean unblock(Client client, @Nullable String error) {
        if (!client.isBlocked()) {
            return false;
        }
        rerun.release(client, error);
        return true;
    }

    // ---------------------------------------------------------------- end

    /** Makes {@link #run} return after its current turn; any thread. */
    public void stop() {
        stopping = true;
        selector.wakeup();
    }

    private void closeAll() {
        lanes.stop();
        runTasks();
        forEach(client -> client.close("shutdown"));
        for (ServerSocketChannel listener : listeners) {
            try {
                listener.close();
            } catch (IOException e) {
                // Nothing is left to do with it.
            }
        }
        try {
            selector.close();
        } catch (IOException e) {
            server.events().log("selector-close-failed error=\"" + e.getMessage() + "\"");
        }
        server.events().log("event-loop stopped");
    }

    CommandReader commandReader() {
        return reader;
    }

    BufferPool pool() {
        return pool;
    }

    Server server() {
        return server;
    }
}

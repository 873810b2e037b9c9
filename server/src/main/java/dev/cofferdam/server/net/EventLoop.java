// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.keyspace.EffectGroup;
import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.BufferPool;
import dev.cofferdam.memory.ThreadScheduling;
import dev.cofferdam.server.LoopTurns;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.ServerSettings;
import dev.cofferdam.server.client.Blocking;
import dev.cofferdam.server.client.Clients;
import dev.cofferdam.server.tls.TlsContext;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that accepts, reads, executes and writes.
 *
 * <p>Owns the selector and the connections. It calls others for all work: {@link Listeners} let clients in, {@link CommandReader} executes what was read,
 * {@link UnsentReplies} deals with readers that do not keep up, {@link Parking} with clients that wait, {@link LaneRunner} takes long commands elsewhere, the
 * keyspace does its housekeeping in slices between. Other threads reach it only through {@link #submit}. What always holds: a connection's buffers are paid by the {@code connections} account, and a client that does not read costs
 * nobody else's memory: it is first not read from, then cut.
 */
public final class EventLoop implements Runnable {
    private static final long CRON_MILLIS = 100;
    private static final long TICK_NANOS = 250_000;
    /** Loans that are recalled for a lane between two looks at the clients. */
    private static final long RECALL_SLICE_BYTES = 512 * 1024;
    /** Under this share of free connection memory, reads are kept small, because what is read must be kept. */
    private static final int TIGHT_SHARE = 4;

    private final Server server;
    private final ServerSettings settings;
    private final BufferPool pool;
    private final Selector selector;
    private final Listeners listeners;
    private final UnsentReplies unsent;
    private final PinnedReplies pins;
    private final ClientEviction eviction;
    private final Deliveries deliveries;
    private final CommandReader reader;
    private final Parking parking;
    private final ClientList clients;
    private final LaneRunner lanes;
    private final LongReplies longReplies;
    private final TlsLinks tls;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Consumer<SelectionKey> onReady = this::ready;
    private final Blocking.Rerun rerun;

    private long nextCronMillis;
    private long tickedNanos;
    /** Its work comes in pieces shorter than this, so it asks for the processor at once and not for long, also where lanes and clients keep all of them busy. */
    private static final long SLICE_NANOS = 100_000;
    /** Collections stop everybody: they begin at once and end within one slice, instead of being interrupted for those who wait for their end. */
    private static final long COLLECTION_SLICE_NANOS = 1_000_000;

    private volatile boolean stopping;
    private volatile @Nullable Thread thread;
    private boolean tight;

    public EventLoop(Server server) throws IOException {
        this.server = server;
        this.settings = server.settings();
        this.pool = new BufferPool(server.connections());
        this.selector = Selector.open();
        this.tls = new TlsLinks(this, server);
        this.listeners = new Listeners(this, server, selector);
        this.unsent = new UnsentReplies(this, server);
        this.deliveries = new Deliveries(this, server);
        eviction = new ClientEviction(this, server);
        this.pins = new PinnedReplies(server, unsent);
        this.reader = new CommandReader(this, server, nobody());
        this.rerun = reader.waiting();
        this.parking = new Parking(this, server, reader, rerun);
        this.clients = new ClientList(rerun);
        this.lanes = new LaneRunner(this, server);
        this.longReplies = new LongReplies(this, server, Runtime.getRuntime().availableProcessors());
        server.connections().setLoanRecall(this::recallForLane);
    }

    /** A placeholder where a client must be, before the first one. */
    private Connection nobody() throws IOException {
        SocketChannel unconnected = SocketChannel.open();
        unconnected.close();
        return new Connection(0, 0, this, unconnected, null);
    }

    /** Opens the listening sockets; answers the ports, which the system chose where 0 was asked for. */
    public Ports listen(List<String> addresses, Ports ports) throws IOException {
        Ports opened = listenOn(addresses, ports);
        if (!settings.unixSocket().isEmpty()) {
            listeners.listenAt(Path.of(settings.unixSocket()), settings.unixSocketPermissions());
        }
        return opened;
    }

    /** Exchanges the TCP sockets for others; everything stays as it was when it throws. Event loop, or before it runs. */
    public Ports listenOn(List<String> addresses, Ports ports) throws IOException {
        return listeners.listen(addresses, ports);
    }

    /** What new TLS connections are made with from now on; those that exist keep what they have. False when {@code connections} has no memory for it. */
    public boolean useTls(TlsContext context) {
        return tls.use(context);
    }

    /** Clients that speak TLS, and how many there may be. */
    public int tlsClients() {
        return tls.count();
    }

    public int tlsClientsMax() {
        return TlsLinks.clientsMax();
    }

    /** What new TLS connections are made with; null when there was no TLS yet. */
    public @Nullable TlsContext tlsContext() {
        return tls.context();
    }

    /** Clients that CLIENT PAUSE holds back. */
    public int pausedClients() {
        return parking.pausedClients();
    }

    /** The path of the Unix socket; empty when there is none. */
    String unixSocket() {
        return settings.unixSocket();
    }

    // ---------------------------------------------------------------- the loop

    @Override
    public void run() {
        thread = Thread.currentThread();
        ThreadScheduling.change(0, SLICE_NANOS);
        ThreadScheduling.changeNamed("VM Thread", COLLECTION_SLICE_NANOS);
        ThreadScheduling.changeNamed("C1 CompilerThread", ThreadScheduling.LONGEST_SLICE_NANOS);
        ThreadScheduling.changeNamed("C2 CompilerThread", ThreadScheduling.LONGEST_SLICE_NANOS);
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
            server.turns().begin();
            selector.selectNow(onReady);
        } else {
            selector.select(onReady, timeout);
        }
        server.turns().begin();
        reader.executeGathered();
        sendReplies();
        deliveries.flush();
        server.turns().phase("clients");
        tick();
        runTasks();
        server.turns().phase("lanes' results");
        if (tls.hasReadable()) {
            tls.readListed();
            reader.executeGathered();
            server.turns().phase("TLS clients");
        }
        long now = server.nowMillis();
        if (server.blocking().nextDeadlineMillis() <= now) {
            server.blocking().expire(now, rerun);
        }
        if (now >= nextCronMillis || now < nextCronMillis - CRON_MILLIS) {
            nextCronMillis = now + CRON_MILLIS;
            cron(now);
            server.turns().phase("cron");
        }
        parking.retryMemory();
        parking.resumeAll();
        server.tracking().endTurn();
        sendReplies();
        deliveries.flush();
        eviction.keep();
        server.turns().phase("clients that waited");
        server.housekeeping();
        server.replication().turn();
        deliveries.flush(); // of what expired and was evicted
        server.turns().end("housekeeping");
    }

    /** What commands take for the present is read again when it is this old: reading it for each client costs as much as a short command. */
    void tickIfStale(long nowNanos) {
        if (nowNanos - tickedNanos >= TICK_NANOS) {
            tick();
        }
    }

    private void tick() {
        tickedNanos = server.clock().monotonicNanos();
        server.keyspace().tick();
    }

    private long timeoutMillis() {
        if (parking.hasToResume() || tls.hasReadable() || server.hasHousekeeping() || server.replication().hasWork()) {
            return 0;
        }
        long now = server.clock().wallMillis();
        long next = Math.min(nextCronMillis, server.blocking().nextDeadlineMillis());
        return Math.clamp(next - now, 1, CRON_MILLIS);
    }

    private void ready(SelectionKey key) {
        server.turns().begin();
        Object attachment = key.attachment();
        if (attachment == null) {
            listeners.accept(key);
            return;
        }
        Connection client = (Connection) attachment;
        try {
            if (key.isValid() && key.isWritable()) {
                long start = server.clock().monotonicNanos();
                unsent.writable(client);
                noteSince(start, "sending", client);
            }
            if (key.isValid() && key.isReadable()) {
                eviction.keep(); // so that who asks sees what the clients before it have done, as in Redis
                if (!client.closed) {
                    reader.readable(client);
                }
            }
        } catch (IOException e) {
            close(client, "connection-lost");
        } catch (RuntimeException | AssertionError | OutOfMemoryError e) {
            failed(client, e);
        }
    }

    /** A mistake of ours, or no room on the heap: this client pays, not the server. */
    void failed(Connection client, Throwable e) {
        server.events().log("client-failed id=" + client.id() + " error=\"" + e + "\"");
        client.inUse = false;
        close(client, "internal-error");
    }

    long nowMillis() {
        return server.nowMillis();
    }

    void noteSince(long start, String what, Connection client) {
        long nanos = server.clock().monotonicNanos() - start;
        if (nanos >= LoopTurns.NOTED_NANOS) {
            server.turns().note(what, client.id(), 0, nanos);
        }
    }

    /** Those who wait for replicas have a look, when the command at hand is over. */
    public void replicasAcknowledged() {
        submit(() -> server.blocking().replicasAcknowledged(rerun));
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

    /** From a lane: has the loop do something and waits for the answer; {@code otherwise} when the server ends meanwhile. */
    public <T extends @Nullable Object> T ask(Callable<T> what, T otherwise) {
        FutureTask<T> task = new FutureTask<>(what);
        submit(task);
        try {
            return task.get();
        } catch (InterruptedException e) {
            task.cancel(false);
            Thread.currentThread().interrupt();
            return otherwise;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Loans are recalled between commands, by the loop, so a lane asks it; within a command of its own the loop cannot: addresses would change under it. A
     * slice at a time, so that others are served meanwhile.
     */
    public boolean recallForLane(Account account, long bytes) {
        if (thread == null || isCurrentThread()) {
            return false;
        }
        for (long left = bytes; left > 0; left -= RECALL_SLICE_BYTES) {
            long slice = Math.min(left, RECALL_SLICE_BYTES);
            boolean held = ask(() -> {
                server.keyspace().recallFor(account, slice);
                return account.hold(slice);
            }, false);
            if (!held) {
                return false;
            }
        }
        return true;
    }

    /**
     * Has a compartment that is not in its lane read there, beside what clients do; {@code done} runs on the loop when it is back. The work changes nothing and throws
     * nothing. Event loop.
     */
    public void readInLane(int compartment, Runnable work, Runnable done) {
        lanes.startReading(compartment, work, done);
    }

    /** False before its thread has begun: what is the loop's is then the starting thread's. */
    public boolean isRunning() {
        return thread != null;
    }

    public boolean isCurrentThread() {
        return thread == Thread.currentThread();
    }

    /** Sends the replies that were kept until the end of the turn. */
    void sendReplies() {
        reader.sendReplies();
    }

    /** Has the selector look for what the client is ready to do. */
    void updateInterest(Connection client) {
        SelectionKey key = client.key;
        if (client.closed || key == null) {
            return;
        }
        int interest = client.outputBytes() > 0 && client.longReply == null ? SelectionKey.OP_WRITE : 0;
        boolean reads = isRead(client);
        TlsLink link = client.tls;
        if (link != null && reads) {
            reads = link.wantsToRead();
            if (link.hasPending()) {
                tls.readLater(client);
            }
        }
        if (reads) {
            interest |= SelectionKey.OP_READ;
        }
        if (key.interestOps() != interest) {
            key.interestOps(interest);
        }
    }

    private static boolean isRead(Connection client) {
        return client.state == Connection.RUNNING && !client.closesAfterReply()
                || client.state == Connection.WAITS_FOR_KEY && client.inputUsed < CommandReader.WAITING_MAX_BYTES;
    }

    /** Reads from a client whose socket may have nothing, if it is one to be read from. */
    void readIfWanted(Connection client) {
        if (client.closed || !isRead(client)) {
            return; // who is not read now is listed again when that changes
        }
        try {
            reader.readable(client);
            updateInterest(client);
        } catch (IOException e) {
            close(client, "connection-lost");
        } catch (RuntimeException | AssertionError | OutOfMemoryError e) {
            failed(client, e);
        }
    }

    // ---------------------------------------------------------------- cron

    private void cron(long now) {
        tight = parking.anyWaitsForMemory() || server.connections().availableBytes() < server.connections().maxBytes() / TIGHT_SHARE;
        if (server.isPaused() && now >= server.pausedUntilMillis()) {
            server.pause(0, false);
        }
        if (server.scripting().hasNewlyBusy()) {
            parking.resumeWaitingForLane(); // those who wait are told so instead of waiting on
        }
        if (!server.isPaused()) {
            parking.resumePaused();
        }
        long idleMillis = settings.idleTimeoutSeconds() * 1000;
        Connection client = clients.first();
        while (client != null) {
            Connection next = client.nextClient;
            if (idleMillis > 0 && client.state == Connection.RUNNING && !client.isSubscribed() && !client.isMonitor() && !client.isReplica()
                    && now - client.lastUseMillis() > idleMillis) {
                close(client, "idle");
            } else if (client.outputBytes() > 0) {
                LongReply reply = client.longReply;
                if (reply != null && reply.hasProgressed()) {
                    client.progressMillis = now;
                }
                unsent.checkOutputLimits(client, now);
            }
            client = next;
        }
        if (parking.anyWaitsForMemory()) {
            parking.cutStalled(now);
        }
        longReplies.noteShortCommands(server.statistics().commandsProcessed - server.statistics().laneCommands);
        tls.handshakes().expire(now);
        server.replication().cron(now);
    }

    /** A buffer was refused: read less at once from now on. */
    void noteTight() {
        tight = true;
    }

    boolean isTight() {
        return tight;
    }

    // ---------------------------------------------------------------- clients

    /** Closes at once, or as soon as nothing uses the client's buffers. */
    void close(Connection client, String reason) {
        if (client.closed) {
            return;
        }
        LongReply reply = client.longReply;
        boolean letGo = reply == null || !longReplies.giveUp(reply);
        if (client.inUse || client.state == Connection.IN_LANE) {
            client.pendingClose = reason;
            return;
        }
        client.closed = true;
        server.blocking().forget(client);
        server.watches().unwatch(client);
        server.pubsub().forget(client);
        server.tracking().forget(client);
        server.replication().forget(client);
        client.dropCommandQueue();
        reader.inputs().freeInput(client);
        OutputChain chain = client.output;
        if (chain != null) {
            chain.clear();
            client.output = null;
        }
        OutputChain held = client.held;
        if (held != null) {
            held.clear();
            client.held = null;
        }
        TlsLink link = client.tls;
        if (link != null) {
            tls.left(link);
        }
        SelectionKey key = client.key;
        if (letGo) {
            closeQuietly(client.channel);
        } else if (key != null) {
            key.cancel();
        }
        clients.remove(client);
    }

    static void closeQuietly(@Nullable SocketChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // It is gone either way.
            }
        }
    }

    // ---------------------------------------------------------------- end

    /** Makes {@link #run} return after its current turn; any thread. */
    public void stop() {
        stopping = true;
        selector.wakeup();
    }

    private void closeAll() {
        lanes.stop();
        longReplies.stop();
        tls.handshakes().stop();
        runTasks();
        clients.forEach(client -> client.close("shutdown"));
        listeners.close();
        try {
            selector.close();
        } catch (IOException e) {
            server.events().log("selector-close-failed error=\"" + e.getMessage() + "\"");
        }
        server.events().log("event-loop stopped");
    }

    // ---------------------------------------------------------------- its parts

    /** A lane gave its compartments back. */
    void laneDone() {
        server.scripting().handOverWaiting();
        lanes.goOnTouring();
        parking.resumeWaitingForLane();
    }

    ClientList clients() {
        return clients;
    }

    UnsentReplies unsent() {
        return unsent;
    }

    LongReplies longReplies() {
        return longReplies;
    }

    Deliveries deliveries() {
        return deliveries;
    }

    /** Gives compartments to a lane that may change them. */
    public void handOver(int compartments, EffectGroup executor) {
        pins.copyAll(compartments);
        server.lanes().handOver(compartments, executor);
    }

    PinnedReplies pins() {
        return pins;
    }

    Parking parking() {
        return parking;
    }

    LaneRunner lanes() {
        return lanes;
    }

    TlsLinks tls() {
        return tls;
    }

    Listeners listeners() {
        return listeners;
    }

    CommandReader commandReader() {
        return reader;
    }

    BufferPool pool() {
        return pool;
    }

    /** Those that are connected, as commands see them. */
    public Clients connected() {
        return clients;
    }
}

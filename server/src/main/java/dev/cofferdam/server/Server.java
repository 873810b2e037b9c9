// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.Keyspace;
import dev.cofferdam.keyspace.PrefixBooks;
import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Arena;
import dev.cofferdam.memory.Clock;
import dev.cofferdam.server.acl.Acl;
import dev.cofferdam.server.client.Blocking;
import dev.cofferdam.server.client.Client;
import dev.cofferdam.server.client.Clients;
import dev.cofferdam.server.client.Watches;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandFamilies;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.Dispatcher;
import dev.cofferdam.server.command.Flag;
import dev.cofferdam.server.command.Lanes;
import dev.cofferdam.server.command.Transactions;
import dev.cofferdam.server.metrics.Operations;
import dev.cofferdam.server.net.EventLoop;
import dev.cofferdam.server.net.Ports;
import dev.cofferdam.server.pubsub.KeyNews;
import dev.cofferdam.server.pubsub.PubSub;
import dev.cofferdam.server.pubsub.Tracking;
import dev.cofferdam.server.replication.Replication;
import dev.cofferdam.server.scripting.Scripting;
import dev.cofferdam.server.tls.TlsContext;
import java.io.IOException;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One running server: everything that exists once in a process, wired together.
 *
 * <p>Owns the arena, the keyspace, the command table and the tables of waiting and watching clients. Made by the main thread; from then on the
 * event loop's, except where a part says otherwise.
 */
public final class Server {
    /** A bit for each database. */
    public static final int ALL_DATABASES = (1 << Compartment.DATABASES) - 1;

    /** Longest that the keyspace's own work keeps the loop from its clients at a time. */
    private static final long HOUSEKEEPING_NANOS = 300_000;
    /** Scripts run on it too; see the lanes' stacks. */
    private static final long LOOP_STACK_BYTES = 4 * 1024 * 1024;
    /** What a client that has the server to itself waits more at most while there is a backlog. */
    private static final long HOUSEKEEPING_SLICE_NANOS = 100_000;
    /** A backlog gets at least one part in this many of a turn that took long, so that it goes down however busy the loop is, up to a millisecond. */
    private static final int HOUSEKEEPING_SHARE = 3;
    private static final long HOUSEKEEPING_SLICE_MAX_NANOS = 1_000_000;

    private final ServerOptions options;
    private final Clock clock;
    private final Events events;
    private final Arena arena;
    private final Account connections;
    private final Keyspace keyspace;
    private final MemoryCeiling ceiling;
    private final CommandTable commands = new CommandTable();
    private final ServerSettings settings = new ServerSettings();
    private final ServerStatistics statistics = new ServerStatistics();
    private final PubSub pubsub;
    private final Tracking tracking;
    private final KeyNews keyNews;
    private final LoopTurns turns;
    private final Watches watches = new Watches();
    private final Blocking blocking = new Blocking();
    private final Dispatcher dispatcher;
    private final Acl acl;
    private final Transactions transactions;
    private final Lanes lanes;
    private final Operations operations;
    private final Scripting scripting;
    private final Replication replication;
    private final Random random;
    private final long startedMillis;
    private long pausedUntilMillis;
    private boolean pausesReaders;
    private boolean moreHousekeeping;
    private long housekeptMillis;
    private long housekeptNanos;
    private volatile @Nullable EventLoop loop;
    private @Nullable Thread loopThread;
    private Clients clients = Clients.NONE;
    private @Nullable TlsContext tls;

    public Server(ServerOptions options, PrefixBooks prefixes, Clock clock, Events events) {
        this.options = options;
        this.clock = clock;
        this.events = events;
        int pageBytes = options.pageBytes() == 0 ? Arena.pageBytesFor(options.maxMemoryBytes()) : options.pageBytes();
        arena = Arena.open(options.maxMemoryBytes(), pageBytes);
        connections = arena.account("connections", options.connectionsReserveBytes(), options.connectionsMaxBytes(), false);
        keyspace = new Keyspace(arena, clock, options.seed(), options.compartments(), options.router(), prefixes);
        ceiling = new MemoryCeiling(keyspace, arena, clock);
        pubsub = new PubSub(connections, statistics, options.seed());
        random = new Random(options.seed());
        tracking = new Tracking(connections, options.seed(), random);
        keyNews = new KeyNews(keyspace, pubsub.events(), tracking, events::log);
        scripting = new Scripting(this, arena.account("scripts", options.scriptsReserveBytes(), options.scriptsMaxBytes(), false));
        turns = new LoopTurns(clock, events, settings, keyspace.longestStep());
        startedMillis = clock.wallMillis();
        lanes = new Lanes(keyspace);
        dispatcher = new Dispatcher(this);
        transactions = new Transactions(this);
        CommandFamilies.declareAll(commands);
        acl = new Acl(this);
        operations = new Operations(this, options.seed());
        replication = new Replication(this);
        dispatcher.setObserver(operations);
    }

    /** A key was modified by the client's command on the event loop: wakes who waits for it, breaks transactions that watch it. */
    public void changed(Client client, Key key, String event) {
        changed(key.hash);
        if (keyNews.isHeard()) {
            keyNews.changed(client, key, event);
        }
    }

    /** As above, of a key that was changed in a lane, known by its hash only. */
    public void changed(long keyHash) {
        statistics.changes++;
        if (!watches.isEmpty()) {
            watches.touch(keyHash);
        }
        blocking.signal(keyHash);
    }

    /** Everything in the databases of these bits changed at once (FLUSHDB, SWAPDB), if it is any. */
    public void databasesChanged(int databases) {
        if (databases == 0) {
            return;
        }
        if (databases == ALL_DATABASES) {
            databaseChanged(-1);
        } else {
            for (int left = databases; left != 0; left &= left - 1) {
                databaseChanged(Integer.numberOfTrailingZeros(left));
            }
        }
        keyNews().allChanged();
    }

    private void databaseChanged(int database) {
        statistics.changes++;
        watches.touchDatabase(database, keyspace);
        blocking.signalDatabase(database);
    }

    /** CLIENT PAUSE: until when, and whether readers are held back too. */
    public void pause(long untilMillis, boolean readersToo) {
        pausedUntilMillis = untilMillis;
        pausesReaders = readersToo;
    }

    /** Clients that wait for a key, and those that CLIENT PAUSE holds back, as Redis counts them. */
    public int waitingClients() {
        EventLoop running = loop;
        return blocking.waitingClients() + (running == null ? 0 : running.pausedClients());
    }

    /** When CLIENT PAUSE ends; 0 when there is none. */
    public long pausedUntilMillis() {
        return pausedUntilMillis;
    }

    public boolean isPaused() {
        return pausedUntilMillis != 0;
    }

    /** True when CLIENT PAUSE holds this command back: all of them, or those that may change data. */
    public boolean holdsBack(Call call) {
        if (call.command().has(Flag.ADMIN) || call.command().name().startsWith("client|")) {
            return false;
        }
        return pausesReaders || mayChangeData(call)
                || call.command().name().equals("exec") && transactions.hasAny(call, this::mayChangeData);
    }

    /** A writer, or what may become one: a message, a script that does not declare that it only reads. */
    private boolean mayChangeData(Call call) {
        return call.command().writes() || call.command().has(Flag.MAY_REPLICATE) && !scripting.onlyReads(call);
    }

    /** What TLS clients are served with, on the port it names; before {@link #start}. */
    public void setTls(TlsContext context) {
        tls = context;
    }

    /** Opens the sockets and starts the event loop's thread; answers the port, that for TLS where there is no other. */
    public int start() throws IOException {
        EventLoop started = new EventLoop(this);
        TlsContext context = tls;
        if (context != null && !started.useTls(context)) {
            throw new IOException("connections has no memory for TLS; raise its budget");
        }
        Ports opened = started.listen(options.bind(), Ports.configured(options.port(), context == null ? 0 : context.port()));
        operations.setPorts(opened);
        clients = started.connected();
        loop = started;
        keyNews.runOn(started::submit);
        Thread thread = new Thread(null, started, "event-loop", LOOP_STACK_BYTES);
        loopThread = thread;
        thread.start();
        // The first script would wait for it, and with SCRIPT LOAD everybody.
        Thread preparing = new Thread(null, Scripting::prepare, "lua-loader");
        preparing.setDaemon(true);
        preparing.start();
        return opened.main();
    }

    /** Closes all connections and ends the event loop; returns when it is over. Not from the loop itself. */
    public void stop() {
        EventLoop running = loop;
        if (running != null) {
            running.stop();
        }
        awaitEnd();
    }

    /** From a command: the loop ends after the current turn. */
    public void shutDown() {
        EventLoop running = loop;
        if (running != null) {
            running.stop();
        }
    }

    /** Returns when the event loop has ended. */
    public void awaitEnd() {
        Thread thread = loopThread;
        if (thread != null) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The event loop, once started; null in a server without sockets. */
    public @Nullable EventLoop loop() {
        return loop;
    }

    /** All connected clients. */
    public Clients clients() {
        return clients;
    }

    /** Work of the keyspace that no command asked for, in a short slice; at most once a millisecond unless there is a backlog. */
    public void housekeeping() {
        ceiling.keep();
        keyspace.setPausesExpiry(isPaused());
        long now = keyspace.nowMillis();
        if (moreHousekeeping || now != housekeptMillis) {
            housekeptMillis = now;
            long turnNanos = moreHousekeeping ? clock.monotonicNanos() - housekeptNanos : 0;
            moreHousekeeping = keyspace
                .maintain(Math.clamp(turnNanos / HOUSEKEEPING_SHARE, HOUSEKEEPING_SLICE_NANOS, HOUSEKEEPING_SLICE_MAX_NANOS));
            housekeptNanos = moreHousekeeping ? clock.monotonicNanos() : 0;
        }
    }

    /** True when {@link #housekeeping()} has not finished: the loop then does not sleep. */
    public boolean hasHousekeeping() {
        return moreHousekeeping || tracking.hasWork() || ceiling.hasMore();
    }

    /** A maxmemory below what the server was started with, where there are no compartments. */
    public MemoryCeiling ceiling() {
        return ceiling;
    }

    public Dispatcher dispatcher() {
        return dispatcher;
    }

    /** Users and what they may do. */
    public Acl acl() {
        return acl;
    }

    public Transactions transactions() {
        return transactions;
    }

    public Lanes lanes() {
        return lanes;
    }

    /** Configuration, slow log, latencies: what those who run the server deal with. */
    public Operations operations() {
        return operations;
    }

    /** Lua scripts and functions. */
    public Scripting scripting() {
        return scripting;
    }

    /** Our replicas. */
    public Replication replication() {
        return replication;
    }

    public ServerOptions options() {
        return options;
    }

    public Clock clock() {
        return clock;
    }

    public Events events() {
        return events;
    }

    public Arena arena() {
        return arena;
    }

    /** Pays for connection buffers. */
    public Account connections() {
        return connections;
    }

    public Keyspace keyspace() {
        return keyspace;
    }

    public CommandTable commands() {
        return commands;
    }

    public ServerSettings settings() {
        return settings;
    }

    public ServerStatistics statistics() {
        return statistics;
    }

    /** Channels and who listens to them. */
    public PubSub pubsub() {
        return pubsub;
    }

    /** Which clients keep which keys in caches of their own. */
    public Tracking tracking() {
        return tracking;
    }

    /** Who listens to what happens to keys. */
    public KeyNews keyNews() {
        return keyNews;
    }

    /** How long the loop's turns take. */
    public LoopTurns turns() {
        return turns;
    }

    public Watches watches() {
        return watches;
    }

    public Blocking blocking() {
        return blocking;
    }

    public Random random() {
        return random;
    }

    /** The time all commands of a batch see. */
    public long nowMillis() {
        return keyspace.nowMillis();
    }

    public long startedMillis() {
        return startedMillis;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.resp.client.RespClient;
import dev.cofferdam.resp.client.RespClientOptions;
import dev.cofferdam.resp.client.UnexpectedReplyException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One server with three applications, a fault and a database of its own.
 *
 * <p>Owns all of them and their threads. {@link #tick} is called once a second by the one who draws; the rest runs by itself.
 */
final class Contender implements AutoCloseable {
    private static final int WATCH_MILLIS = 400;

    private final String name;
    private final Workload workload;
    private final Fault fault;
    private final Clock clock;
    private final ChildServer server;
    private final InetSocketAddress address;
    private final Scorecard score = new Scorecard();
    private final Database database;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Sessions sessions;
    private final Jobs jobs;
    private final List<Application> applications;
    private final List<Future<?>> work = new ArrayList<>();
    private final List<Tick> ticks = new ArrayList<>();
    private volatile long startNanos = Long.MAX_VALUE;
    private volatile boolean closed;
    private volatile Memory memory = Memory.UNKNOWN;
    private volatile long backlog;

    Contender(String name, Workload workload, Fault fault, Clock clock, ChildServer server) {
        this.name = name;
        this.workload = workload;
        this.fault = fault;
        this.clock = clock;
        this.server = server;
        this.address = server.address();
        this.database = new Database(clock, Workload.DATABASE_LOADS_PER_SECOND, Workload.PATIENCE_MILLIS);
        this.sessions = new Sessions(workload, clock, new OpenLoop(clock, threads), pool(), score);
        this.jobs = new Jobs(workload, clock, new OpenLoop(clock, threads), pool(), address, score, threads, this::workersStall);
        this.applications = List.of(sessions, jobs,
                new PageCache(workload, clock, new OpenLoop(clock, threads), pool(), score, database));
    }

    private ConnectionPool pool() {
        return new ConnectionPool(address, Workload.CONNECTIONS_PER_ROLE, clock);
    }

    /** Fills in what is there on a normal day. */
    void prepare() {
        try (RespClient client = RespClient.connect(address, RespClientOptions.DEFAULTS, clock)) {
            for (Application application : applications) {
                application.prepare(client);
            }
        } catch (IOException | UnexpectedReplyException e) {
            throw new DemoException(name + " cannot hold even a normal day's data: " + e.getMessage() + "; give it more by --memory");
        }
        threads.execute(this::watch);
    }

    /** Lets the applications run from that time on; the fault comes by itself. */
    void start(long at) {
        startNanos = at;
        long end = nanosAt(workload.afternoon().seconds());
        for (Application application : applications) {
            work.add(threads.submit(() -> application.run(at, end)));
        }
        work.add(threads.submit(this::bringFault));
    }

    private long nanosAt(double second) {
        return startNanos + (long) (second * 1e9);
    }

    private boolean workersStall() {
        long now = clock.monotonicNanos();
        return fault == Fault.JOBS_BACKLOG && startNanos != Long.MAX_VALUE && now >= nanosAt(workload.afternoon().faultAt())
                && now < nanosAt(workload.afternoon().faultEnd());
    }

    private void bringFault() {
        try {
            Thread.sleep(Math.max(0, (nanosAt(workload.afternoon().faultAt()) - clock.monotonicNanos()) / 1_000_000));
            long end = nanosAt(workload.afternoon().faultEnd());
            switch (fault) {
                case SESSION_LEAK -> Floods.botSessions(address, clock, workload).run(end);
                case JOBS_BACKLOG -> Floods.campaign(address, clock, workload, jobs).run(end);
                case CACHE_FLOOD -> Floods.report(address, clock, workload).run(end);
                case SLOW_READER -> new StalledReaders(address, clock, workload).run(end);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Keeps looking at memory and queue, so that {@link #tick} never waits for a server that is slow to answer. */
    private void watch() {
        try {
            while (!closed) {
                try (RespClient client = RespClient.connect(address, RespClientOptions.DEFAULTS, clock)) {
                    while (!closed) {
                        memory = ServerInfo.of(client).memory(server.residentBytes());
                        backlog = client.call("LLEN", Workload.QUEUE).asLong();
                        Thread.sleep(WATCH_MILLIS);
                    }
                } catch (IOException | UnexpectedReplyException e) {
                    Thread.sleep(WATCH_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Closes a second. */
    void tick(int second) {
        Afternoon afternoon = workload.afternoon();
        boolean inFault = second >= (int) afternoon.faultAt() && second < afternoon.faultEnd();
        ticks.add(score.tick(second, inFault, database.loads(), backlog, memory));
    }

    /** How it stands now. */
    Outcome outcome() {
        return new Outcome(name, workload.afternoon(), List.copyOf(ticks), score.p99MillisInFault(), score.reasons(), null);
    }

    /** Waits for what is still under way, then looks for every job and every session. */
    Outcome finish() throws InterruptedException {
        for (Future<?> each : work) {
            try {
                each.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException(name + ": the demo's own part failed", e.getCause());
            }
        }
        Outcome now = outcome();
        try (RespClient client = RespClient.connect(address, RespClientOptions.DEFAULTS, clock)) {
            Jobs.Books books = jobs.audit(client, Math.max(3, workload.afternoon().seconds() / 4));
            Outcome.Audit audit = new Outcome.Audit(books, sessions.countMissing(client));
            return new Outcome(name, now.afternoon(), now.ticks(), now.p99InFault(), now.reasons(), audit);
        } catch (IOException | UnexpectedReplyException e) {
            return now;
        }
    }

    String name() {
        return name;
    }

    boolean isAlive() {
        return server.isAlive();
    }

    @Override
    public void close() {
        closed = true;
        applications.forEach(Application::close);
        threads.shutdownNow();
        server.close();
    }
}

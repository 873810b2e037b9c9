// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.Request;
import dev.cofferdam.resp.client.RespClient;
import dev.cofferdam.resp.client.RespClientOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * A queue of background jobs: a producer that pushes, workers that pop and work.
 *
 * <p>Owns the books: which jobs were accepted, which are done. A job that was accepted and is neither done nor in the queue at the end is lost. Jobs whose
 * submission broke off are in neither book: nobody was promised anything.
 */
final class Jobs implements Application {
    /** From here on a campaign counts its jobs; the producer's have smaller numbers. */
    static final int CAMPAIGN_FIRST_ID = 1_000_000;
    private static final int ID_DIGITS = 8;
    private static final int BRPOP_SECONDS = 1;
    private static final int AUDIT_BATCH = 50;

    private final Workload workload;
    private final Clock clock;
    private final OpenLoop loop;
    private final ConnectionPool pool;
    private final InetSocketAddress address;
    private final Scorecard score;
    private final ExecutorService threads;
    private final BooleanSupplier stalled;
    private final Payload payload;
    private final BitSet accepted = new BitSet();
    private final BitSet done = new BitSet();
    private final AtomicInteger lastId = new AtomicInteger();
    private volatile boolean closed;

    /** @param stalled while it says true the workers do nothing */
    Jobs(Workload workload, Clock clock, OpenLoop loop, ConnectionPool pool, InetSocketAddress address, Scorecard score,
            ExecutorService threads, BooleanSupplier stalled) {
        this.workload = workload;
        this.clock = clock;
        this.loop = loop;
        this.pool = pool;
        this.address = address;
        this.score = score;
        this.threads = threads;
        this.stalled = stalled;
        this.payload = new Payload(Workload.JOB_BYTES, workload.seed());
    }

    /** What becomes of accepted jobs. */
    record Books(long accepted, long done, long waiting, long lost) {
    }

    @Override
    public void prepare(RespClient client) {
        for (int i = 0; i < Workload.WORKERS; i++) {
            threads.execute(this::work);
        }
    }

    @Override
    public void run(long startNanos, long endNanos) {
        loop.run(startNanos, endNanos, Workload.JOBS_PER_SECOND, workload.seed() + 3, new OpenLoop.Task() {
            @Override
            public void run(long dueNanos, SplittableRandom random) throws InterruptedException {
                submit(dueNanos);
            }

            @Override
            public void shed() {
                score.failed(Operation.SUBMIT, "overload");
            }
        });
    }

    private void submit(long due) throws InterruptedException {
        int id = lastId.incrementAndGet();
        Answer answer = pool.ask(List.of(push(id, payload)), due + Workload.PATIENCE_MILLIS * 1_000_000L);
        String failure = answer.failure();
        if (failure == null) {
            accept(id);
            score.succeeded(Operation.SUBMIT, clock.monotonicNanos() - due);
        } else {
            score.failed(Operation.SUBMIT, failure);
        }
    }

    synchronized void accept(int id) {
        accepted.set(id);
    }

    static Request push(int id, Payload payload) {
        return Request.of("LPUSH", Workload.QUEUE).and(payload.startingWith(String.format("%0" + ID_DIGITS + "d ", id)));
    }

    private static int idOf(byte[] job) {
        return Integer.parseInt(new String(job, 0, ID_DIGITS, StandardCharsets.US_ASCII));
    }

    private void work() {
        try {
            while (!closed) {
                try (RespClient client = RespClient.connect(address, RespClientOptions.DEFAULTS, clock)) {
                    workOn(client);
                } catch (IOException e) {
                    if (!closed) {
                        score.failed(Operation.WORK, String.valueOf(Answer.broken(e).failure()));
                        Thread.sleep(200);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void workOn(RespClient client) throws IOException, InterruptedException {
        Request pop = Request.of("BRPOP", Workload.QUEUE).and(BRPOP_SECONDS);
        while (!closed) {
            if (stalled.getAsBoolean()) {
                Thread.sleep(20);
                continue;
            }
            Reply reply = client.call(pop, Duration.ofSeconds(BRPOP_SECONDS + 10));
            if (reply instanceof Reply.Failure failure) {
                score.failed(Operation.WORK, failure.code());
                Thread.sleep(200);
            } else if (reply instanceof Reply.Items popped) {
                Thread.sleep(Workload.WORK_MILLIS);
                byte[] job = popped.items().get(1).asBytes();
                if (job != null) {
                    finish(idOf(job));
                }
            }
        }
    }

    private void finish(int id) {
        synchronized (this) {
            done.set(id);
        }
        score.succeeded(Operation.WORK);
    }

    /** Waits until the queue is empty or the time is over, then looks for every accepted job. */
    Books audit(RespClient client, int drainSeconds) throws IOException, InterruptedException {
        long endNanos = clock.monotonicNanos() + drainSeconds * 1_000_000_000L;
        while (client.call("LLEN", Workload.QUEUE).asLong() > 0 && clock.monotonicNanos() < endNanos) {
            Thread.sleep(50);
        }
        closed = true;
        Thread.sleep(BRPOP_SECONDS * 1000L + 200); // what workers have in their hands is done then
        BitSet waiting = new BitSet();
        for (int id : idsInQueue(client)) {
            waiting.set(id);
        }
        synchronized (this) {
            BitSet lost = (BitSet) accepted.clone();
            lost.andNot(done);
            lost.andNot(waiting);
            BitSet acceptedAndDone = (BitSet) accepted.clone();
            acceptedAndDone.and(done);
            return new Books(accepted.cardinality(), acceptedAndDone.cardinality(), waiting.cardinality(), lost.cardinality());
        }
    }

    private static List<Integer> idsInQueue(RespClient client) throws IOException {
        List<Integer> ids = new ArrayList<>();
        for (int from = 0;; from += AUDIT_BATCH) {
            Request some = Request.of("LRANGE", Workload.QUEUE).and(from).and(from + AUDIT_BATCH - 1);
            List<Reply> jobs = client.call(some).asList();
            for (Reply job : jobs) {
                byte[] bytes = job.asBytes();
                if (bytes != null) {
                    ids.add(idOf(bytes));
                }
            }
            if (jobs.size() < AUDIT_BATCH) {
                return ids;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        pool.close();
    }
}

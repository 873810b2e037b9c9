// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.Request;
import dev.cofferdam.resp.client.RespClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * People who log in and look at pages; a session is one string with a sliding time to live, as express-session keeps it.
 *
 * <p>Owns who is logged in, by number of the person. A person whose session is gone is logged out once, and logs in again instead of the next page.
 */
final class Sessions implements Application {
    private static final int OUT = 0;
    private static final int IN = 1;
    private static final int BATCH = 100;

    private final Workload workload;
    private final Clock clock;
    private final OpenLoop loop;
    private final ConnectionPool pool;
    private final Scorecard score;
    private final Payload payload;
    private final int peopleAtStart;
    private final AtomicInteger people;
    private final AtomicIntegerArray state;

    Sessions(Workload workload, Clock clock, OpenLoop loop, ConnectionPool pool, Scorecard score) {
        this.workload = workload;
        this.clock = clock;
        this.loop = loop;
        this.pool = pool;
        this.score = score;
        this.payload = new Payload(Workload.SESSION_BYTES, workload.seed());
        this.peopleAtStart = workload.sessions();
        this.people = new AtomicInteger(peopleAtStart);
        this.state = new AtomicIntegerArray(peopleAtStart + 2 * Workload.LOGINS_PER_SECOND * workload.afternoon().seconds() + 100);
    }

    @Override
    public void prepare(RespClient client) throws IOException {
        for (int i = 0; i < peopleAtStart; i += BATCH) {
            List<Request> batch = new ArrayList<>();
            for (int person = i; person < Math.min(i + BATCH, peopleAtStart); person++) {
                batch.addAll(login(person));
                state.set(person, IN);
            }
            for (Reply reply : client.pipeline(batch)) {
                reply.orThrow();
            }
        }
    }

    @Override
    public void run(long startNanos, long endNanos) {
        Thread logins = Thread.ofVirtual().start(() -> loop.run(startNanos, endNanos, Workload.LOGINS_PER_SECOND, workload.seed() + 1,
                task(Operation.LOGIN, (due, random) -> {
                    int person = people.getAndIncrement();
                    if (person < state.length()) {
                        login(person, due);
                    }
                })));
        loop.run(startNanos, endNanos, Workload.REQUESTS_PER_SECOND, workload.seed() + 2,
                task(Operation.REQUEST, (due, random) -> request(random.nextInt(peopleAtStart), due)));
        try {
            logins.join();
        } catch (InterruptedException e) {
            logins.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private interface Step {
        void run(long dueNanos, SplittableRandom random) throws InterruptedException;
    }

    private OpenLoop.Task task(Operation operation, Step step) {
        return new OpenLoop.Task() {
            @Override
            public void run(long dueNanos, SplittableRandom random) throws InterruptedException {
                step.run(dueNanos, random);
            }

            @Override
            public void shed() {
                score.failed(operation, "overload");
            }
        };
    }

    private void login(int person, long due) throws InterruptedException {
        Answer answer = pool.ask(login(person), deadline(due));
        count(Operation.LOGIN, answer, due);
        if (answer.failure() == null) {
            state.set(person, IN);
        }
    }

    private void request(int person, long due) throws InterruptedException {
        if (state.get(person) == OUT) {
            login(person, due);
            return;
        }
        Answer read = pool.ask(List.of(Request.of("GET", key(person))), deadline(due));
        if (read.failure() != null) {
            count(Operation.REQUEST, read, due);
        } else if (read.replies().getFirst() instanceof Reply.Nothing) {
            if (state.compareAndSet(person, IN, OUT)) { // the first to notice
                score.loggedOut();
            }
            score.failed(Operation.REQUEST, "logged-out");
        } else {
            count(Operation.REQUEST, pool.ask(List.of(save(person)), deadline(due)), due);
        }
    }

    private void count(Operation operation, Answer answer, long due) {
        String failure = answer.failure();
        if (failure == null) {
            score.succeeded(operation, clock.monotonicNanos() - due);
        } else {
            score.failed(operation, failure);
        }
    }

    private static long deadline(long due) {
        return due + Workload.PATIENCE_MILLIS * 1_000_000L;
    }

    /** The session is written, and the page after the login reads it. */
    private List<Request> login(int person) {
        return List.of(save(person), Request.of("GET", key(person)));
    }

    private Request save(int person) {
        return Request.of("SET", key(person)).and(payload.bytes()).and("EX").and(Workload.SESSION_TTL_SECONDS);
    }

    private static String key(int person) {
        return Workload.SESSION_PREFIX + String.format("%016x", (person + 1L) * 0x9e3779b97f4a7c15L);
    }

    /** People who believe they are logged in and have no session: nobody has told them yet. */
    int countMissing(RespClient client) throws IOException {
        int missing = 0;
        List<Request> batch = new ArrayList<>();
        int last = Math.min(people.get(), state.length()) - 1;
        for (int person = 0; person <= last; person++) {
            if (state.get(person) == IN) {
                batch.add(Request.of("EXISTS", key(person)));
            }
            if (batch.size() == BATCH || person == last) {
                for (Reply reply : client.pipeline(batch)) {
                    missing += reply.asLong() == 0 ? 1 : 0;
                }
                batch.clear();
            }
        }
        return missing;
    }

    @Override
    public void close() {
        pool.close();
    }
}

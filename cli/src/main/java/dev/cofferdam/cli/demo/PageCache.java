// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.Request;
import dev.cofferdam.resp.client.RespClient;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Pages whose data is read through a cache: what is not there is loaded from the database and put in, with a time to live.
 *
 * <p>Owns the table of popularities (Zipf, exponent 0.9). Which page is asked for when does not depend on what the server does.
 */
final class PageCache implements Application {
    private static final double EXPONENT = 0.9;

    private final Workload workload;
    private final Clock clock;
    private final OpenLoop loop;
    private final ConnectionPool pool;
    private final Scorecard score;
    private final Database database;
    private final Payload payload;
    /** Share of all reads that go to this key or a more popular one. */
    private final double[] popularity = new double[Workload.CACHE_KEYS];

    PageCache(Workload workload, Clock clock, OpenLoop loop, ConnectionPool pool, Scorecard score, Database database) {
        this.workload = workload;
        this.clock = clock;
        this.loop = loop;
        this.pool = pool;
        this.score = score;
        this.database = database;
        this.payload = new Payload(workload.cacheValueBytes(), workload.seed());
        double sum = 0;
        for (int i = 0; i < popularity.length; i++) {
            sum += Math.pow(i + 1, -EXPONENT);
            popularity[i] = sum;
        }
        for (int i = 0; i < popularity.length; i++) {
            popularity[i] /= sum;
        }
    }

    /** A cache that has been in use for long: entries of every age. */
    @Override
    public void prepare(RespClient client) throws IOException {
        SplittableRandom random = new SplittableRandom(workload.seed());
        for (int i = 0; i < Workload.CACHE_KEYS; i++) {
            client.call(put(i, random.nextDouble() * lifetimeMillis(random))).orThrow();
        }
    }

    @Override
    public void run(long startNanos, long endNanos) {
        loop.run(startNanos, endNanos, Workload.PAGES_PER_SECOND, workload.seed() + 4, new OpenLoop.Task() {
            @Override
            public void run(long dueNanos, SplittableRandom random) throws InterruptedException {
                page(dueNanos, random);
            }

            @Override
            public void shed() {
                score.failed(Operation.READ, "overload");
            }
        });
    }

    private void page(long due, SplittableRandom random) throws InterruptedException {
        int number = pick(random.nextDouble());
        double lifetimeMillis = lifetimeMillis(random);
        Answer cached = pool.ask(List.of(Request.of("GET", key(number))), due + Workload.PATIENCE_MILLIS * 1_000_000L);
        String failure = cached.failure();
        if (failure == null) {
            score.succeeded(Operation.READ, clock.monotonicNanos() - due);
        } else {
            score.failed(Operation.READ, failure);
        }
        if (failure != null || cached.replies().getFirst() instanceof Reply.Nothing) {
            load(number, lifetimeMillis);
        }
    }

    private void load(int number, double lifetimeMillis) throws InterruptedException {
        if (!database.load()) {
            score.failedPage();
            return;
        }
        long begin = clock.monotonicNanos();
        Answer written = pool.ask(List.of(put(number, lifetimeMillis)), begin + Workload.PATIENCE_MILLIS * 1_000_000L);
        String failure = written.failure();
        if (failure == null) {
            score.succeeded(Operation.WRITE, clock.monotonicNanos() - begin);
        } else {
            score.failed(Operation.WRITE, failure);
        }
    }

    private int pick(double share) {
        int found = Arrays.binarySearch(popularity, share);
        return Math.min(popularity.length - 1, found < 0 ? -found - 1 : found);
    }

    private double lifetimeMillis(SplittableRandom random) {
        return workload.cacheTtlSeconds() * 1000 * (0.5 + random.nextDouble());
    }

    private Request put(int number, double lifetimeMillis) {
        return Request.of("SET", key(number)).and(payload.bytes()).and("PX").and(1 + (long) lifetimeMillis);
    }

    private static String key(int number) {
        return Workload.CACHE_PREFIX + "page:" + number;
    }

    @Override
    public void close() {
        pool.close();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.watch;

import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.Request;
import dev.cofferdam.resp.client.RespClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What an ordinary shared server holds and hears: sessions, pages, jobs, counters, profiles and feeds in six prefixes and one queue, and a steady traffic of reads and overwrites. One
 * thread of its own for the traffic; ends it at {@link #close()}.
 */
final class RoleMix implements AutoCloseable {
    static final String QUEUE = "queue:mail";
    private static final int BATCH = 500;

    private final WatchedRedis server;
    private final int keys;
    private final AtomicBoolean over = new AtomicBoolean();
    private final Thread traffic;

    RoleMix(WatchedRedis server, int keys, int operationsPerSecond, long seed) throws IOException {
        this.server = server;
        this.keys = keys;
        load();
        this.traffic = Thread.ofPlatform().name("traffic").start(() -> run(operationsPerSecond, seed));
    }

    private void load() throws IOException {
        try (RespClient client = server.connect()) {
            List<Request> batch = new ArrayList<>();
            for (int i = 0; i < keys; i++) {
                batch.add(write(i));
                if (batch.size() == BATCH) {
                    check(client.pipeline(batch));
                    batch.clear();
                }
            }
            for (int i = 0; i < 2_000; i++) {
                batch.add(Request.of("RPUSH", QUEUE, "job " + i + "x".repeat(180)));
            }
            check(client.pipeline(batch));
        }
    }

    static void check(List<Reply> replies) {
        replies.forEach(Reply::orThrow);
    }

    /** Sessions 25 %, pages 30 %, jobs 15 %, counters 20 %, profiles 8 %, feeds 2 %. */
    private static Request write(int i) {
        int kind = (int) ((i * 2_654_435_761L >>> 7) % 100);
        if (kind < 25) {
            return Request.of("SET", "sess:" + hex(i), "u".repeat(250 + i % 100), "EX", "86400");
        } else if (kind < 55) {
            return Request.of("SET", "cache:page:" + i + ":v2", "p".repeat(500 + i % 400), "EX", "86400");
        } else if (kind < 70) {
            return Request.of("HSET", "job:" + i, "name", "send", "data", "d".repeat(200), "opts", "{}", "at", "1700000000");
        } else if (kind < 90) {
            return Request.of("SET", "rate:user:" + i, "17", "EX", "86400");
        } else if (kind < 98) {
            return Request.of("SET", "user:" + i + ":profile", "n".repeat(600));
        }
        return Request.of("SET", "feed:" + i, "f".repeat(2_000));
    }

    private static String hex(int i) {
        return "%08x%08x%08x%08x".formatted(i, i * 31, ~i, i * 17);
    }

    private void run(int operationsPerSecond, long seed) {
        Random random = new Random(seed);
        try (RespClient client = server.connect()) {
            client.call("CLIENT", "SETNAME", "web");
            while (!over.get()) {
                List<Request> batch = new ArrayList<>();
                for (int i = 0; i < operationsPerSecond / 50; i++) {
                    int key = random.nextInt(keys);
                    batch.add(random.nextInt(5) == 0 ? write(key) : Request.of("GET", "cache:page:" + key + ":v2"));
                }
                client.pipeline(batch);
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } catch (IOException | InterruptedException e) {
            // The server ended first.
        }
    }

    @Override
    public void close() throws InterruptedException {
        over.set(true);
        traffic.join(TimeUnit.SECONDS.toMillis(60));
    }
}

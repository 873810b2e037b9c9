// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.tests.serve.ServerProcess;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;

/**
 * A server with the preset compartments of which {@code jobs} is full and refuses every write, with {@code cache} flooded beside it if asked for, and a connection
 * that looks on. Owns process, writer and connections.
 */
final class FloodedServer implements AutoCloseable {
    private static final long WAIT_NANOS = 60_000_000_000L;
    private static final long LOOK_NANOS = 5_000_000;
    private static final int PAGE_BYTES = 4_000;
    private static final int PAGES_MAX = 100_000;
    private static final int PAGES_BETWEEN_LOOKS = 50;

    private final ServerProcess server;
    private final boolean floodsCache;
    private final FullCompartment jobs;
    private final long evictedBefore;
    private final KeysMade made;
    final Jedis observer;

    private FloodedServer(boolean floodsCache) throws Exception {
        this.floodsCache = floodsCache;
        server = ServerProcess.serve("--maxmemory", "64mb", "--enable-debug-command", "local");
        observer = new Jedis("127.0.0.1", server.port());
        jobs = new FullCompartment(server.port(), "jobs", floodsCache);
        if (floodsCache) {
            flood();
        }
        evictedBefore = number("cache", "evicted_keys");
        made = new KeysMade(server.port());
    }

    static FloodedServer withFullJobs() throws Exception {
        return new FloodedServer(false);
    }

    static FloodedServer withFullJobsAndCache() throws Exception {
        return new FloodedServer(true);
    }

    private void flood() {
        String page = "x".repeat(PAGE_BYTES);
        for (int i = 0; i % PAGES_BETWEEN_LOOKS != 0 || number("cache", "evicted_keys") == 0; i++) {
            assertThat(i).as("pages that went into 64 MB").isLessThan(PAGES_MAX);
            observer.set("cache:" + FullCompartment.MARK + ":first:" + i, page);
        }
    }

    int port() {
        return server.port();
    }

    long number(String compartment, String figure) {
        String value = figure(compartment, figure);
        return Long.parseLong(Objects.requireNonNull(value, figure));
    }

    private @Nullable String figure(String compartment, String figure) {
        byte[] text = (byte[]) observer.sendCommand(() -> "COMPARTMENT".getBytes(StandardCharsets.US_ASCII), "INFO", compartment);
        for (String line : new String(text, StandardCharsets.UTF_8).split("\r\n", -1)) {
            if (line.startsWith(figure + ":")) {
                return line.substring(figure.length() + 1);
            }
        }
        return null;
    }

    static void eventually(String what, BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - begin).as("nanoseconds waited for: %s", what).isLessThan(WAIT_NANOS);
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /**
     * Ends the writer: what it filled was full from the first moment to now, and every key that came to be meanwhile, if only for a moment, lay in one of these
     * compartments, and some in each.
     */
    void assertFullThroughoutAndKeysIn(String... compartments) throws Exception {
        jobs.assertItWasFullTheWholeTime();
        if (floodsCache) {
            assertThat(number("cache", "evicted_keys")).isGreaterThan(evictedBefore);
        }
        Set<String> keys = made.withCompartments();
        assertThat(keys.stream().map(key -> key.split(" ", 2)[0]).collect(Collectors.toSet())).as("where these lay: %s", keys)
            .containsExactlyInAnyOrder(compartments);
        assertThat(observer.sendCommand(() -> "DEBUG".getBytes(StandardCharsets.US_ASCII), "AUDIT"))
            .isEqualTo("OK".getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() throws Exception {
        made.close();
        jobs.close();
        observer.close();
        server.close();
    }
}

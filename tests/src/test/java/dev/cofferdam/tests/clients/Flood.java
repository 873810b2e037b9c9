// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.SetParams;

/**
 * Fills one compartment and goes on writing to it until the end of the test, in a thread of its own: {@code jobs} then refuses every write, {@code cache}
 * evicts for every one. Looks at COMPARTMENT INFO between its writes, so that the test can say that the compartment was full all the time.
 *
 * <p>Owns thread and connection. What it saw is read after {@link #end()} only.
 */
final class Flood {
    /** The figures of a compartment that say whether it is full. */
    private record Figures(long usedBytes, long maxBytes, long refusedCommands, long evictedKeys) {
        static Figures of(Jedis jedis, String compartment) {
            Map<String, Long> numbers = numbers(jedis, compartment);
            return new Figures(numbers.getOrDefault("used_bytes", 0L), numbers.getOrDefault("max_bytes", 0L),
                    numbers.getOrDefault("refused_commands", 0L), numbers.getOrDefault("evicted_keys", 0L));
        }
    }

    private static final int PAYLOAD_BYTES = 4_000;
    private static final int WRITES_BETWEEN_SAMPLES = 20;
    private static final int PAGES_MAX = 100_000;
    /** Full of live data and of what cleaning keeps free: the rest is headroom for what does not grow. */
    private static final double FULL_SHARE = 0.9;
    private static final long PAUSE_NANOS = 500_000;

    private final String compartment;
    private final Jedis jedis;
    private final Thread thread = new Thread(this::goOn, "flood");
    private final List<Figures> samples = new ArrayList<>();
    private final String payload = "x".repeat(PAYLOAD_BYTES);
    private long written;
    private long accepted;
    private volatile boolean ends;
    private volatile @Nullable Throwable failure;

    private Flood(String compartment, int port) {
        this.compartment = compartment;
        this.jedis = new Jedis("127.0.0.1", port);
        thread.setDaemon(true);
    }

    /** Returns when {@code jobs} has refused a job for the first time. */
    static Flood ofJobs(int port) {
        Flood flood = new Flood("jobs", port);
        FullJobs.fill(flood.jedis);
        flood.begin();
        return flood;
    }

    /** Returns when {@code cache} has evicted its first pages. */
    static Flood ofCache(int port) {
        Flood flood = new Flood("cache", port);
        while (Figures.of(flood.jedis, "cache").evictedKeys() == 0) {
            for (int i = 0; i < WRITES_BETWEEN_SAMPLES; i++) {
                flood.write();
            }
            assertThat(flood.written).as("pages that went into 64 MB").isLessThan(PAGES_MAX);
        }
        flood.begin();
        return flood;
    }

    private void begin() {
        written = 0;
        accepted = 0;
        samples.add(Figures.of(jedis, compartment));
        thread.start();
    }

    private void goOn() {
        try {
            while (!ends) {
                for (int i = 0; i < WRITES_BETWEEN_SAMPLES; i++) {
                    write();
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
                samples.add(Figures.of(jedis, compartment));
            }
        } catch (RuntimeException | AssertionError e) {
            failure = e;
        }
    }

    private void write() {
        written++;
        try {
            if (compartment.equals("jobs")) {
                jedis.lpush("queue:default", payload);
            } else {
                jedis.set("cache:flood:" + written, payload, SetParams.setParams().ex(3600));
            }
            accepted++;
        } catch (JedisDataException e) {
            assertThat(e).hasMessageStartingWith("OOM command not allowed when used memory > 'maxmemory'.");
        }
    }

    void end() throws InterruptedException {
        ends = true;
        thread.join();
        jedis.close();
    }

    /** After {@link #end()}: it never was anything else but full. */
    void assertFullThroughout() {
        assertThat(failure).isNull();
        assertThat(written).isGreaterThanOrEqualTo(WRITES_BETWEEN_SAMPLES);
        assertThat(samples).hasSizeGreaterThanOrEqualTo(2);
        if (compartment.equals("jobs")) {
            assertThat(accepted).as("jobs taken by the full compartment").isZero();
            assertThat(samples)
                .allSatisfy(figures -> assertThat((double) figures.usedBytes()).isGreaterThan(FULL_SHARE * figures.maxBytes()));
            assertThat(samples.getLast().refusedCommands() - samples.getFirst().refusedCommands()).isEqualTo(written);
        } else {
            assertThat(accepted).as("pages taken by a compartment that evicts").isEqualTo(written);
            assertThat(samples.getLast().evictedKeys()).isGreaterThan(samples.getFirst().evictedKeys());
        }
    }

    /** What COMPARTMENT INFO says of a compartment in numbers. */
    static Map<String, Long> numbers(Jedis jedis, String compartment) {
        Object text = jedis.sendCommand(() -> "COMPARTMENT".getBytes(StandardCharsets.US_ASCII), "INFO", compartment);
        Map<String, Long> numbers = new HashMap<>();
        for (String line : new String((byte[]) text, StandardCharsets.ISO_8859_1).split("\r\n")) {
            String[] parts = line.split(":", 2);
            if (parts.length == 2 && parts[1].matches("\\d+")) {
                numbers.put(parts[0], Long.parseLong(parts[1]));
            }
        }
        return numbers;
    }
}

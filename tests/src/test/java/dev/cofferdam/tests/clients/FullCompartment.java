// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * A compartment that is full and stays full: filled until it answers -OOM, then asked again and again by a writer that must be refused each time. Beside full
 * sessions the cache is full too. The cache is pressed on if so told: then it evicts, and memory moves between compartments all the while. Owns two connections and
 * the writer's thread; what the writer saw is read after it ended.
 */
final class FullCompartment implements AutoCloseable {
    /** Names of all keys that come from here contain it. */
    static final String MARK = "filler";

    private static final int LARGE_BYTES = 4_000;
    /** What is asked for while it is full: when this is refused, there is not even room for something small. */
    private static final int SMALL_BYTES = 64;
    private static final long DEADLINE_SECONDS = 3_600;
    private static final int WRITES_MAX = 200_000;
    private static final long REFUSALS_MIN = 50;
    private static final long PAUSE_MICROS = 1_000;

    private final String name;
    private final boolean pressesCache;
    private final Jedis jedis;
    private final Jedis writerJedis;
    private final ScheduledExecutorService writer;
    private final AtomicLong refusals = new AtomicLong();
    private final Map<String, String> before;
    private volatile @Nullable Throwable problem;

    FullCompartment(int port, String name) {
        // Not beside full jobs: what libraries keep in the cache then shall not be evicted.
        this(port, name, name.equals("sessions"));
    }

    FullCompartment(int port, String name, boolean pressesCache) {
        this.name = name;
        this.pressesCache = pressesCache;
        jedis = new Jedis("127.0.0.1", port);
        writerJedis = new Jedis("127.0.0.1", port);
        fill();
        before = info(name);
        writer = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("filler").factory());
        writer.scheduleWithFixedDelay(this::press, 0, PAUSE_MICROS, TimeUnit.MICROSECONDS);
    }

    private void fill() {
        if (name.equals("sessions")) {
            openSessions();
            fillCache();
        }
        for (int bytes : new int[] {LARGE_BYTES, SMALL_BYTES}) {
            int writes = 0;
            while (isTaken(jedis, bytes)) {
                assertThat(++writes).as("values of " + bytes + " bytes went into " + name).isLessThan(WRITES_MAX);
            }
        }
    }

    /** Sessions that somebody came back to are not dropped for another one. When they take up everything, a new one is refused, or dropped at once. */
    private void openSessions() {
        String payload = "x".repeat(LARGE_BYTES);
        for (int session = 0; session < WRITES_MAX; session++) {
            String key = "sess:" + MARK + ":" + session;
            try {
                jedis.setex(key, DEADLINE_SECONDS, payload);
            } catch (JedisDataException e) {
                assertIsFull(e);
                return;
            }
            if (jedis.get(key) == null) {
                return;
            }
        }
        throw new AssertionError(WRITES_MAX + " sessions of " + LARGE_BYTES + " bytes were opened");
    }

    private void fillCache() {
        String payload = "x".repeat(LARGE_BYTES);
        for (int entry = 0; number(info("cache"), "evicted_keys") == 0; entry++) {
            for (int i = 0; i < 100; i++) {
                jedis.setex("cache:" + MARK + ":first:" + entry + ":" + i, DEADLINE_SECONDS, payload);
            }
            assertThat(entry).as("hundreds of entries went into the cache").isLessThan(WRITES_MAX / 100);
        }
    }

    /** One more job, or more for a session; false when it was refused for want of memory. */
    private boolean isTaken(Jedis connection, int bytes) {
        String payload = "x".repeat(bytes);
        try {
            switch (name) {
                case "jobs" -> connection.lpush("queue:" + MARK, payload);
                case "sessions" -> connection.append("sess:" + MARK + ":0", payload);
                default -> throw new IllegalArgumentException(name);
            }
            return true;
        } catch (JedisDataException e) {
            assertIsFull(e);
            return false;
        }
    }

    private void assertIsFull(JedisDataException e) {
        assertThat(e).hasMessageStartingWith("OOM command not allowed when used memory > 'maxmemory'.")
            .hasMessageContaining("'" + name + "' is full");
    }

    private void press() {
        try {
            if (isTaken(writerJedis, SMALL_BYTES)) {
                throw new AssertionError("a write into '" + name + "' was taken after " + refusals + " that were refused");
            }
            long entry = refusals.incrementAndGet();
            if (pressesCache) {
                writerJedis.setex("cache:" + MARK + ":" + entry, DEADLINE_SECONDS, "x".repeat(LARGE_BYTES));
            }
        } catch (Throwable e) {
            problem = e;
            throw e;
        }
    }

    /** Ends the writer, and says whether the compartment was full from the beginning until now. */
    void assertItWasFullTheWholeTime() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (refusals.get() < REFUSALS_MIN && problem == null && System.nanoTime() - end < 0) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        writer.shutdownNow();
        assertThat(writer.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        assertThat(problem).isNull();
        assertThat(refusals.get()).isGreaterThanOrEqualTo(REFUSALS_MIN);
        Map<String, String> after = info(name);
        assertThat(number(after, "refused_commands") - number(before, "refused_commands")).as("refusals of " + after)
            .isEqualTo(refusals.get());
        assertThat(after).as("nothing of it was dropped, and nothing came to it").containsEntry("keys", before.get("keys"))
            .containsEntry("evicted_keys", before.get("evicted_keys")).containsEntry("live_bytes", before.get("live_bytes"));
    }

    private Map<String, String> info(String compartment) {
        Map<String, String> fields = new HashMap<>();
        String text = new String((byte[]) jedis.sendCommand(() -> "COMPARTMENT".getBytes(StandardCharsets.US_ASCII), "INFO",
                compartment), StandardCharsets.UTF_8);
        for (String line : text.split("\r?\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        return fields;
    }

    private static long number(Map<String, String> fields, String field) {
        return Long.parseLong(fields.getOrDefault(field, "-1"));
    }

    @Override
    public void close() {
        writer.shutdownNow();
        jedis.close();
        writerJedis.close();
    }
}

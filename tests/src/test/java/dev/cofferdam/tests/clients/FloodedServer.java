// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.tests.serve.ServerProcess;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** A server with the preset compartments in which some are full and are being written to, and a connection that looks on. Owns process, floods and connection. */
final class FloodedServer implements AutoCloseable {
    private static final long WAIT_NANOS = 60_000_000_000L;
    private static final long LOOK_NANOS = 5_000_000;

    private final ServerProcess server;
    private final List<Flood> floods = new ArrayList<>();
    final Jedis observer;

    private FloodedServer() throws Exception {
        server = ServerProcess.serve("--maxmemory", "64mb", "--enable-debug-command", "local");
        observer = new Jedis("127.0.0.1", server.port());
    }

    static FloodedServer withFullJobs() throws Exception {
        FloodedServer flooded = new FloodedServer();
        flooded.floods.add(Flood.ofJobs(flooded.port()));
        return flooded;
    }

    static FloodedServer withFullJobsAndCache() throws Exception {
        FloodedServer flooded = withFullJobs();
        flooded.floods.add(Flood.ofCache(flooded.port()));
        return flooded;
    }

    int port() {
        return server.port();
    }

    /** All keys but those of the floods, by compartment. */
    SortedMap<String, List<String>> keys() {
        SortedMap<String, List<String>> found = new TreeMap<>();
        String cursor = ScanParams.SCAN_POINTER_START;
        do {
            ScanResult<String> page = observer.scan(cursor, new ScanParams().count(1_000));
            for (String key : page.getResult()) {
                if (!key.startsWith("cache:flood:") && !key.equals("queue:default")) {
                    found.computeIfAbsent(compartmentOf(key), name -> new ArrayList<>()).add(key);
                }
            }
            cursor = page.getCursor();
        } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
        return found;
    }

    String compartmentOf(String key) {
        return new String((byte[]) observer.sendCommand(() -> "COMPARTMENT".getBytes(StandardCharsets.US_ASCII), "OF", key),
                StandardCharsets.ISO_8859_1);
    }

    long number(String compartment, String figure) {
        Long value = Flood.numbers(observer, compartment).get(figure);
        assertThat(value).as("%s of %s", figure, compartment).isNotNull();
        return value;
    }

    static void eventually(String what, BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - begin).as("nanoseconds waited for: %s", what).isLessThan(WAIT_NANOS);
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** Ends the floods; what they filled was full from the first moment to now. */
    void assertFullThroughout() throws InterruptedException {
        for (Flood flood : floods) {
            flood.end();
        }
        for (Flood flood : floods) {
            flood.assertFullThroughout();
        }
        floods.clear();
        assertThat(observer.sendCommand(() -> "DEBUG".getBytes(StandardCharsets.US_ASCII), "AUDIT"))
            .isEqualTo("OK".getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() throws Exception {
        observer.close();
        server.close();
        for (Flood flood : floods) {
            flood.end();
        }
    }
}

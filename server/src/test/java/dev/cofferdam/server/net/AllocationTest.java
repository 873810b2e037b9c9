// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.cofferdam.server.net.LoopHarness.RawClient;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** The event loop allocates nothing per command: what garbage there is must not grow with the number of commands. */
class AllocationTest {
    /** A command that allocates does so in every round; code that is not compiled yet only in the first ones, the more of them the busier the machine. */
    private static final int ROUNDS_MAX = 12;
    private static final int COMMANDS = 50_000;
    /** For 100,000 commands: four bytes each, less than any object; timers and code not compiled yet make some now and then. */
    private static final long TOLERATED_BYTES = 400_000;

    private static long allocatedByLoop() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (long id : threads.getAllThreadIds()) {
            var info = threads.getThreadInfo(id);
            if (info != null && info.getThreadName().equals("event-loop")) {
                return threads.getThreadAllocatedBytes(id);
            }
        }
        throw new IllegalStateException("no event loop");
    }

    private static void run(RawClient client, int pipeline, String command, int replyBytes) throws IOException {
        String batch = command.repeat(pipeline);
        for (int done = 0; done < COMMANDS; done += pipeline) {
            client.send(batch);
            client.read(replyBytes * pipeline);
        }
    }

    @Test
    void setAndGetAllocateNothing() throws IOException {
        try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20); RawClient client = harness.connect()) {
            String set = RawClient.resp("SET", "key:1", "x".repeat(64));
            String get = RawClient.resp("GET", "key:1");
            for (int pipeline : new int[] {1, 16}) {
                long least = Long.MAX_VALUE;
                for (int round = 0; round < ROUNDS_MAX && least >= TOLERATED_BYTES; round++) {
                    long before = allocatedByLoop();
                    run(client, pipeline, set, 5);
                    run(client, pipeline, get, 71);
                    least = Math.min(least, allocatedByLoop() - before);
                }
                assertThat(least).as("bytes for %d commands, pipeline %d", 2 * COMMANDS, pipeline)
                    .isLessThan(TOLERATED_BYTES);
            }
        }
    }

    /** Small and large sorted sets: scores that change, look-ups, ranges by rank and by score. */
    @Test
    void sortedSetCommandsAllocateNothing() throws IOException {
        try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20); RawClient client = harness.connect()) {
            for (int members : new int[] {20, 2000}) {
                String key = "z" + members;
                for (int i = 0; i < members; i++) {
                    client.ask("ZADD", key, Integer.toString(i), "member:" + i);
                }
                String[] commands = {RawClient.resp("ZADD", key, "3.5", "member:7"), RawClient.resp("ZADD", key, "15", "member:7"),
                    RawClient.resp("ZSCORE", key, "member:7"), RawClient.resp("ZRANK", key, "member:7"),
                    RawClient.resp("ZRANGE", key, "2", "5", "WITHSCORES"),
                    RawClient.resp("ZRANGEBYSCORE", key, "(2", "+inf", "LIMIT", "0", "2")};
                String batch = String.join("", commands);
                client.send(batch + RawClient.resp("PING"));
                int replies = 0;
                for (String line = client.line(); !line.equals("+PONG"); line = client.line()) {
                    replies += line.length() + 2;
                }
                long least = Long.MAX_VALUE;
                for (int round = 0; round < ROUNDS_MAX && least >= TOLERATED_BYTES; round++) {
                    long before = allocatedByLoop();
                    for (int done = 0; done < COMMANDS; done += commands.length) {
                        client.send(batch);
                        client.read(replies);
                    }
                    least = Math.min(least, allocatedByLoop() - before);
                }
                assertThat(least).as("bytes for %d commands on %d members", COMMANDS, members)
                    .isLessThan(TOLERATED_BYTES);
            }
        }
    }

    /** Packed and large hashes, lists and sets; deadlines that move; counters. What is added is taken away, so that no round finds more than the one before. */
    @Test
    void hashListSetAndExpiryCommandsAllocateNothing() throws IOException {
        try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20); RawClient client = harness.connect()) {
            for (int elements : new int[] {5, 600}) {
                String suffix = Integer.toString(elements);
                for (int i = 0; i < elements; i++) {
                    client.ask("HSET", "h" + suffix, "field:" + i, "value:" + i);
                    client.ask("RPUSH", "l" + suffix, "element:" + (100 + i));
                    client.ask("SADD", "s" + suffix, "member:" + i);
                }
                client.ask("SET", "k", "v");
                client.ask("SET", "n", "1");
                assertAllocatesNothing(client, elements, RawClient.resp("HSET", "h" + suffix, "field:3", "other:3"),
                        RawClient.resp("HGET", "h" + suffix, "field:3"), RawClient.resp("LPUSH", "l" + suffix, "element:xxx"),
                        RawClient.resp("LRANGE", "l" + suffix, "0", "2"), RawClient.resp("RPOP", "l" + suffix),
                        RawClient.resp("RPOPLPUSH", "l" + suffix, "l" + suffix), RawClient.resp("SADD", "s" + suffix, "new"),
                        RawClient.resp("SISMEMBER", "s" + suffix, "new"), RawClient.resp("SREM", "s" + suffix, "new"),
                        RawClient.resp("EXPIRE", "k", "1000"), RawClient.resp("PEXPIRE", "h" + suffix, "100000"),
                        RawClient.resp("PERSIST", "h" + suffix), RawClient.resp("INCRBY", "n", "0"));
            }
            assertAllocatesNothing(client, 5, RawClient.resp("HGETALL", "h5"), RawClient.resp("SMEMBERS", "s5"));
        }
    }

    /** Replies must be as long in every round. */
    private static void assertAllocatesNothing(RawClient client, int elements, String... commands) throws IOException {
        String batch = String.join("", commands);
        client.send(batch + batch + RawClient.resp("PING")); // the first batch may answer differently: what it adds was not there
        client.send(batch + RawClient.resp("ECHO", "end"));
        for (String line = client.line(); !line.equals("+PONG"); line = client.line()) {
            assertThat(line).doesNotStartWith("-");
        }
        int replies = 0;
        for (String line = client.line(); !line.equals("$3"); line = client.line()) {
            replies += line.length() + 2;
        }
        client.line();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS_MAX && least >= TOLERATED_BYTES; round++) {
            long before = allocatedByLoop();
            for (int done = 0; done < COMMANDS; done += commands.length) {
                client.send(batch);
                client.read(replies);
            }
            least = Math.min(least, allocatedByLoop() - before);
        }
        assertThat(least).as("bytes for %d commands on %d elements", COMMANDS, elements).isLessThan(TOLERATED_BYTES);
    }

    /** The measure itself can see an allocating command: INFO-like text is made on the heap. */
    @Test
    void aCommandThatAllocatesIsSeen() throws IOException {
        try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20); RawClient client = harness.connect()) {
            long before = allocatedByLoop();
            for (int i = 0; i < 4000; i++) {
                assertThat(client.ask("NOSUCHCOMMAND")).startsWith("-ERR unknown");
            }
            assertThat(allocatedByLoop() - before).isGreaterThan(TOLERATED_BYTES);
        }
    }
}

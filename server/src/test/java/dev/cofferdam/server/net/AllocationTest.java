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
                assertAllocatesNothing(client, members, commands);
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

    /** Adding with and without an id and trimming; bits of a string, and of a number that is a string. */
    @Test
    void streamAndBitCommandsAllocateNothing() throws IOException {
        try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20); RawClient client = harness.connect()) {
            String[] bits = {RawClient.resp("SETBIT", "b", "70000", "1"), RawClient.resp("SETBIT", "b", "70000", "0"),
                RawClient.resp("GETBIT", "b", "70001"), RawClient.resp("BITCOUNT", "b", "3", "400"), RawClient.resp("BITPOS", "b", "1"),
                RawClient.resp("BITCOUNT", "n"), RawClient.resp("GETBIT", "n", "3")};
            client.ask("SET", "n", "123456");
            assertAllocatesNothing(client, 1, bits);
            // Later than now, so that all ids to come are as long.
            client.ask("XADD", "s", "99999999999999-10000000000000", "field", "value");
            client.line();
            assertAllocatesNothing(client, 20, RawClient.resp("XADD", "s", "MAXLEN", "~", "20", "*", "field", "value", "other", "value"),
                    RawClient.resp("XADD", "s", "MAXLEN", "20", "99999999999999-*", "field", "value"));
        }
    }

    /** What a command over many streams needs on the heap does not grow with their number: places of arguments aside, a bit each. */
    @Test
    void readingManyStreamsTakesNoHeapForEach() throws IOException {
        int streams = 200_000;
        String read = many("XREAD", streams, "k%06d", "0");
        String readGroup = many("XREADGROUP GROUP g c", streams, "k000007", ">");
        try (LoopHarness harness = new LoopHarness(64 << 20, 48 << 20); RawClient client = harness.connect()) {
            for (String key : new String[] {"k000007", "k100007"}) {
                client.ask("XADD", key, "1-1", "a", "b");
                client.line();
            }
            assertThat(client.ask("XGROUP", "CREATE", "k000007", "g", "$")).isEqualTo("+OK");
            String entry = "*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n";
            String reply = "*2\r\n*2\r\n$7\r\nk000007\r\n" + entry + "*2\r\n$7\r\nk100007\r\n" + entry;
            long least = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS_MAX && least >= 4L * streams; round++) {
                long before = allocatedByLoop();
                client.send(read);
                assertThat(client.read(reply.length())).isEqualTo(reply);
                client.send(readGroup);
                assertThat(client.line()).isEqualTo("*-1");
                least = Math.min(least, allocatedByLoop() - before);
            }
            assertThat(least).as("bytes for two commands over %d streams", streams).isLessThan(4L * streams);
        }
    }

    private static String many(String command, int streams, String name, String id) {
        String[] words = command.split(" ");
        StringBuilder text = new StringBuilder("*" + (words.length + 1 + 2 * streams) + "\r\n");
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        text.append("$7\r\nSTREAMS\r\n");
        for (int i = 0; i < streams; i++) {
            text.append("$7\r\n").append(String.format(name, i)).append("\r\n");
        }
        return text.append(("$" + id.length() + "\r\n" + id + "\r\n").repeat(streams)).toString();
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

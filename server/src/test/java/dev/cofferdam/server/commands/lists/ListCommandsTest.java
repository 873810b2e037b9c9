// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.lists;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.CompartmentOptions;
import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.command.CommandHarness;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lists in full compartments and clients that wait for them; the plain replies are compared with redis-server's in compat. */
class ListCommandsTest {
    private static final String OOM = "-OOM command not allowed when used memory > 'maxmemory'. ";
    private static final String NIL = "$-1\r\n";

    private static String bulk(String text) {
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }

    private static String pair(String key, String element) {
        return "*2\r\n" + bulk(key) + bulk(element);
    }

    /** One compartment that leaves the rest of the arena to connections. */
    private static CommandHarness small() {
        return new CommandHarness(16 << 20, List.of(new CompartmentOptions("default", 0, 8 << 20, FullPolicy.REJECT)),
                (database, address, length) -> 0);
    }

    /** Keys that begin with "j" in a compartment of their own. */
    private static CommandHarness twoCompartments() {
        long bytes = 8 << 20;
        return new CommandHarness(4 * bytes, List.of(new CompartmentOptions("default", bytes, bytes, FullPolicy.REJECT),
                new CompartmentOptions("jobs", bytes, bytes, FullPolicy.REJECT)),
                (database, address, length) -> length > 0 && Mem.getByte(address) == 'j' ? 1 : 0);
    }

    /** Pushes until refused; answers how many jobs are in. */
    private static int fill(CommandHarness harness, String key, int bytes) {
        String padding = "x".repeat(bytes - 8);
        int pushed = 0;
        for (int refused = 0; refused < 10;) {
            String reply = harness.run("LPUSH", key, String.format("%08d", pushed) + padding);
            if (reply.startsWith("-OOM ")) {
                refused++;
            } else {
                pushed++;
            }
        }
        return pushed;
    }

    @Test
    void aPushOfAThousandIsRefusedWhole() {
        try (CommandHarness harness = small()) {
            int jobs = fill(harness, "jobs", 500);
            String[] push = new String[1002];
            Arrays.fill(push, "y".repeat(300));
            push[0] = "RPUSH";
            push[1] = "jobs";
            assertThat(harness.run(push)).startsWith(OOM).contains("Compartment 'default' is full");
            assertThat(harness.run("LLEN", "jobs")).isEqualTo(":" + jobs + "\r\n");
            push[1] = "new";
            assertThat(harness.run(push)).startsWith(OOM);
            assertThat(harness.run("LLEN", "new")).isEqualTo(":0\r\n");
            assertThat(harness.run("LPUSHX", "new", "z")).as("needs nothing").isEqualTo(":0\r\n");
            assertThat(harness.run("LSET", "jobs", "3", "w".repeat(500))).as("no longer than before").isEqualTo("+OK\r\n");
            assertThat(harness.run("LREM", "jobs", "1", "w".repeat(500))).isEqualTo(":1\r\n");
        }
    }

    @Test
    void reliableWorkersGoOnInAFullCompartment() {
        for (int bytes : new int[] {40, 1200, 9000}) {
            try (CommandHarness harness = small()) {
                int next = fill(harness, "jobs", bytes);
                String padding = "x".repeat(bytes - 8);
                for (int taken = 0; taken < 5000; taken++) {
                    String worker = "processing:" + taken % 7;
                    String job = String.format("%08d", taken) + padding;
                    String reply = switch (taken % 3) {
                        case 0 -> harness.run("LMOVE", "jobs", worker, "RIGHT", "LEFT");
                        case 1 -> harness.run("BLMOVE", "jobs", worker, "RIGHT", "LEFT", "0");
                        default -> harness.run("RPOPLPUSH", "jobs", worker);
                    };
                    assertThat(reply.equals(bulk(job))).as("%d bytes, job %d: %s", bytes, taken, reply.substring(0, 20)).isTrue();
                    harness.run("MULTI");
                    harness.run("LREM", worker, "1", job);
                    assertThat(harness.run("EXEC")).isEqualTo("*1\r\n:1\r\n");
                    while (!harness.run("LPUSH", "jobs", String.format("%08d", next) + padding).startsWith("-OOM ")) {
                        next++;
                    }
                }
                assertThat(harness.run("LLEN", "jobs")).isEqualTo(":" + (next - 5000) + "\r\n");
            }
        }
    }

    @Test
    void aMoveToAnotherCompartmentIsGrowthThereOnly() {
        try (CommandHarness harness = twoCompartments()) {
            int jobs = fill(harness, "jobs", 1000);
            assertThat(harness.run("LMOVE", "jobs", "elsewhere", "RIGHT", "LEFT")).as("from a full one").startsWith("$1000\r\n00000000");
            fill(harness, "other", 1000);
            assertThat(harness.run("LMOVE", "jobs", "elsewhere", "RIGHT", "LEFT")).as("into a full one").startsWith(OOM)
                .contains("Compartment 'default' is full");
            assertThat(harness.run("LLEN", "jobs")).isEqualTo(":" + (jobs - 1) + "\r\n");
            assertThat(harness.run("LLEN", "elsewhere")).isEqualTo(":1\r\n");
            assertThat(harness.run("LMOVE", "nosuch", "jobs", "LEFT", "LEFT")).isEqualTo(NIL);
        }
    }

    @Test
    void whoCameFirstIsServedFirst() {
        try (CommandHarness harness = CommandHarness.single(16 << 20)) {
            CommandHarness.TestClient first = harness.client();
            CommandHarness.TestClient second = harness.client();
            CommandHarness.TestClient third = harness.client();
            assertThat(first.run("BLPOP", "a", "b", "0")).isEmpty();
            assertThat(second.run("BRPOP", "b", "0")).isEmpty();
            assertThat(third.run("BLMPOP", "0", "2", "b", "c", "LEFT", "COUNT", "5")).isEmpty();
            assertThat(harness.run("RPUSH", "b", "1", "2", "3", "4")).isEqualTo(":4\r\n");
            assertThat(first.received()).isEqualTo(pair("b", "1"));
            assertThat(second.received()).isEqualTo(pair("b", "4"));
            assertThat(third.received()).isEqualTo("*2\r\n" + bulk("b") + "*2\r\n" + bulk("2") + bulk("3"));
            assertThat(harness.run("LLEN", "b")).isEqualTo(":0\r\n");
        }
    }

    @Test
    void aMoveServesWhoWaitsForItsTarget() {
        try (CommandHarness harness = CommandHarness.single(16 << 20)) {
            CommandHarness.TestClient mover = harness.client();
            CommandHarness.TestClient worker = harness.client();
            assertThat(mover.run("BLMOVE", "in", "out", "LEFT", "RIGHT", "0")).isEmpty();
            assertThat(worker.run("BRPOPLPUSH", "out", "done", "0")).isEmpty();
            harness.run("RPUSH", "in", "job");
            assertThat(mover.received()).isEqualTo(bulk("job"));
            assertThat(worker.received()).isEqualTo(bulk("job"));
            assertThat(harness.run("LRANGE", "done", "0", "-1")).isEqualTo("*1\r\n" + bulk("job"));
        }
    }

    @Test
    void waitingEndsInTimeAndNotForKeysOfAnotherType() {
        try (CommandHarness harness = CommandHarness.single(16 << 20)) {
            CommandHarness.TestClient client = harness.client();
            assertThat(client.run("BLPOP", "k", "0.5")).isEmpty();
            harness.run("SET", "k", "text");
            harness.advanceMillis(499);
            assertThat(client.received()).isEmpty();
            harness.advanceMillis(2);
            assertThat(client.received()).isEqualTo("*-1\r\n");
            assertThat(client.run("BLPOP", "k", "1")).startsWith("-WRONGTYPE ");
        }
    }

    @Test
    void insideATransactionNobodyWaits() {
        try (CommandHarness harness = CommandHarness.single(16 << 20)) {
            CommandHarness.TestClient waiting = harness.client();
            assertThat(waiting.run("BLPOP", "q", "0")).isEmpty();
            harness.run("MULTI");
            harness.run("BLPOP", "none", "0");
            harness.run("BLMOVE", "none", "m", "LEFT", "LEFT", "0");
            harness.run("RPUSH", "q", "a", "b");
            harness.run("LPOP", "q");
            assertThat(harness.run("EXEC")).isEqualTo("*4\r\n*-1\r\n" + NIL + ":2\r\n" + bulk("a"));
            assertThat(waiting.received()).as("served after the transaction, with what it left").isEqualTo(pair("q", "b"));
        }
    }

    @Test
    void aLongListIsReadInTheLane() {
        try (CommandHarness harness = CommandHarness.single(64 << 20)) {
            String[] push = new String[10_002];
            for (int i = 2; i < push.length; i++) {
                push[i] = Integer.toString(i - 2);
            }
            push[0] = "RPUSH";
            push[1] = "l";
            assertThat(harness.run(push)).isEqualTo(":10000\r\n");
            assertThat(harness.run("LRANGE", "l", "0", "-1")).startsWith("*10000\r\n$1\r\n0\r\n").endsWith("\r\n$4\r\n9999\r\n");
            assertThat(harness.run("LPOS", "l", "9998")).isEqualTo(":9998\r\n");
            assertThat(harness.run("LINSERT", "l", "AFTER", "9998", "x")).isEqualTo(":10001\r\n");
            assertThat(harness.run("LREM", "l", "0", "x")).isEqualTo(":1\r\n");
            assertThat(harness.run("LPOP", "l", "9000")).startsWith("*9000\r\n");
            assertThat(harness.run("LTRIM", "l", "999", "-1")).isEqualTo("+OK\r\n");
            assertThat(harness.run("LRANGE", "l", "0", "-1")).isEqualTo("*1\r\n$4\r\n9999\r\n");
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.server.Server;
import dev.cofferdam.server.command.Command;
import dev.cofferdam.server.command.CommandStatistics;
import dev.cofferdam.server.net.LoopHarness.RawClient;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Commands that repeat one another for their key are executed together: nobody can tell from replies, contents, statistics, or from what others get to see. */
class RepeatedCommandsTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261123L);

    private final Random random = new Random(SEED);

    /** The same commands as pipelines, and with a PING between each two: then nothing repeats. */
    @Test
    void pipelinesOfTheSameCommandsAreAnsweredAsSingleOnes() throws Exception {
        try (LoopHarness pipelined = new LoopHarness(32 << 20, 8 << 20);
                LoopHarness single = new LoopHarness(32 << 20, 8 << 20);
                RawClient fast = pipelined.connect();
                RawClient slow = single.connect()) {
            for (int round = 0; round < 60; round++) {
                StringBuilder together = new StringBuilder();
                StringBuilder apart = new StringBuilder();
                for (int commands = 1 + random.nextInt(12); commands > 0; commands--) {
                    String command = repeatable();
                    for (int times = random.nextInt(4) == 0 ? 1 : 1 + random.nextInt(100); times > 0; times--) {
                        String next = random.nextInt(40) == 0 ? other() : random.nextInt(8) == 0 ? repeatable() : again(command);
                        together.append(next);
                        apart.append(next).append(RawClient.resp("PING"));
                    }
                }
                sendInPieces(fast, together.append(RawClient.resp("ECHO", "the end")).toString());
                slow.send(apart.append(RawClient.resp("ECHO", "the end")).toString());
                String expected = readToEnd(slow).replace("+PONG\r\n", "");
                assertThat(readToEnd(fast)).as("round %d, repeat with -Dcofferdam.seed=%d", round, SEED).isEqualTo(expected);
            }
            String contents = RawClient.resp("LRANGE", "jobs", "0", "-1") + RawClient.resp("LRANGE", "other", "0", "-1")
                    + RawClient.resp("ECHO", "the end");
            assertThat(readToEnd(fast.send(contents))).isEqualTo(readToEnd(slow.send(contents)));
            for (String name : List.of("lpush", "rpush", "lpop", "rpop", "lpushx", "rpushx", "llen")) {
                assertThat(statistics(pipelined.server, name).calls).as(name).isEqualTo(statistics(single.server, name).calls);
                assertThat(statistics(pipelined.server, name).failedCalls).as(name).isEqualTo(statistics(single.server, name).failedCalls);
            }
            assertThat(pipelined.server.statistics().changes).isEqualTo(single.server.statistics().changes);
            assertThat(pipelined.server.statistics().commandsProcessed)
                .isEqualTo(single.server.statistics().commandsProcessed - statistics(single.server, "ping").calls);
        }
    }

    private static CommandStatistics statistics(Server server, String name) {
        for (Command command : server.commands().all()) {
            if (command.name().equals(name)) {
                return command.statistics();
            }
        }
        throw new IllegalArgumentException(name + " is no command");
    }

    private void sendInPieces(RawClient client, String bytes) throws Exception {
        int from = 0;
        while (from < bytes.length()) {
            int to = random.nextInt(3) == 0 ? bytes.length() : Math.min(bytes.length(), from + 1 + random.nextInt(4000));
            client.send(bytes.substring(from, to));
            from = to;
        }
    }

    private static String readToEnd(RawClient client) throws Exception {
        StringBuilder read = new StringBuilder();
        String line = "";
        while (!line.equals("the end")) {
            line = client.line();
            read.append(line).append("\r\n");
        }
        return read.toString();
    }

    private String repeatable() {
        String key = random.nextInt(3) == 0 ? "other" : "jobs";
        return switch (random.nextInt(8)) {
            case 0 -> RawClient.resp("LPUSH", key, element());
            case 1, 2 -> RawClient.resp("RPUSH", key, element());
            case 3 -> RawClient.resp("lpop", key);
            case 4 -> RawClient.resp("RPOP", key);
            case 5 -> RawClient.resp("LPUSHX", key, element());
            case 6 -> RawClient.resp("RPUSHX", key, element());
            default -> random.nextBoolean() ? RawClient.resp("RPOP", key, "3") : RawClient.resp("LPUSH", key, element(), element());
        };
    }

    /** The command once more, with another element. */
    private String again(String command) {
        String[] lines = command.split("\r\n", -1);
        if (!lines[0].equals("*3") || lines[2].endsWith("POP")) {
            return command;
        }
        return RawClient.resp(lines[2], lines[4], element());
    }

    private String other() {
        String key = random.nextInt(3) == 0 ? "other" : "jobs";
        return switch (random.nextInt(9)) {
            case 0 -> RawClient.resp("DEL", key);
            case 1 -> RawClient.resp("LLEN", key);
            case 2 -> RawClient.resp("LRANGE", key, "0", "5");
            case 3 -> RawClient.resp("SET", key, "text");
            case 4 -> "LPUSH " + key + " inline\r\n";
            case 5 -> RawClient.resp("LPUSH", key);
            case 6 -> RawClient.resp("LREM", key, "1", "x");
            case 7 -> RawClient.resp("LINDEX", key, "40");
            default -> RawClient.resp("EXPIRE", key, "1000");
        };
    }

    private String element() {
        int length = switch (random.nextInt(40)) {
            case 0 -> random.nextInt(20_000);
            case 1, 2, 3 -> random.nextInt(400);
            default -> random.nextInt(70);
        };
        return "x".repeat(length);
    }

    /** In MULTI, under CLIENT REPLY and before a waiting client each command counts for itself. */
    @Test
    void eachCountsForItselfWhereSomebodyLooks() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20);
                RawClient client = harness.connect();
                RawClient waiter = harness.connect()) {
            String push = RawClient.resp("RPUSH", "jobs", "a");
            client.send(RawClient.resp("MULTI") + push + push + RawClient.resp("EXEC"));
            assertThat(client.read(5 + 9 + 9 + 12)).isEqualTo("+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n:1\r\n:2\r\n");
            client.send(push + RawClient.resp("CLIENT", "REPLY", "SKIP") + push + push + push);
            assertThat(client.read(12)).isEqualTo(":3\r\n:5\r\n:6\r\n");
            client.send(RawClient.resp("CLIENT", "REPLY", "OFF") + push + push + RawClient.resp("CLIENT", "REPLY", "ON") + push);
            assertThat(client.read(9)).isEqualTo("+OK\r\n:9\r\n");
            assertThat(client.ask("DEL", "jobs")).isEqualTo(":1");
            waiter.command("BLPOP", "jobs", "0");
            assertThat(LoopHarness.eventually(() -> harness.server.blocking().waitingClients() == 1)).isTrue();
            client.send(push + push + push);
            assertThat(client.read(12)).as("the first is gone before the second comes").isEqualTo(":1\r\n:1\r\n:2\r\n");
            assertThat(waiter.read(21)).isEqualTo("*2\r\n$4\r\njobs\r\n$1\r\na\r\n");
        }
    }

    /** A worker that waits for another list keeps nobody from being executed together, and is served when its own is pushed to. */
    @Test
    void aClientThatWaitsForAnotherListChangesNothing() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20);
                RawClient client = harness.connect();
                RawClient waiter = harness.connect()) {
            waiter.command("BLPOP", "other", "0");
            assertThat(LoopHarness.eventually(() -> harness.server.blocking().waitingClients() == 1)).isTrue();
            String push = RawClient.resp("RPUSH", "jobs", "a");
            client.send(push.repeat(5));
            assertThat(client.read(20)).isEqualTo(":1\r\n:2\r\n:3\r\n:4\r\n:5\r\n");
            client.send(push.repeat(3) + RawClient.resp("RPUSH", "other", "b").repeat(2));
            assertThat(client.read(20)).as("the second finds the list empty again").isEqualTo(":6\r\n:7\r\n:8\r\n:1\r\n:1\r\n");
            assertThat(waiter.read(22)).isEqualTo("*2\r\n$5\r\nother\r\n$1\r\nb\r\n");
            assertThat(client.ask("LRANGE", "other", "0", "-1")).isEqualTo("*1");
        }
    }

    /** A watched list, changed by pipelines. */
    @Test
    void aTransactionThatWatchesTheListIsBroken() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20);
                RawClient client = harness.connect();
                RawClient watcher = harness.connect()) {
            client.send(RawClient.resp("RPUSH", "jobs", "a").repeat(10));
            assertThat(client.read(41)).endsWith(":10\r\n");
            for (String command : List.of(RawClient.resp("RPUSH", "jobs", "a"), RawClient.resp("LPOP", "jobs"))) {
                assertThat(watcher.ask("WATCH", "jobs")).isEqualTo("+OK");
                client.send(command.repeat(3) + RawClient.resp("ECHO", "the end"));
                readToEnd(client);
                watcher.send(RawClient.resp("MULTI") + RawClient.resp("LLEN", "jobs") + RawClient.resp("EXEC"));
                assertThat(watcher.read(5 + 9 + 5)).isEqualTo("+OK\r\n+QUEUED\r\n*-1\r\n");
            }
        }
    }

    /** Who asks for every command in the slow log gets every command. */
    @Test
    void theSlowLogKeepsEachOfThem() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20); RawClient client = harness.connect()) {
            harness.server.operations().slowLog().setThresholdMicros(0); // the answer to the next command is after it
            assertThat(client.ask("SLOWLOG", "RESET")).isEqualTo("+OK");
            client.send(RawClient.resp("RPUSH", "jobs", "a").repeat(10) + RawClient.resp("SLOWLOG", "LEN"));
            client.read(41);
            assertThat(client.line()).isEqualTo(":11");
        }
    }

    /** Pipelines into a list whose compartment is full: each is taken whole or refused, and those taken count on without a gap. */
    @Test
    void atFullEachIsTakenOrRefused() throws Exception {
        try (LoopHarness harness = new LoopHarness(4 << 20, 2 << 20); RawClient client = harness.connect()) {
            String push = RawClient.resp("RPUSH", "jobs", "x".repeat(300));
            long length = 0;
            int refused = 0;
            for (int round = 0; round < 600 && refused < 500; round++) {
                client.send(push.repeat(50));
                for (int i = 0; i < 50; i++) {
                    String line = client.line();
                    if (line.startsWith("-OOM")) {
                        refused++;
                    } else {
                        assertThat(line).isEqualTo(":" + ++length);
                    }
                }
            }
            assertThat(refused).isGreaterThan(0);
            assertThat(client.ask("LLEN", "jobs")).isEqualTo(":" + length);
            client.send(RawClient.resp("LPOP", "jobs").repeat(100) + RawClient.resp("ECHO", "the end"));
            readToEnd(client);
            assertThat(client.ask("LLEN", "jobs")).isEqualTo(":" + (length - 100));
        }
    }
}

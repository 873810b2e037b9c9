// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.server.config.OutputLimits;
import dev.cofferdam.server.net.LoopHarness.RawClient;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What Redis's Tcl suite looks at over several connections: pauses, MONITOR with scripts, subscribing unanswered, exchanged sockets. */
class SuiteBehaviourTest {
    private static void expect(RawClient client, String bytes) throws Exception {
        assertThat(client.read(bytes.length())).isEqualTo(bytes);
    }

    @Test
    void aPauseOfWritersLetsThroughWhatOnlyReads() throws Exception {
        try (LoopHarness harness = new LoopHarness(64 << 20, 16 << 20);
                RawClient admin = harness.connect();
                RawClient reader = harness.connect();
                RawClient writer = harness.connect()) {
            admin.ask("SET", "k", "v");
            expect(writer.send(RawClient.resp("MULTI") + RawClient.resp("SET", "k", "w")), "+OK\r\n+QUEUED\r\n");
            assertThat(admin.ask("CLIENT", "PAUSE", "100000", "WRITE")).isEqualTo("+OK");
            expect(reader.send(RawClient.resp("MULTI") + RawClient.resp("GET", "k") + RawClient.resp("EXEC")),
                    "+OK\r\n+QUEUED\r\n*1\r\n$1\r\nv\r\n");
            assertThat(reader.ask("EVAL", "#!lua flags=no-writes\nreturn 7", "0")).isEqualTo(":7");
            assertThat(harness.server.waitingClients()).isZero();
            writer.command("EXEC");
            assertThat(LoopHarness.eventually(() -> harness.server.waitingClients() == 1)).isTrue();
            reader.command("EVAL", "#!lua\nreturn 8", "0");
            assertThat(LoopHarness.eventually(() -> harness.server.waitingClients() == 2)).isTrue();
            assertThat(admin.ask("GET", "k")).isEqualTo("$1");
            expect(admin, "v\r\n");
            assertThat(admin.ask("CLIENT", "UNPAUSE")).isEqualTo("+OK");
            expect(writer, "*1\r\n+OK\r\n");
            expect(reader, ":8\r\n");
        }
    }

    @Test
    void duringAPauseKeysWhoseTimeIsOverAreAbsentAndStay() throws Exception {
        try (LoopHarness harness = new LoopHarness(64 << 20, 16 << 20);
                RawClient admin = harness.connect();
                RawClient writer = harness.connect()) {
            expect(admin.send(RawClient.resp("MULTI") + RawClient.resp("SET", "k", "v", "PX", "10")
                    + RawClient.resp("CLIENT", "PAUSE", "100000", "WRITE")
                    + RawClient.resp("EXEC")), "+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n+OK\r\n+OK\r\n");
            assertThat(LoopHarness.eventually(() -> bulkOrNil(admin, "GET", "k").isEmpty())).isTrue();
            assertThat(bulk(admin, "INFO", "stats")).contains("\r\nexpired_keys:0\r\n");
            assertThat(admin.ask("DBSIZE")).isEqualTo(":1");
            writer.command("SETNX", "k", "w");
            assertThat(admin.ask("CLIENT", "UNPAUSE")).isEqualTo("+OK");
            assertThat(writer.line()).isEqualTo(":1");
            assertThat(bulkOf(admin, "GET", "k")).isEqualTo("w");
            assertThat(bulk(admin, "INFO", "stats")).contains("\r\nexpired_keys:1\r\n");
            assertThat(admin.ask("DBSIZE")).isEqualTo(":1");
        }
    }

    private static String bulkOrNil(RawClient client, String... command) {
        try {
            String head = client.ask(command);
            return head.equals("$-1") ? "" : client.read(Integer.parseInt(head.substring(1)) + 2);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void monitorsSeeAScriptAndThenItsCommandsAlsoFromALane() throws Exception {
        try (LoopHarness harness = new LoopHarness(64 << 20, 16 << 20);
                RawClient monitor = harness.connect();
                RawClient client = harness.connect()) {
            assertThat(monitor.ask("MONITOR")).isEqualTo("+OK");
            // The first run of a script is in a lane, the later ones on the loop.
            for (int i = 0; i < 4; i++) {
                assertThat(client.ask("EVAL", "redis.call('set', KEYS[1], ARGV[1]) return 1", "1", "k", "v" + i)).isEqualTo(":1");
                assertThat(monitor.line()).contains(" [0 127.0.0.1:").contains("\"EVAL\"").endsWith("\"k\" \"v" + i + "\"");
                assertThat(monitor.line()).endsWith(" [0 lua] \"set\" \"k\" \"v" + i + "\"");
            }
        }
    }

    @Test
    void whoIsNotAnsweredHearsOfItsSubscriptions() throws Exception {
        try (LoopHarness harness = new LoopHarness(64 << 20, 16 << 20);
                RawClient client = harness.connect();
                RawClient publisher = harness.connect()) {
            client.send(RawClient.resp("CLIENT", "REPLY", "OFF") + RawClient.resp("PING") + RawClient.resp("SUBSCRIBE", "c"));
            expect(client, "*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n");
            assertThat(publisher.ask("PUBLISH", "c", "m")).isEqualTo(":1");
            expect(client, RawClient.resp("message", "c", "m"));
        }
    }

    @Test
    void aWatchedKeyThatEndsFailsTheTransactionAndOneThatNeverWasDoesNot() throws Exception {
        try (LoopHarness harness = new LoopHarness(64 << 20, 16 << 20); RawClient client = harness.connect()) {
            client.ask("WATCH", "none");
            client.ask("FLUSHALL");
            expect(client.send(RawClient.resp("MULTI") + RawClient.resp("PING") + RawClient.resp("EXEC")),
                    "+OK\r\n+QUEUED\r\n*1\r\n+PONG\r\n");
            client.ask("SET", "there", "1");
            client.ask("WATCH", "there");
            client.ask("FLUSHALL");
            expect(client.send(RawClient.resp("MULTI") + RawClient.resp("PING") + RawClient.resp("EXEC")), "+OK\r\n+QUEUED\r\n*-1\r\n");
        }
    }

    @Test
    void whatAScriptInALaneDoesIsCountedAsOnTheLoop() throws Exception {
        try (LoopHarness harness = new LoopHarness(64 << 20, 16 << 20); RawClient client = harness.connect()) {
            String script = "redis.call('set', KEYS[1], 1) redis.call('set', KEYS[1], 2) redis.call('expire', KEYS[1], 0)"
                    + " redis.pcall('incr') redis.call('lpush', KEYS[1], 1) return redis.pcall('get', KEYS[1])";
            String wrongType = "-WRONGTYPE Operation against a key holding the wrong kind of value";
            for (int run = 1; run <= 2; run++) { // in a lane first, then on the loop
                client.ask("CONFIG", "RESETSTAT");
                assertThat(client.ask("EVAL", script, "1", "k")).isEqualTo(wrongType);
                String info = bulk(client, "INFO", "everything");
                assertThat(info).containsPattern("cmdstat_set:calls=2,usec=\\d+,usec_per_call=[\\d.]+,rejected_calls=0,failed_calls=0")
                    .containsPattern("cmdstat_expire:calls=1,").containsPattern("cmdstat_incr:calls=0,.*,rejected_calls=1,failed_calls=0")
                    .containsPattern("cmdstat_get:calls=1,.*failed_calls=1").containsPattern("cmdstat_eval:calls=1,.*failed_calls=1")
                    .contains("errorstat_ERR:count=1\r\n").contains("errorstat_WRONGTYPE:count=1\r\n")
                    .contains("total_error_replies:2\r\n");
            }
        }
    }

    private static String bulk(RawClient client, String... command) throws Exception {
        String text = client.read(Integer.parseInt(client.ask(command).substring(1)));
        expect(client, "\r\n");
        return text;
    }

    @Test
    void largeValuesThatAreFreedAreCounted() throws Exception {
        try (LoopHarness harness = new LoopHarness(64 << 20, 16 << 20); RawClient client = harness.connect()) {
            String[] members = new String[2002];
            java.util.Arrays.setAll(members, i -> i == 0 ? "SADD" : i == 1 ? "k" : "member" + i);
            client.ask(members);
            client.ask("SADD", "few", "a", "b");
            client.ask("UNLINK", "k", "few");
            assertThat(LoopHarness.eventually(() -> bulkOf(client, "INFO", "memory").contains("lazyfreed_objects:1\r\n"))).isTrue();
            assertThat(bulk(client, "INFO", "memory")).contains("lazyfree_pending_objects:0\r\n");
            client.ask("CONFIG", "RESETSTAT");
            assertThat(bulk(client, "INFO", "memory")).contains("lazyfreed_objects:0\r\n");
        }
    }

    @Test
    void aReplyBeyondTheHardLimitIsNotBegun() throws Exception {
        try (LoopHarness harness = new LoopHarness(64 << 20, 16 << 20);
                RawClient admin = harness.connect();
                RawClient list = harness.connect();
                RawClient transaction = harness.connect();
                RawClient keys = harness.connect()) {
            for (int i = 0; i < 150; i++) {
                admin.ask("RPUSH", "l", "x".repeat(1000));
                admin.ask("SET", i + "x".repeat(1000), "");
            }
            harness.server.settings().setOutputLimits(
                    new OutputLimits(new OutputLimits.Limit(100_000, 0, 0), OutputLimits.NONE.replica(), OutputLimits.NONE.pubsub()));
            assertThat(list.command("LRANGE", "l", "0", "-1").isAtEnd()).isTrue();
            expect(transaction
                .send(RawClient.resp("MULTI") + RawClient.resp("LRANGE", "l", "0", "-1") + RawClient.resp("SET", "done", "1")),
                    "+OK\r\n+QUEUED\r\n+QUEUED\r\n");
            assertThat(transaction.command("EXEC").isAtEnd()).isTrue();
            assertThat(admin.ask("EXISTS", "done")).isEqualTo(":1");
            assertThat(keys.command("KEYS", "*").isAtEnd()).isTrue();
            assertThat(admin.ask("LRANGE", "l", "0", "60")).isEqualTo("*61");
            assertThat(admin.read(61 * 1009)).endsWith("x\r\n");
            assertThat(harness.events).anyMatch(line -> line.contains("reason=output-hard-limit") && line.contains("limit_bytes=100000"));
        }
    }

    @Test
    void thoseThatHoldMostAreDisconnectedUntilTheOthersFit() throws Exception {
        try (LoopHarness harness = new LoopHarness(64 << 20, 32 << 20);
                RawClient admin = harness.connect();
                RawClient kept = harness.connect();
                RawClient small = harness.connect();
                RawClient large = harness.connect()) {
            kept.ask("CLIENT", "NO-EVICT", "ON");
            kept.send("*2\r\n$3000000\r\n" + "x".repeat(3_000_000));
            large.send("*2\r\n$1000000\r\n" + "x".repeat(1_000_000));
            small.send("*2\r\n$100000\r\n" + "x".repeat(100_000));
            assertThat(LoopHarness.eventually(() -> {
                String list = bulkOf(admin, "CLIENT", "LIST");
                return list.contains(" qbuf=3000000 ") && list.contains(" qbuf=1000000 ") && list.contains(" qbuf=100000 ");
            })).isTrue();
            harness.server.settings().setClientsMaxBytes(4_000_000);
            assertThat(admin.ask("PING")).isEqualTo("+PONG");
            assertThat(large.isAtEnd()).isTrue();
            assertThat(bulk(admin, "INFO", "stats")).contains("evicted_clients:1\r\n");
            assertThat(small.send("\r\n$1\r\nx\r\n").line()).startsWith("-ERR unknown command");
            assertThat(kept.send("\r\n$1\r\nx\r\n").line()).startsWith("-ERR unknown command");
            assertThat(harness.events)
                .anyMatch(line -> line.startsWith("client-evicted id=") && line.contains("maxmemory_clients_bytes=4000000"));
        }
    }

    private static String bulkOf(RawClient client, String... command) {
        try {
            return bulk(client, command);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatAClientWatchesAndListensToIsItsMemory() throws Exception {
        try (LoopHarness harness = new LoopHarness(64 << 20, 32 << 20);
                RawClient admin = harness.connect();
                RawClient watching = harness.connect();
                RawClient listening = harness.connect();
                RawClient tracking = harness.connect()) {
            harness.server.settings().setClientsMaxBytes(50_000);
            int watched = untilCut(watching, i -> RawClient.resp("WATCH", "key:" + i), 1);
            int subscribed = untilCut(listening, i -> RawClient.resp("SUBSCRIBE", "channel:" + i), 6);
            int prefixes = untilCut(tracking, i -> RawClient.resp("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "prefix:" + (1000 + i)),
                    1);
            assertThat(List.of(watched, subscribed, prefixes)).allMatch(count -> count > 100 && count < 1_500);
            assertThat(admin.ask("PING")).isEqualTo("+PONG");
        }
    }

    /** How often the client is answered before it is disconnected. */
    private static int untilCut(RawClient client, java.util.function.IntFunction<String> command, int lines) {
        int count = 0;
        try {
            while (count < 10_000) {
                client.send(command.apply(count));
                for (int i = 0; i < lines; i++) {
                    client.line();
                }
                count++;
            }
        } catch (java.io.IOException e) {
            // It was disconnected.
        }
        return count;
    }

    @Test
    void theSocketsAreExchangedOrStayAsTheyWere() throws Exception {
        try (LoopHarness harness = new LoopHarness(64 << 20, 16 << 20);
                RawClient client = harness.connect();
                ServerSocket taken = new ServerSocket(0)) {
            EventLoop loop = java.util.Objects.requireNonNull(harness.server.loop());
            int port = loop.ask(() -> loop.listenOn(List.of("127.0.0.1"), new Ports(0, Ports.NONE)).plain(), -1);
            try (RawClient later = new RawClient(port, 0, List.of())) {
                assertThat(later.ask("PING")).isEqualTo("+PONG");
            }
            boolean refused = loop.ask(() -> {
                try {
                    loop.listenOn(List.of("127.0.0.1"), new Ports(taken.getLocalPort(), Ports.NONE));
                    return false;
                } catch (java.io.IOException e) {
                    return true;
                }
            }, false);
            assertThat(refused).isTrue();
            try (RawClient still = new RawClient(port, 0, List.of())) {
                assertThat(still.ask("PING")).isEqualTo("+PONG");
            }
            assertThat(client.ask("PING")).isEqualTo("+PONG");
        }
    }
}

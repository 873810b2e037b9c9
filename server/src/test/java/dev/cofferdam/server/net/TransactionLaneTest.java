// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.KeyspaceAudit;
import dev.cofferdam.server.command.Arity;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.Flag;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.KeyUse;
import dev.cofferdam.server.command.Memory;
import dev.cofferdam.server.net.LoopHarness.RawClient;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A transaction with something long in it goes on beside the loop: whole for who looks, in order for its client, and nobody else waits. */
class TransactionLaneTest {
    private static final String QUEUED = "+QUEUED";

    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private volatile String thread = "";
    private volatile boolean interrupted;

    private void declare(CommandTable table) {
        table.group("test").command("SLOW").summary("Waits, then writes.").since("0.1").complexity("O(N)").arity(Arity.exactly(2))
            .flags(Flag.WRITE).memory(Memory.NEUTRAL).keys(KeySpec.key(1, KeyUse.UPDATES)).handledBy(this::slow);
    }

    private void slow(Call call) {
        if (call.heavy(1_000_000)) {
            return;
        }
        thread = Thread.currentThread().getName();
        entered.countDown();
        try {
            assertThat(release.await(LoopHarness.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        } catch (InterruptedException e) {
            interrupted = true;
            Thread.currentThread().interrupt();
        }
        Key key = call.key(1);
        call.changed(key, "test");
        call.reply().simple("SLOW");
    }

    private void awaitSlow() throws InterruptedException {
        assertThat(entered.await(LoopHarness.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
    }

    private LoopHarness harness() throws IOException {
        return new LoopHarness(32 << 20, 8 << 20, this::declare);
    }

    private static void queue(RawClient client, String[]... commands) throws IOException {
        assertThat(client.ask("MULTI")).isEqualTo("+OK");
        for (String[] command : commands) {
            assertThat(client.ask(command)).isEqualTo(QUEUED);
        }
    }

    private static String[] words(String command) {
        return command.split(" ");
    }

    private static void expect(RawClient client, String bytes) throws IOException {
        assertThat(client.read(bytes.length())).isEqualTo(bytes);
    }

    @Test
    void theRestRunsInTheLaneAndOthersGoOn() throws Exception {
        try (LoopHarness harness = harness();
                RawClient client = harness.connect();
                RawClient same = harness.connect();
                RawClient other = harness.connect()) {
            queue(client, words("SET k before"), words("SLOW k"), words("GET k"), words("SELECT 1"), words("SET k one"), words("HGET k f"));
            client.command("EXEC").command("GET", "k");
            awaitSlow();
            same.command("GET", "k");
            for (int i = 0; i < 100; i++) {
                assertThat(other.ask("SET", "other", "x")).isEqualTo("+OK");
                assertThat(other.ask("PING")).isEqualTo("+PONG");
            }
            queue(other, words("INCR ocounter"), words("GET other"));
            other.command("EXEC");
            expect(other, "*2\r\n:1\r\n$1\r\nx\r\n");
            assertThat(same.hasNothing()).isTrue();
            release.countDown();
            expect(client, "*6\r\n+OK\r\n+SLOW\r\n$6\r\nbefore\r\n+OK\r\n+OK\r\n"
                    + "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n$3\r\none\r\n");
            expect(same, "$6\r\nbefore\r\n");
            assertThat(thread).isEqualTo("lane-default");
            assertThat(harness.server.statistics().laneCommands).isEqualTo(1);
            assertThat(other.ask("SELECT", "1")).isEqualTo("+OK");
            other.command("GET", "k");
            expect(other, "$3\r\none\r\n");
        }
    }

    /** Each command is counted once, wherever it ran; an error within is its command's, not EXEC's. */
    @Test
    void everyCommandIsCountedOnce() throws Exception {
        release.countDown();
        try (LoopHarness harness = harness(); RawClient client = harness.connect()) {
            queue(client, words("SET k v"), words("SLOW k"), words("SET k w"), words("INCR k"), words("SET k v EX 0"));
            assertThat(client.ask("EXEC")).isEqualTo("*5");
            expect(client,
                    "+OK\r\n+SLOW\r\n+OK\r\n-ERR value is not an integer or out of range\r\n-ERR invalid expire time in 'set' command\r\n");
            assertThat(calls(client, "set")).startsWith("calls=3,").endsWith("rejected_calls=0,failed_calls=1");
            assertThat(calls(client, "incr")).startsWith("calls=1,").endsWith("failed_calls=1");
            assertThat(calls(client, "slow")).startsWith("calls=1,").endsWith("failed_calls=0");
            assertThat(calls(client, "exec")).startsWith("calls=1,").endsWith("failed_calls=0");
        }
    }

    private static String calls(RawClient client, String command) throws IOException {
        int bytes = Integer.parseInt(client.ask("INFO", "commandstats").substring(1));
        for (String line : client.read(bytes + 2).split("\r\n")) {
            if (line.startsWith("cmdstat_" + command + ":")) {
                return line.substring(line.indexOf(':') + 1);
            }
        }
        return "";
    }

    @Test
    void aWatchedKeyThatTheLaneChangesBreaksTheTransaction() throws Exception {
        try (LoopHarness harness = harness();
                RawClient client = harness.connect();
                RawClient watcher = harness.connect();
                RawClient waiting = harness.connect()) {
            assertThat(watcher.ask("WATCH", "k")).isEqualTo("+OK");
            assertThat(waiting.ask("WATCH", "last")).isEqualTo("+OK");
            queue(client, words("SLOW k"), words("SET last x"));
            client.command("EXEC");
            awaitSlow();
            queue(waiting, words("GET last"));
            waiting.command("EXEC"); // it needs the compartment, so it waits, and finds the key changed
            queue(watcher, words("GET other"));
            release.countDown();
            expect(client, "*2\r\n+SLOW\r\n+OK\r\n");
            assertThat(watcher.ask("EXEC")).isEqualTo("*-1");
            expect(waiting, "*-1\r\n");
        }
    }

    @Test
    void aTransactionThatHasBegunComesToItsEndWithoutItsClient() throws Exception {
        try (LoopHarness harness = harness(); RawClient client = harness.connect(); RawClient other = harness.connect()) {
            String id = client.ask("CLIENT", "ID").substring(1);
            queue(client, words("SET first x"), words("SLOW k"), words("SET last x"));
            client.command("EXEC");
            awaitSlow();
            assertThat(other.ask("CLIENT", "KILL", "ID", id)).isEqualTo(":1");
            other.command("MGET", "first", "last");
            release.countDown();
            expect(other, "*2\r\n$1\r\nx\r\n$1\r\nx\r\n");
            while (!client.isAtEnd()) {
                // what the kernel had taken of the reply
            }
            assertThat(other.ask("PING")).isEqualTo("+PONG");
        }
    }

    @Test
    void flushingWaitsForTheTransactionAndFindsAllOfIt() throws Exception {
        try (LoopHarness harness = harness(); RawClient client = harness.connect(); RawClient other = harness.connect()) {
            queue(client, words("SET first x"), words("SLOW k"), words("SET last x"), words("DBSIZE"));
            client.command("EXEC");
            awaitSlow();
            other.command("FLUSHALL").command("DBSIZE");
            assertThat(other.hasNothing()).isTrue();
            release.countDown();
            expect(client, "*4\r\n+OK\r\n+SLOW\r\n+OK\r\n:2\r\n");
            expect(other, "+OK\r\n:0\r\n");
        }
    }

    @Test
    void theServerEndsWhileATransactionIsInItsLane() throws Exception {
        try (LoopHarness harness = harness(); RawClient client = harness.connect()) {
            queue(client, words("SET first x"), words("SLOW k"), words("SELECT 1"), words("SET last x"));
            client.command("EXEC");
            awaitSlow();
            harness.server.stop();
            assertThat(LoopHarness.eventually(() -> interrupted)).isTrue();
        }
    }

    /** A message never lands inside of a reply, of which a part may be sent already. */
    @Test
    void messagesWaitForTheEndOfTheReply() throws Exception {
        try (LoopHarness harness = harness(); RawClient client = harness.connect(); RawClient other = harness.connect()) {
            client.command("HELLO", "3");
            readUntil(client, "modules\r\n*0\r\n");
            client.command("SUBSCRIBE", "news");
            expect(client, ">3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n");
            String large = "v".repeat(200_000);
            queue(client, new String[] {"ECHO", large}, words("PUBLISH news own"), words("SLOW k"), words("PUBLISH news later"));
            client.command("EXEC").command("ECHO", "then");
            awaitSlow();
            assertThat(other.ask("PUBLISH", "news", "from-other")).isEqualTo(":1");
            release.countDown();
            expect(client, "*4\r\n$200000\r\n" + large + "\r\n:1\r\n+SLOW\r\n:1\r\n" + push("own") + push("from-other") + push("later")
                    + "$4\r\nthen\r\n");
        }
    }

    private static String push(String text) {
        return ">3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$" + text.length() + "\r\n" + text + "\r\n";
    }

    private static void readUntil(RawClient client, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            text.append(client.read(1));
        }
    }

    @Test
    void whoWaitsForAKeyIsServedAfterwards() throws Exception {
        try (LoopHarness harness = harness(); RawClient client = harness.connect(); RawClient waiting = harness.connect()) {
            waiting.command("BLPOP", "list", "0");
            assertThat(LoopHarness.eventually(() -> harness.server.blocking().waitingClients() == 1)).isTrue();
            queue(client, words("SLOW k"), words("RPUSH list a b"), words("LPOP list"));
            client.command("EXEC");
            awaitSlow();
            release.countDown();
            expect(client, "*3\r\n+SLOW\r\n:2\r\n$1\r\na\r\n");
            expect(waiting, "*2\r\n$4\r\nlist\r\n$1\r\nb\r\n");
        }
    }

    @Test
    void invalidationsAndMonitorsAreAsOnTheLoop() throws Exception {
        release.countDown();
        try (LoopHarness harness = harness();
                RawClient client = harness.connect();
                RawClient caching = harness.connect();
                RawClient listening = harness.connect();
                RawClient monitor = harness.connect()) {
            assertThat(client.ask("SET", "k", "v")).isEqualTo("+OK");
            caching.command("HELLO", "3");
            readUntil(caching, "modules\r\n*0\r\n");
            assertThat(caching.ask("CLIENT", "TRACKING", "ON")).isEqualTo("+OK");
            caching.command("GET", "k");
            expect(caching, "$1\r\nv\r\n");
            assertThat(monitor.ask("MONITOR")).isEqualTo("+OK");
            queue(client, words("SET a 1"), words("SLOW k"), words("SET b 2"));
            assertThat(client.ask("EXEC")).isEqualTo("*3");
            expect(client, "+OK\r\n+SLOW\r\n+OK\r\n");
            expect(caching, ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n");
            for (String shown : List.of("\"MULTI\"", "\"SET\" \"a\" \"1\"", "\"SLOW\" \"k\"", "\"SET\" \"b\" \"2\"", "\"EXEC\"")) {
                assertThat(monitor.line()).endsWith("] " + shown);
            }
        }
    }

    /** CLIENT REPLY OFF, and one that is closed by its own transaction. */
    @Test
    void whatATransactionSaysAboutItsClientHolds() throws Exception {
        release.countDown();
        try (LoopHarness harness = harness(); RawClient silent = harness.connect(); RawClient leaving = harness.connect()) {
            silent.command("CLIENT", "REPLY", "OFF").command("MULTI").command("SET", "s", "1").command("SLOW", "k").command("SET", "t", "2")
                .command("EXEC").command("CLIENT", "REPLY", "ON");
            expect(silent, "+OK\r\n");
            silent.command("MGET", "s", "t");
            expect(silent, "*2\r\n$1\r\n1\r\n$1\r\n2\r\n");
            String id = leaving.ask("CLIENT", "ID").substring(1);
            queue(leaving, words("SLOW k"), words("CLIENT KILL ID " + id + " SKIPME no"), words("SET u 3"));
            leaving.command("EXEC").command("SET", "u", "never");
            while (!leaving.isAtEnd()) {
                // its reply, if it still gets one
            }
            silent.command("GET", "u");
            expect(silent, "$1\r\n3\r\n");
        }
    }

    /** So many commands are long together, and a script that does not end is ended by order. */
    @Test
    void manyShortCommandsAndScriptsGoToTheLaneToo() throws Exception {
        try (LoopHarness harness = harness(); RawClient client = harness.connect(); RawClient other = harness.connect()) {
            StringBuilder commands = new StringBuilder(RawClient.resp("MULTI"));
            int many = (int) harness.server.settings().laneThresholdElements() + 1;
            for (int i = 0; i < many; i++) {
                commands.append(RawClient.resp("INCR", "counter"));
            }
            client.send(commands + RawClient.resp("EXEC"));
            expect(client, "+OK\r\n" + "+QUEUED\r\n".repeat(many) + "*" + many + "\r\n");
            for (int i = 1; i <= many; i++) {
                expect(client, ":" + i + "\r\n");
            }
            assertThat(harness.server.statistics().laneCommands).isEqualTo(1);
            queue(client, words("SET before x"), new String[] {"EVAL", "while true do end", "1", "k"}, words("SET after x"),
                    new String[] {"EVAL", "return redis.call('SET', 'osecret', ARGV[1])", "0", "y"});
            client.command("EXEC");
            assertThat(LoopHarness.eventually(() -> {
                try {
                    return other.ask("SCRIPT", "KILL").equals("+OK");
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            })).isTrue();
            assertThat(client.line()).isEqualTo("*4");
            assertThat(client.line()).isEqualTo("+OK");
            assertThat(client.line()).startsWith("-ERR Script killed by user");
            expect(client, "+OK\r\n+OK\r\n");
            other.command("MGET", "before", "after", "osecret");
            expect(other, "*3\r\n$1\r\nx\r\n$1\r\nx\r\n$1\r\ny\r\n");
        }
    }

    /** Random transactions in a server where nothing is long, and in one where nearly everything is. */
    @Test
    void repliesAndKeysAreThoseOfTheLoop() throws Exception {
        for (long round = 0; round < 3; round++) {
            long seed = Long.getLong("cofferdam.seed", 20261123L) + round;
            Random random = new Random(seed);
            try (LoopHarness loop = harness();
                    LoopHarness lane = harness();
                    RawClient onLoop = loop.connect();
                    RawClient inLane = lane.connect()) {
                loop.server.settings().setLaneThresholdElements(Long.MAX_VALUE);
                for (int i = 0; i < 250; i++) {
                    lane.server.settings().setLaneThresholdElements(random.nextInt(4) * random.nextInt(20) - 1);
                    StringBuilder commands = new StringBuilder(RawClient.resp("MULTI"));
                    for (int left = 1 + random.nextInt(10); left > 0; left--) {
                        commands.append(RawClient.resp(words(any(random))));
                    }
                    commands.append(RawClient.resp("EXEC")).append(RawClient.resp("ECHO", "end-of-" + i));
                    onLoop.send(commands.toString());
                    inLane.send(commands.toString());
                    String end = "$" + ("end-of-" + i).length() + "\r\nend-of-" + i + "\r\n";
                    assertThat(readTo(inLane, end)).as("seed %d: %s", seed, commands).isEqualTo(readTo(onLoop, end));
                    assertThat(lane.server.loop().ask(() -> KeyspaceAudit.of(lane.server.keyspace()), List.of("no answer"))).isEmpty();
                }
                assertThat(lane.server.statistics().laneCommands).isGreaterThan(50);
            }
        }
    }

    private static String any(Random random) {
        String key = (random.nextBoolean() ? "o" : "k") + random.nextInt(4);
        String other = (random.nextBoolean() ? "o" : "k") + random.nextInt(4);
        String number = Integer.toString(random.nextInt(30));
        return switch (random.nextInt(20)) {
            case 0 -> "SET " + key + " " + number;
            case 1 -> "GET " + key;
            case 2 -> "APPEND " + key + " " + "x".repeat(1 + random.nextInt(400));
            case 3 -> "RPUSH l" + key + " " + number + " " + number + "0 " + other;
            case 4 -> "LRANGE l" + key + " 0 -1";
            case 5 -> "SADD s" + key + " " + number + " " + other;
            case 6 -> "SUNIONSTORE s" + key + " s" + other + " s" + key;
            case 7 -> "SMEMBERS s" + key;
            case 8 -> "SORT l" + key + " ALPHA STORE l" + other;
            case 9 -> "KEYS " + (random.nextBoolean() ? "*" : "o*");
            case 10 -> "DEL " + key + " l" + other;
            case 11 -> "RENAME " + key + " " + other;
            case 12 -> "SELECT " + random.nextInt(3);
            case 13 -> "ZADD z" + key + " " + number + " " + other + " 1 " + key;
            case 14 -> "ZRANGE z" + key + " 0 -1 WITHSCORES";
            case 15 -> "EVAL redis.call('RPUSH','lo1',KEYS[1])return(redis.call('LLEN','lo1')) 1 " + key;
            case 16 -> "COPY " + key + " " + other;
            case 17 -> random.nextInt(10) == 0 ? "FLUSHDB" : "DBSIZE";
            case 18 -> "BLPOP l" + key + " 0";
            default -> "INCR " + key;
        };
    }

    private static String readTo(RawClient client, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.length() < end.length() || text.indexOf(end, text.length() - end.length()) < 0) {
            text.append(client.read(1));
        }
        return text.toString();
    }
}

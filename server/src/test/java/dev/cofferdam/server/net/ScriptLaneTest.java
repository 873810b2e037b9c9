// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.server.net.LoopHarness.RawClient;
import org.junit.jupiter.api.Test;

/** A long script keeps its own compartment and nobody else; keys of "other" begin with "o". */
class ScriptLaneTest {
    private static final String LOOP = "while true do end";
    private static final String WRITES_AND_LOOPS = "redis.call('set', KEYS[1], 'x') while true do end";

    private static LoopHarness harness() throws Exception {
        return new LoopHarness(48 << 20, 8 << 20);
    }

    private static void awaitRunning(LoopHarness harness) throws Exception {
        assertThat(LoopHarness.eventually(() -> harness.server.scripting().runsInLane())).isTrue();
    }

    @Test
    void aLoopInOneCompartmentLeavesTheOtherAloneAndIsKilled() throws Exception {
        try (LoopHarness harness = harness(); RawClient looping = harness.connect(); RawClient other = harness.connect()) {
            looping.command("EVAL", LOOP, "1", "key");
            awaitRunning(harness);
            long slowest = 0;
            for (int i = 0; i < 300; i++) {
                long started = System.nanoTime();
                assertThat(other.ask("SET", "okey", "v")).isEqualTo("+OK");
                slowest = Math.max(slowest, System.nanoTime() - started);
            }
            assertThat(other.ask("EVAL", "return redis.call('incr', KEYS[1])", "1", "ocount")).isEqualTo(":1");
            assertThat(other.ask("FUNCTION", "KILL")).startsWith("-BUSY ");
            assertThat(other.ask("SCRIPT", "KILL")).isEqualTo("+OK");
            assertThat(looping.line()).startsWith("-ERR Script killed by user with SCRIPT KILL...").endsWith("on @user_script:1.");
            assertThat(other.ask("SET", "key", "v")).isEqualTo("+OK");
            assertThat(other.ask("SCRIPT", "KILL")).startsWith("-NOTBUSY ");
            assertThat(slowest).isLessThan(2_000_000_000L);
        }
    }

    @Test
    void afterAWhileItsCompartmentAnswersBusy() throws Exception {
        try (LoopHarness harness = harness();
                RawClient looping = harness.connect();
                RawClient waiting = harness.connect();
                RawClient other = harness.connect()) {
            harness.server.settings().setBusyReplyMillis(300);
            looping.command("EVAL", LOOP, "1", "key");
            awaitRunning(harness);
            assertThat(waiting.ask("GET", "key")).startsWith("-BUSY Redis is busy running a script. You can only call SCRIPT KILL");
            assertThat(waiting.ask("EVAL", "return 1", "1", "key")).startsWith("-BUSY ");
            assertThat(other.ask("GET", "okey")).isEqualTo("$-1");
            assertThat(other.ask("SCRIPT", "KILL")).isEqualTo("+OK");
            assertThat(looping.line()).startsWith("-ERR Script killed");
        }
    }

    @Test
    void aScriptThatHasWrittenIsNotKilledButEndsWithTheServer() throws Exception {
        try (RawClient looping = looping(); LoopHarness harness = started) {
            try (RawClient other = harness.connect()) {
                assertThat(other.ask("SCRIPT", "KILL")).startsWith("-UNKILLABLE ");
                assertThat(other.ask("SET", "okey", "v")).isEqualTo("+OK");
            }
            harness.server.shutDown();
            assertThat(looping.line()).startsWith("-ERR the server shuts down");
        }
    }

    private LoopHarness started;

    private RawClient looping() throws Exception {
        started = harness();
        RawClient client = started.connect();
        client.command("EVAL", WRITES_AND_LOOPS, "1", "key");
        awaitRunning(started);
        assertThat(LoopHarness.eventually(() -> started.server.scripting().hasWritingScript())).isTrue();
        return client;
    }

    @Test
    void aScriptDiesByItsTimeLimit() throws Exception {
        try (LoopHarness harness = harness(); RawClient client = harness.connect()) {
            harness.server.settings().setScriptTimeMaxMillis(200);
            assertThat(client.ask("EVAL", "while true do pcall(function() while true do end end) end", "1", "key"))
                .startsWith("-ERR Script ended after 200 ms, the limit of script-time-max");
            assertThat(client.ask("SET", "key", "v")).isEqualTo("+OK");
        }
    }

    @Test
    void aScriptGetsCompartmentsItDidNotDeclare() throws Exception {
        String both = "redis.call('incr', 'other') redis.call('incr', 'plain') return redis.call('mget', 'plain', 'other')";
        try (LoopHarness harness = harness();
                RawClient client = harness.connect();
                RawClient looping = harness.connect();
                RawClient third = harness.connect()) {
            for (int i = 1; i <= 6; i++) {
                String reply = "*2\r\n$1\r\n" + i + "\r\n$1\r\n" + i + "\r\n";
                client.command("EVAL", both, i % 2 == 0 ? "0" : "1", "plain");
                assertThat(client.read(reply.length())).isEqualTo(reply);
            }
            // By now it runs on the loop; while "other" is away it has to wait for it in a lane, and nothing is done twice.
            looping.command("EVAL", LOOP, "1", "okey");
            awaitRunning(harness);
            long before = harness.server.statistics().laneCommands;
            client.command("EVAL", both, "1", "plain");
            assertThat(LoopHarness.eventually(() -> harness.server.statistics().laneCommands > before)).isTrue();
            assertThat(third.ask("SCRIPT", "KILL")).isEqualTo("+OK");
            looping.line();
            String reply = "*2\r\n$1\r\n7\r\n$1\r\n7\r\n";
            assertThat(client.read(reply.length())).isEqualTo(reply);
        }
    }

    @Test
    void aScriptThatTurnsOutLongLeavesTheLoop() throws Exception {
        String script = "if ARGV[1] == 'loop' then while true do end end return redis.call('get', KEYS[1])";
        try (LoopHarness harness = harness(); RawClient client = harness.connect(); RawClient other = harness.connect()) {
            for (int i = 0; i < 10; i++) {
                assertThat(client.ask("EVAL", script, "1", "key", "no")).isEqualTo("$-1");
            }
            long before = harness.server.statistics().laneCommands;
            client.command("EVAL", script, "1", "key", "loop");
            assertThat(LoopHarness.eventually(() -> harness.server.statistics().laneCommands > before)).isTrue();
            awaitRunning(harness); // it is counted when it leaves the loop, a moment before
            assertThat(other.ask("SET", "okey", "v")).isEqualTo("+OK");
            assertThat(other.ask("SCRIPT", "KILL")).isEqualTo("+OK");
            assertThat(client.line()).startsWith("-ERR Script killed");
        }
    }

    @Test
    void whatIsTheLoopsIsDoneThere() throws Exception {
        try (LoopHarness harness = harness(); RawClient client = harness.connect(); RawClient listener = harness.connect()) {
            listener.command("SUBSCRIBE", "news");
            assertThat(listener.read("*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n".length())).contains("news");
            for (int i = 0; i < 5; i++) {
                assertThat(client.ask("EVAL", "redis.call('set', KEYS[1], 'v') return redis.call('publish', 'news', ARGV[1])", "1", "key",
                        "m" + i))
                    .isEqualTo(":1");
                String message = "*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$2\r\nm" + i + "\r\n";
                assertThat(listener.read(message.length())).isEqualTo(message);
            }
        }
    }

    @Test
    void inALaneAScriptGetsBackWhatOthersBorrowed() throws Exception {
        long bytes = 24 << 20;
        try (LoopHarness harness = new LoopHarness(bytes, 4 << 20, FullPolicy.EVICT, bytes, table -> {
        }); RawClient client = harness.connect()) {
            harness.server.connections().setBudget(2 << 20, 4 << 20);
            harness.server.scripting().account().setBudget(2 << 20, 6 << 20);
            for (int i = 0; i < 30_000; i++) {
                client.ask("SET", "o" + i, "v".repeat(900));
            }
            long borrowed = harness.server.keyspace().compartment(1).usedBytes();
            assertThat(borrowed).isGreaterThan(bytes / 2);
            String script = "for i = 1, 5000 do redis.call('set', KEYS[1] .. i, string.rep('x', 1000)) end return redis.call('dbsize') > 5000";
            assertThat(client.ask("EVAL", script, "1", "k")).isEqualTo(":1");
            assertThat(harness.server.keyspace().compartment(1).usedBytes()).isLessThan(borrowed);
        }
    }
}

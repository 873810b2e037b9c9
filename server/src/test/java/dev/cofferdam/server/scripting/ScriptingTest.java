// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.CompartmentOptions;
import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.keyspace.KeyspaceAudit;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.ServerOptions;
import dev.cofferdam.server.command.CommandHarness;
import dev.cofferdam.server.config.CommandLine;
import dev.cofferdam.server.config.ConfigLoader;
import dev.cofferdam.server.config.Configuration;
import dev.cofferdam.server.config.MemoryLimit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What scripts may do to keys, memory and each other; their replies are compared with stock's in {@code compat/scripting*.txt}. */
class ScriptingTest {
    private static final String SHA = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db"; // of "return 1"
    private final CommandHarness harness = new CommandHarness(24 << 20,
            List.of(new CompartmentOptions("default", 0, 6 << 20, FullPolicy.REJECT),
                    new CompartmentOptions("other", 0, 6 << 20, FullPolicy.REJECT)),
            (database, address, length) -> length > 0 && Mem.getByte(address) == 'o' ? 1 : 0);

    @AfterEach
    void audit() {
        assertThat(KeyspaceAudit.of(harness.server.keyspace())).isEmpty();
        harness.server.scripting().close();
        assertThat(harness.server.scripting().account().usedBytes()).isZero();
        harness.close();
    }

    private String run(String... command) {
        return harness.run(command);
    }

    @Test
    void scriptsAreKnownByTheirSha() {
        assertThat(run("EVALSHA", SHA, "0")).startsWith("-NOSCRIPT ");
        assertThat(run("EVAL", "return 1", "0")).isEqualTo(":1\r\n");
        assertThat(run("EVALSHA", SHA, "0")).isEqualTo(":1\r\n");
        assertThat(run("EVALSHA", SHA.toUpperCase(java.util.Locale.ROOT), "0")).isEqualTo(":1\r\n");
        assertThat(run("SCRIPT", "EXISTS", SHA, "x")).isEqualTo("*2\r\n:1\r\n:0\r\n");
        assertThat(run("SCRIPT", "FLUSH")).isEqualTo("+OK\r\n");
        assertThat(run("EVALSHA", SHA, "0")).startsWith("-NOSCRIPT ");
        assertThat(run("EVAL", "return", "0")).isEqualTo("$-1\r\n");
        assertThat(run("EVAL", "retur", "0")).startsWith("-ERR Error compiling script");
        assertThat(run("EVAL", "retur", "0")).startsWith("-ERR Error compiling script");
    }

    @Test
    void aScriptGrowsThoughACacheHasTakenAllThereIs() {
        try (CommandHarness flooded = new CommandHarness(24 << 20,
                List.of(new CompartmentOptions("default", 0, 24 << 20, FullPolicy.REJECT),
                        new CompartmentOptions("cache", 0, 24 << 20, FullPolicy.EVICT)),
                (database, address, length) -> length > 0 && Mem.getByte(address) == 'c' ? 1 : 0)) {
            assertThat(flooded.run("EVAL", "return 1", "0")).isEqualTo(":1\r\n");
            String value = "v".repeat(4_000);
            for (int i = 0; i < 8_000; i++) {
                assertThat(flooded.run("SET", "cache:" + i, value)).isEqualTo("+OK\r\n");
            }
            assertThat(flooded.run("EXISTS", "cache:0")).as("the cache evicts").isEqualTo(":0\r\n");
            assertThat(flooded.run("EVAL", "local t = {} for i = 1, 200 do t[i] = string.rep(i .. '', 300) end return #t", "0"))
                .isEqualTo(":200\r\n");
            String script = "redis.call('SET', KEYS[1], 1) local t = {} for i = 1, ARGV[1] do t[i] = ARGV[2] == '' and i or i .. string.rep('x', ARGV[2]) end return #t";
            for (int i = 0; i < 40; i++) {
                assertThat(flooded.run("EVAL", script, "1", "other", "0", "0")).isEqualTo(":0\r\n");
            }
            assertThat(flooded.run("EVAL", script, "1", "other", "800", "1000")).as("on the loop, bit by bit").isEqualTo(":800\r\n");
            assertThat(flooded.run("EVAL", "collectgarbage() return 1", "1", "other")).isEqualTo(":1\r\n");
            assertThat(flooded.run("EVAL", script, "1", "other", "40000", "")).as("a megabyte at once").isEqualTo(":40000\r\n");
            assertThat(flooded.server.scripting().account().heldBytes()).isZero();
            flooded.server.scripting().close();
        }
    }

    /** The presets at 64 MB, where a hundredth would not be one interpreter. */
    @Test
    void besideFullCompartmentsEachCompartmentRunsItsFirstScript() throws Exception {
        Configuration preset = ConfigLoader.load(CommandLine.of(List.of("--maxmemory", "64mb")), MemoryLimit.ofThisMachine());
        try (CommandHarness full = new CommandHarness(ServerOptions.of(preset, 42))) {
            String value = "v".repeat(4_000);
            for (String prefix : List.of("bull:", "other:", "sess:", "cache:")) {
                String reply = "+OK\r\n";
                for (int i = 0; reply.equals("+OK\r\n") && i < 15_000; i++) {
                    reply = full.run("SET", prefix + i, value);
                }
                assertThat(reply).as(prefix).startsWith(prefix.equals("cache:") ? "+OK" : prefix.equals("sess:") ? "" : "-OOM");
            }
            String script = "return redis.call('GET', KEYS[1])";
            for (String key : List.of("bull:0", "other:0", "sess:0", "cache:0")) {
                assertThat(full.run("EVAL", script, "1", key)).as(key).isIn("$4000\r\n" + value + "\r\n", "$-1\r\n");
            }
            assertThat(full.run("EVAL", "return 'no key'", "0")).isEqualTo("$6\r\nno key\r\n");
            full.server.scripting().close();
        }
    }

    @Test
    void scriptsOfEvalMakeRoomForNewOnesAndLoadedOnesStay() {
        run("SCRIPT", "LOAD", "return 1");
        for (int i = 0; i < 1_200; i++) {
            assertThat(run("EVAL", "return " + i + " + 0", "0")).isEqualTo(":" + i + "\r\n");
        }
        assertThat(harness.server.scripting().scriptCount()).isLessThanOrEqualTo(1_001);
        assertThat(run("EVALSHA", SHA, "0")).isEqualTo(":1\r\n");
    }

    @Test
    void aChangeOfAScriptBreaksTransactionsThatWatchTheKey() {
        CommandHarness.TestClient watcher = harness.client();
        for (String script : List.of("return redis.call('incr', KEYS[1])", "return redis.call('incr', 'n')")) {
            watcher.run("WATCH", "n");
            run("EVAL", script, "1", "n");
            watcher.run("MULTI");
            watcher.run("PING");
            assertThat(watcher.run("EXEC")).isEqualTo("*-1\r\n");
        }
    }

    @Test
    void aPushOfAScriptServesWhoWaits() {
        CommandHarness.TestClient waiting = harness.client();
        waiting.run("BLPOP", "list", "0");
        assertThat(run("EVAL", "return redis.call('rpush', KEYS[1], 'job')", "1", "list")).isEqualTo(":1\r\n");
        assertThat(waiting.received()).isEqualTo("*2\r\n$4\r\nlist\r\n$3\r\njob\r\n");
        assertThat(run("EVAL", "return redis.call('lmove', 'none', 'list', 'left', 'left')", "0")).isEqualTo("$-1\r\n");
    }

    @Test
    void theDatabaseOfAScriptIsItsOwn() {
        assertThat(run("EVAL", "redis.call('select', 5) return redis.call('set', 'k', 'five')", "0")).isEqualTo("+OK\r\n");
        assertThat(run("GET", "k")).isEqualTo("$-1\r\n");
        run("SELECT", "5");
        assertThat(run("GET", "k")).isEqualTo("$4\r\nfive\r\n");
    }

    @Test
    void inAFullCompartmentWhatDoesNotGrowWorks() {
        run("RPUSH", "queue", "job1", "job2", "job3");
        run("SET", "counter", "10");
        fill();
        String grow = "return redis.call('set', KEYS[1], string.rep('x', 1000))";
        assertThat(run("EVAL", grow, "1", "new"))
            .startsWith("-OOM command not allowed when used memory > 'maxmemory'. Compartment 'default' is full")
            .contains("on @user_script:1.");
        assertThat(run("EVAL", "return redis.pcall('set', KEYS[1], string.rep('x', 1000)).err", "1", "new"))
            .contains("OOM command not allowed");
        assertThat(run("EVAL", grow, "1", "other")).isEqualTo("+OK\r\n");
        assertThat(run("EVAL", "redis.call('incr', KEYS[1]) return redis.call('lmove', KEYS[2], KEYS[3], 'left', 'right')", "3", "counter",
                "queue",
                "active"))
            .isEqualTo("$4\r\njob1\r\n");
        assertThat(run("EVAL", "#!lua\nreturn redis.call('del', KEYS[1])", "1", "counter"))
            .startsWith("-OOM allow-oom flag is not set on the script");
        assertThat(run("EVAL", "#!lua flags=allow-oom\nreturn redis.call('del', KEYS[1])", "1", "counter")).isEqualTo(":1\r\n");
        assertThat(run("EVAL", "#!lua flags=no-writes\nreturn redis.call('llen', KEYS[1])", "1", "queue")).isEqualTo(":2\r\n");
        // What is kept free for moves is there for those who say that they know what they do, and ends too.
        String lenient = "#!lua flags=allow-oom\nreturn redis.call('set', KEYS[1], string.rep('x', 1000))";
        assertThat(run("EVAL", lenient, "1", "new")).isEqualTo("+OK\r\n");
        String reply = "+OK\r\n";
        for (int i = 0; i < 10_000 && reply.startsWith("+OK"); i++) {
            reply = run("EVAL", lenient, "1", "new:" + i);
        }
        assertThat(reply).startsWith("-OOM command not allowed");
    }

    private void fill() {
        int filled = 0;
        while (!run("SET", "fill:" + filled, "x".repeat(900)).startsWith("-OOM")) {
            filled++;
        }
        assertThat(filled).isPositive();
    }

    @Test
    void aScriptInsideATransactionRunsWithIt() {
        run("MULTI");
        run("EVAL", "redis.call('set', KEYS[1], '1') return redis.call('incr', KEYS[1])", "1", "k");
        run("GET", "k");
        run("EVAL", "return redis.call('nope')", "0");
        run("EVAL", "redis.call('set', KEYS[1], ARGV[1]) return redis.call('strlen', KEYS[1])", "1", "big", "y".repeat(60_000));
        assertThat(run("EXEC")).startsWith("*4\r\n:2\r\n$1\r\n2\r\n-ERR Unknown Redis command").endsWith(":60000\r\n");
    }

    @Test
    void aScriptThatEatsMemoryDiesAndTheNextOneLives() {
        for (String bomb : List.of("local t = {} for i = 1, 1e9 do t[i] = {} end", "local s = 'x' while true do s = s .. s end",
                "return string.rep('x', 1e9)", "local t = {} for i = 1, 1e9 do t['k' .. i] = i end",
                "local t = {} for i = 1, 1e9 do t[i] = coroutine.create(function() end) end",
                "return cjson.encode({string.rep('\\1', 2e6)})")) {
            assertThat(run("EVAL", bomb, "1", "k")).startsWith("-ERR").contains("not enough memory");
            assertThat(run("EVAL", "return redis.call('set', KEYS[1], 'v')", "1", "k")).isEqualTo("+OK\r\n");
            harness.server.arena().audit();
        }
        assertThat(harness.server.scripting().account().peakBytes()).isLessThanOrEqualTo(harness.server.scripting().account().maxBytes());
    }

    @Test
    void aReplyLargerThanScriptsMayHoldIsAnErrorInTheScript() {
        for (int i = 0; i < 1_000; i++) {
            run("RPUSH", "list", i + "v".repeat(1_000));
        }
        assertThat(run("EVAL", "return #redis.call('lrange', KEYS[1], 0, -1)", "1", "list")).isEqualTo(":1000\r\n");
        assertThat(run("EVAL",
                "local all = {} for i = 1, 1e6 do all[i] = redis.call('lrange', KEYS[1], 0, -1) for j = 1, 1000 do"
                        + " all[i][j] = all[i][j] .. i end end",
                "1", "list"))
            .startsWith("-ERR").contains("not enough memory");
        assertThat(run("EVAL", "local ok, e = pcall(redis.call, 'lrange', KEYS[1], 0, -1) return #e", "1", "list")).isEqualTo(":1000\r\n");
        assertThat(run("LLEN", "list")).isEqualTo(":1000\r\n");
    }

    @Test
    void whatScriptsReachIsTheirs() {
        run("EVAL", "local ok, e = pcall(function() redis.call = nil end) return e", "0");
        for (String attack : List.of("string.len = nil", "getmetatable('').__index.len = nil", "getmetatable('').__index = {}",
                "setmetatable(_G, {})", "rawset(_G, 'x', 1)", "rawset(redis, 'call', nil)", "_G.redis = nil", "table.insert = nil",
                "getmetatable(_G).__index = function() return 7 end")) {
            assertThat(run("EVAL", attack, "0")).as(attack).startsWith("-ERR");
        }
        assertThat(run("EVAL", "return {type(redis.call), ('abc'):len(), type(table.insert)}", "0")).contains("function", ":3");
        for (String absent : List.of("io", "os", "debug", "require", "dofile", "loadfile", "print", "package", "module", "newproxy",
                "getfenv")) {
            assertThat(run("EVAL", "return " + absent, "0")).contains("nonexistent global variable '" + absent + "'");
        }
    }

    @Test
    void functionsRunInEveryCompartment() {
        String code = "#!lua name=lib\nlocal calls = 0\nredis.register_function('put', function(keys, args)\n"
                + "  calls = calls + 1\n  redis.call('set', keys[1], args[1])\n  return calls\nend)";
        assertThat(run("FUNCTION", "LOAD", code)).isEqualTo("$3\r\nlib\r\n");
        assertThat(run("FCALL", "put", "1", "a", "x")).isEqualTo(":1\r\n");
        assertThat(run("FCALL", "put", "1", "o", "x")).isEqualTo(":1\r\n");
        assertThat(run("FCALL", "put", "1", "a", "x")).isEqualTo(":2\r\n");
        assertThat(run("FUNCTION", "LOAD", "REPLACE", code.replace("calls + 1", "calls + 10"))).isEqualTo("$3\r\nlib\r\n");
        assertThat(run("FCALL", "put", "1", "a", "x")).isEqualTo(":10\r\n");
        run("FUNCTION", "DELETE", "lib");
        assertThat(run("FCALL", "put", "1", "a", "x")).startsWith("-ERR Function not found");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.CompartmentOptions;
import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.keyspace.KeyspaceAudit;
import dev.cofferdam.server.command.CommandHarness;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hashes and sets in a compartment that is full: what does not grow works, what grows is refused whole. */
class FullCompartmentTest {
    private static final String OOM = "-OOM command not allowed when used memory > 'maxmemory'. Compartment 'default' is full";
    private final CommandHarness harness = new CommandHarness(12 << 20,
            List.of(new CompartmentOptions("default", 0, 6 << 20, FullPolicy.REJECT)), (database, address, length) -> 0);

    @BeforeEach
    void fill() {
        run("HSET", "session", "created", "1763841600000", "touched", "1763841600000", "data", "d".repeat(120));
        run("HSET", "counters", "digits", "7");
        run("HINCRBYFLOAT", "counters", "real", "0.5");
        for (int i = 0; i < 600; i++) {
            run("HSET", "large", "field:" + i, "value:" + i);
            run("SADD", "set", "member:" + i);
            run("SADD", "other", "member:" + (i + 300));
        }
        run("SADD", "small", "a", "b", "c");
        run("SADD", "integers", "1", "2", "3");
        int filled = 0;
        while (!run("HSET", "fill:" + filled, "f", "x".repeat(700)).startsWith("-OOM")) {
            filled++;
        }
        while (!run("SADD", "fillset", "m" + filled).startsWith("-OOM")) {
            filled++;
        }
        assertThat(filled).isPositive();
    }

    @AfterEach
    void audit() {
        assertThat(KeyspaceAudit.of(harness.server.keyspace())).isEmpty();
        harness.close();
    }

    private String run(String... command) {
        return harness.run(command);
    }

    @Test
    void touchingCountingAndDeletingWork() {
        for (int i = 0; i < 2_000; i++) {
            assertThat(run("HSET", "session", "touched", "176384%07d".formatted(i))).isEqualTo(":0\r\n");
            assertThat(run("HSET", "large", "field:77", "value:" + (10 + i % 90))).isEqualTo(":0\r\n");
            assertThat(run("HINCRBY", "counters", "digits", "12345678901234")).startsWith(":");
            assertThat(run("HINCRBYFLOAT", "counters", "real", "1000.25")).startsWith("$");
        }
        assertThat(run("HINCRBY", "large", "field:9", "1")).isEqualTo("-ERR hash value is not an integer\r\n");
        assertThat(run("HDEL", "session", "data")).isEqualTo(":1\r\n");
        for (int i = 0; i < 600; i++) {
            assertThat(run("HDEL", "large", "field:" + i)).isEqualTo(":1\r\n");
        }
        assertThat(run("HLEN", "large")).isEqualTo(":0\r\n");
    }

    @Test
    void movingPoppingAndRemovingWork() {
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < 300; i++) {
                assertThat(run("SMOVE", "set", "small", "member:" + i)).isEqualTo(":1\r\n");
            }
            for (int i = 0; i < 300; i++) {
                assertThat(run("SMOVE", "small", "set", "member:" + i)).isEqualTo(":1\r\n");
            }
        }
        assertThat(run("SMOVE", "integers", "small", "2")).isEqualTo(":1\r\n");
        assertThat(run("SMOVE", "small", "integers", "a")).isEqualTo(":1\r\n");
        assertThat(run("SREM", "set", "member:0", "member:1", "nobody")).isEqualTo(":2\r\n");
        assertThat(run("SPOP", "set", "100")).startsWith("*100\r\n");
        assertThat(run("SCARD", "set")).isEqualTo(":498\r\n");
        assertThat(run("SADD", "other", "member:400", "member:500")).isEqualTo(":0\r\n");
    }

    @Test
    void whatGrowsIsRefusedWhole() {
        String session = run("HGETALL", "session");
        assertThat(run("HSET", "session", "touched", "1799999999999", "more", "x")).startsWith(OOM);
        assertThat(run("HMSET", "session", "data", "d".repeat(121))).startsWith(OOM);
        assertThat(run("HSETNX", "session", "more", "x")).startsWith(OOM);
        assertThat(run("HSETNX", "session", "data", "x")).isEqualTo(":0\r\n");
        assertThat(run("HINCRBY", "session", "more", "1")).startsWith(OOM);
        assertThat(run("HINCRBYFLOAT", "session", "more", "1")).startsWith(OOM);
        assertThat(run("HGETALL", "session")).isEqualTo(session);
        String small = run("SMEMBERS", "small");
        assertThat(run("SADD", "small", "a", "d")).startsWith(OOM);
        assertThat(run("SUNIONSTORE", "small", "set", "other")).startsWith(OOM);
        assertThat(run("SINTERSTORE", "small", "set", "other")).startsWith(OOM);
        assertThat(run("SDIFFSTORE", "small", "set", "other")).startsWith(OOM);
        assertThat(run("SMEMBERS", "small")).isEqualTo(small);
        assertThat(run("HSET", "small", "f", "v")).startsWith("-WRONGTYPE");
    }

    @Test
    void deletingMakesRoomAgain() {
        assertThat(run("SINTERSTORE", "fillset", "nokey", "other")).isEqualTo(":0\r\n");
        while (harness.server.keyspace().compartment(0).reclaimSome()) {
            harness.server.keyspace().compartment(0).endCommand();
        }
        for (int i = 0; i < 400; i++) {
            run("HDEL", "fill:" + i, "f");
        }
        assertThat(run("SUNIONSTORE", "small", "set", "other")).isEqualTo(":900\r\n");
        assertThat(run("HSET", "session", "more", "x")).isEqualTo(":1\r\n");
    }

    @Test
    void aFullSourceDoesNotKeepAnotherCompartmentFromTheResult() {
        List<CompartmentOptions> two = List.of(new CompartmentOptions("default", 0, 3 << 20, FullPolicy.REJECT),
                new CompartmentOptions("cache", 0, 3 << 20, FullPolicy.REJECT));
        try (CommandHarness both = new CommandHarness(12 << 20, two,
                (database, address, length) -> dev.cofferdam.memory.Mem.getByte(address) == 'c' ? 1 : 0)) {
            int count = 0;
            while (!both.run("SADD", "full", "member " + count).startsWith("-OOM")) {
                count++;
            }
            both.run("SADD", "few", "x");
            both.run("SADD", "c:few", "member 1", "member 2", "stranger");
            assertThat(both.run("SINTERSTORE", "c:result", "full", "c:few")).isEqualTo(":2\r\n");
            assertThat(both.run("SMOVE", "full", "c:result", "member 77")).isEqualTo(":1\r\n");
            assertThat(both.run("SCARD", "full")).isEqualTo(":" + (count - 1) + "\r\n");
            assertThat(both.run("SINTERSTORE", "result", "full", "c:few")).startsWith(OOM);
        }
    }
}

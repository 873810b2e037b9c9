// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.generic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.CompartmentOptions;
import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.keyspace.KeyspaceAudit;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.command.CommandHarness;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What keys do across compartments and databases; the replies themselves are compared with redis-server's in compat. */
class GenericCommandsTest {
    private static final String OK = "+OK\r\n";
    private static final long MAX = 16 << 20;

    /** Keys that begin with an 'a' have a compartment of their own. */
    private static CommandHarness twoCompartments() {
        return new CommandHarness(MAX,
                List.of(new CompartmentOptions("default", 0, MAX, FullPolicy.REJECT),
                        new CompartmentOptions("a", 0, 2 << 20, FullPolicy.REJECT)),
                (database, address, length) -> length > 0 && Mem.getByte(address) == 'a' ? 1 : 0);
    }

    @Test
    void renamesWithinAndAcrossCompartments() {
        try (CommandHarness harness = twoCompartments()) {
            harness.run("SET", "b1", "value", "EX", "100");
            assertThat(harness.run("RENAME", "b1", "b22")).isEqualTo(OK);
            assertThat(harness.run("RENAME", "b22", "a1")).isEqualTo(OK);
            assertThat(harness.run("GET", "a1")).isEqualTo("$5\r\nvalue\r\n");
            assertThat(harness.run("TTL", "a1")).isEqualTo(":100\r\n");
            assertThat(harness.run("EXISTS", "b1", "b22")).isEqualTo(":0\r\n");
            harness.advanceMillis(101_000);
            assertThat(harness.run("GET", "a1")).isEqualTo("$-1\r\n");
            assertThat(harness.run("RENAME", "a1", "b")).isEqualTo("-ERR no such key\r\n");
            audit(harness);
        }
    }

    @Test
    void refusesToRenameIntoAFullCompartmentAndChangesNothing() {
        try (CommandHarness harness = twoCompartments()) {
            harness.run("SET", "big", "x".repeat(100_000));
            for (int i = 0; harness.run("SET", "a" + i, "x".repeat(500)).equals(OK); i++) {
                assertThat(i).isLessThan(10_000);
            }
            assertThat(harness.run("RENAME", "big", "a:big")).startsWith("-OOM ").contains("'a' is full");
            assertThat(harness.run("COPY", "big", "a:big")).startsWith("-OOM ");
            assertThat(harness.run("MSET", "b:small", "1", "a:small", "x".repeat(900))).startsWith("-OOM ");
            assertThat(harness.run("EXISTS", "b:small")).isEqualTo(":0\r\n");
            assertThat(harness.run("STRLEN", "big")).isEqualTo(":100000\r\n");
            assertThat(harness.run("RENAME", "a1", "a2")).isEqualTo(OK);
            assertThat(harness.run("RENAME", "a2", "b2")).isEqualTo(OK);
            assertThat(harness.run("EXPIRE", "a3", "100")).isEqualTo(":1\r\n");
            assertThat(harness.run("DEL", "a4", "a5")).isEqualTo(":2\r\n");
            audit(harness);
        }
    }

    @Test
    void walksRemoveTheKeysPastTheirTimeThatTheyComeBy() {
        for (String walk : List.of("SCAN 0", "RANDOMKEY")) {
            try (CommandHarness harness = twoCompartments()) {
                for (String key : List.of("a1", "a2", "b1", "b2")) {
                    harness.run("SET", key, "x", "PX", "1");
                }
                harness.run("SET", "other", "x");
                harness.run("SELECT", "1");
                harness.run("SET", "a1", "x", "PX", "1");
                harness.run("SELECT", "0");
                harness.advanceMillis(5);
                for (int i = 0; i < 100; i++) {
                    assertThat(harness.run(walk.split(" ", -1))).as(walk).contains("$5\r\nother\r\n");
                }
                assertThat(harness.run("DBSIZE")).as("after %s, nobody else looked", walk).isEqualTo(":1\r\n");
                harness.run("SELECT", "1");
                assertThat(harness.run("DBSIZE")).as("in the other database").isEqualTo(":1\r\n");
                audit(harness);
            }
        }
    }

    @Test
    void scansEveryKeyOfEveryCompartmentWhileTheTableGrows() {
        try (CommandHarness harness = twoCompartments()) {
            Set<String> stays = new HashSet<>();
            for (int i = 0; i < 2_000; i++) {
                String name = (i % 2 == 0 ? "a" : "b") + i;
                stays.add(name);
                harness.run("SET", name, "1");
            }
            Set<String> seen = new HashSet<>();
            String cursor = "0";
            int added = 0;
            do {
                String[] lines = harness.run("SCAN", cursor, "COUNT", "20").split("\r\n");
                cursor = lines[2];
                for (int i = 5; i < lines.length; i += 2) {
                    seen.add(lines[i]);
                }
                for (int i = 0; i < 30; i++) {
                    harness.run("SET", "c" + added++, "1");
                }
            } while (!cursor.equals("0"));
            assertThat(seen).containsAll(stays);
            assertThat(harness.run("KEYS", "a1?")).isEqualTo(keysReply(harness, "a10", "a12", "a14", "a16", "a18"));
        }
    }

    /** KEYS has no order. */
    private static String keysReply(CommandHarness harness, String... names) {
        String reply = harness.run("KEYS", "a1?");
        assertThat(reply.split("\r\n")).contains(names).hasSize(1 + 2 * names.length);
        return reply;
    }

    @Test
    void flushesAndFillsAgain() {
        try (CommandHarness harness = twoCompartments()) {
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 3_000; i++) {
                    assertThat(harness.run("SET", "b" + i, "x".repeat(i % 50 == 0 ? 100_000 : 500), "EX", "1000")).as("round %d", round)
                        .isEqualTo(OK);
                }
                assertThat(harness.run("SADD", "set", "a", "b")).isNotNull();
                assertThat(harness.run("FLUSHALL")).isEqualTo(OK);
                assertThat(harness.run("DBSIZE")).isEqualTo(":0\r\n");
                assertThat(harness.run("GET", "b1")).isEqualTo("$-1\r\n");
                assertThat(harness.run("SET", "b1", "new")).isEqualTo(OK);
                assertThat(harness.run("GET", "b1")).isEqualTo("$3\r\nnew\r\n");
            }
            long deadline = System.nanoTime() + 5_000_000_000L;
            while (harness.server.keyspace().maintain(1_000_000) && System.nanoTime() < deadline) {
                continue;
            }
            assertThat(harness.server.keyspace().compartment(0).liveBytes()).isLessThan(1_000);
            audit(harness);
        }
    }

    @Test
    void exchangesDatabases() {
        try (CommandHarness harness = twoCompartments()) {
            for (int i = 0; i < 500; i++) {
                harness.run("SET", "b" + i, "zero", "PX", "5000");
            }
            assertThat(harness.run("MOVE", "b7", "3")).isEqualTo(":1\r\n");
            assertThat(harness.run("SWAPDB", "0", "3")).isEqualTo(OK);
            assertThat(harness.run("DBSIZE")).isEqualTo(":1\r\n");
            assertThat(harness.run("GET", "b7")).isEqualTo("$4\r\nzero\r\n");
            harness.run("SELECT", "3");
            assertThat(harness.run("DBSIZE")).isEqualTo(":499\r\n");
            assertThat(harness.run("GET", "b8")).isEqualTo("$4\r\nzero\r\n");
            assertThat(harness.run("FLUSHDB")).isEqualTo(OK);
            assertThat(harness.run("DBSIZE")).isEqualTo(":0\r\n");
            harness.run("SELECT", "0");
            assertThat(harness.run("DBSIZE")).isEqualTo(":1\r\n");
            audit(harness);
        }
    }

    private static void audit(CommandHarness harness) {
        assertThat(KeyspaceAudit.of(harness.server.keyspace())).isEmpty();
    }
}

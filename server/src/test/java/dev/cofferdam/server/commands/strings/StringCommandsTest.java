// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.strings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.server.command.CommandHarness;
import org.junit.jupiter.api.Test;

/** What strings do when their compartment is full, and when time passes; the replies themselves are compared with redis-server's in compat. */
class StringCommandsTest {
    private static final String OK = "+OK\r\n";
    private static final String WAY_OUT = "see COMPARTMENT INFO default\r\n";

    @Test
    void setsReadsAndExpires() {
        try (CommandHarness harness = CommandHarness.single(16 << 20)) {
            assertThat(harness.run("SET", "k", "v", "PX", "1000")).isEqualTo(OK);
            assertThat(harness.run("GET", "k")).isEqualTo("$1\r\nv\r\n");
            harness.advanceMillis(999);
            assertThat(harness.run("GET", "k")).isEqualTo("$1\r\nv\r\n");
            harness.advanceMillis(2);
            assertThat(harness.run("GET", "k")).isEqualTo("$-1\r\n");
        }
    }

    @Test
    void countsOnInAFullCompartment() {
        try (CommandHarness harness = CommandHarness.single(8 << 20)) {
            harness.run("SET", "counter", "10");
            harness.run("SET", "same", "abcdef");
            fill(harness);
            assertThat(harness.run("SET", "fresh", "x".repeat(200))).startsWith("-OOM command not allowed when used memory > 'maxmemory'. ")
                .endsWith(WAY_OUT);
            assertThat(harness.run("INCR", "counter")).isEqualTo(":11\r\n");
            assertThat(harness.run("SET", "same", "ghijkl")).isEqualTo(OK);
            assertThat(harness.run("SET", "same", "no", "NX")).isEqualTo("$-1\r\n");
            assertThat(harness.run("SET", "none", "no", "XX")).isEqualTo("$-1\r\n");
            assertThat(harness.run("SETRANGE", "same", "1", "HI")).isEqualTo(":6\r\n");
            assertThat(harness.run("GET", "same")).isEqualTo("$6\r\ngHIjkl\r\n");
            assertThat(harness.run("GETDEL", "same")).isEqualTo("$6\r\ngHIjkl\r\n");
        }
    }

    @Test
    void writesManyKeysOrNone() {
        try (CommandHarness harness = CommandHarness.single(8 << 20)) {
            fill(harness);
            String[] mset = new String[1 + 2 * 20];
            mset[0] = "MSET";
            for (int i = 0; i < 20; i++) {
                mset[1 + 2 * i] = "k" + i;
                mset[2 + 2 * i] = "x".repeat(1000);
            }
            long keys = harness.server.keyspace().keyCount(0);
            assertThat(harness.run(mset)).startsWith("-OOM ");
            assertThat(harness.server.keyspace().keyCount(0)).isEqualTo(keys);
            assertThat(harness.run("MSET", "fill:1", "y".repeat(200), "fill:2", "z".repeat(200))).isEqualTo(OK);
            assertThat(harness.run("MGET", "fill:1", "none")).isEqualTo("*2\r\n$200\r\n" + "y".repeat(200) + "\r\n$-1\r\n");
        }
    }

    @Test
    void refusesWhatCanNeverFitBeforeAnythingElse() {
        try (CommandHarness harness = CommandHarness.single(64 << 20)) {
            assertThat(harness.run("SETRANGE", "k", String.valueOf(384 << 20), "x")).startsWith("-OOM ");
            assertThat(harness.run("SETRANGE", "k", String.valueOf(600 << 20), "x"))
                .isEqualTo("-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n");
            assertThat(harness.run("SETRANGE", "k", String.valueOf(20 << 20), "x")).isEqualTo(":" + ((20 << 20) + 1) + "\r\n");
            assertThat(harness.run("APPEND", "k", "yz")).isEqualTo(":" + ((20 << 20) + 3) + "\r\n");
            assertThat(harness.run("GETRANGE", "k", "-4", "-1")).isEqualTo("$4\r\n\0xyz\r\n");
        }
    }

    private static void fill(CommandHarness harness) {
        int i = 0;
        while (harness.run("SET", "fill:" + i, "x".repeat(200)).equals(OK)) {
            i++;
        }
        assertThat(i).isGreaterThan(1000);
    }
}

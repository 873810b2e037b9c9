// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.strings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.CompartmentOptions;
import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.server.ServerOptions;
import dev.cofferdam.server.command.CommandHarness;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** LCS at its limits: the memory of its table, the lane, a full compartment. What it answers is compared with stock by compat/lcs.txt. */
class LcsCommandTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261123L);
    private static final long CONNECTIONS_BYTES = 4 << 20;
    private final CommandHarness harness = new CommandHarness(new ServerOptions(List.of("127.0.0.1"), 0, 24 << 20, 0, 0, CONNECTIONS_BYTES,
            List.of(new CompartmentOptions("default", 0, 6 << 20, FullPolicy.REJECT)), (database, address, length) -> 0, 42));

    @AfterEach
    void close() {
        harness.close();
    }

    private String run(String... command) {
        return harness.run(command);
    }

    private static String text(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + random.nextInt(4)));
        }
        return text.toString();
    }

    @Test
    void theTableIsAccountedAndGivenBack() {
        Random random = new Random(SEED);
        run("SET", "a", text(random, 9_000));
        run("SET", "b", text(random, 10_000));
        long before = harness.server.connections().usedBytes();
        String there = run("LCS", "a", "b", "LEN");
        assertThat(run("LCS", "b", "a", "LEN")).as("seed %d; repeat with -Dcofferdam.seed", SEED).isEqualTo(there);
        // The table of 90 million bits is beyond what connections may have here; two columns are not.
        assertThat(run("LCS", "a", "b")).isEqualTo("-ERR Insufficient memory, failed allocating transient memory for LCS\r\n");
        assertThat(run("LCS", "a", "b", "IDX")).isEqualTo("-ERR Insufficient memory, failed allocating transient memory for LCS\r\n");
        run("SET", "b", text(random, 1_000));
        String common = run("LCS", "a", "b");
        assertThat(run("LCS", "a", "b", "LEN")).isEqualTo(":" + common.split("\r\n")[1].length() + "\r\n");
        assertThat(harness.server.connections().usedBytes()).isEqualTo(before);
    }

    @Test
    void aLongOneRunsInTheLaneAndAnswersTheSame() {
        Random random = new Random(SEED);
        run("SET", "a", text(random, 300));
        run("SET", "b", text(random, 400));
        String here = run("LCS", "a", "b", "IDX", "WITHMATCHLEN");
        harness.server.settings().setLaneThresholdElements(10);
        assertThat(run("LCS", "a", "b", "IDX", "WITHMATCHLEN")).isEqualTo(here);
    }

    @Test
    void itReadsInAFullCompartment() {
        run("SET", "a", "abc");
        run("SET", "b", "xbcx");
        for (int i = 0; !run("SET", "fill" + i, "x".repeat(900)).startsWith("-OOM"); i++) {
            assertThat(i).isLessThan(100_000);
        }
        assertThat(run("LCS", "a", "b")).isEqualTo("$2\r\nbc\r\n");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.keyspace.KeyspaceAudit;
import dev.cofferdam.server.command.CommandHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A maxmemory below what the server was started with, without compartments: keys give way, deleting helps at once, raising it ends it. */
class MemoryCeilingTest {
    private static final String OK = "+OK\r\n";
    private static final String OUT_OF_MEMORY = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";
    private final CommandHarness harness = CommandHarness.single(64 << 20);
    private final MemoryCeiling ceiling = harness.server.ceiling();

    @AfterEach
    void close() {
        assertThat(KeyspaceAudit.of(harness.server.keyspace())).isEmpty();
        harness.close();
    }

    /** A command and what follows it at the end of the turn. */
    private String run(String... arguments) {
        String reply = harness.run(arguments);
        harness.server.housekeeping();
        return reply;
    }

    private void policy(FullPolicy full) {
        harness.server.keyspace().compartment(0).setFull(full);
    }

    private long keys() {
        return harness.server.keyspace().keyCount(0);
    }

    private void setJustAboveUse(int bytes) {
        ceiling.countUse(true);
        ceiling.set(ceiling.usedBytes() + bytes);
    }

    @Test
    void belowWhatIsUsedNothingGrowsUntilItIsRaised() {
        run("SET", "k", "v");
        run("RPUSH", "l", "a", "b");
        ceiling.set(1);
        assertThat(run("SET", "other", "v")).isEqualTo(OUT_OF_MEMORY);
        assertThat(run("GET", "k")).isEqualTo("$1\r\nv\r\n");
        assertThat(run("LPOP", "l")).isEqualTo("$1\r\na\r\n");
        run("MULTI");
        assertThat(run("SET", "other", "v")).isEqualTo(OUT_OF_MEMORY);
        assertThat(run("EXEC")).startsWith("-EXECABORT");
        assertThat(run("DEL", "k")).isEqualTo(":1\r\n");
        ceiling.set(0);
        assertThat(run("SET", "other", "v")).isEqualTo(OK);
    }

    @Test
    void itMayBeLessThanAPageAboveUseAndDeletingHelpsAtOnce() {
        run("SET", "first", "v");
        setJustAboveUse(20_000);
        int accepted = 0;
        while (run("SET", "key:" + accepted, "x".repeat(100)).equals(OK)) {
            accepted++;
            assertThat(accepted).isLessThan(1_000);
        }
        assertThat(accepted).isBetween(100, 200);
        assertThat(run("SET", "another", "v")).isEqualTo(OUT_OF_MEMORY);
        run("DEL", "key:1", "key:2");
        assertThat(run("SET", "another", "v")).isEqualTo(OK);
    }

    @Test
    void anEvictingKeyspaceKeepsMostOfWhatFits() {
        policy(FullPolicy.EVICT);
        run("SET", "first", "v");
        setJustAboveUse(100_000);
        long most = ceiling.usedBytes() + 100_000;
        for (int i = 0; i < 5_000; i++) {
            assertThat(run("SET", "key:" + i, "x".repeat(100))).isEqualTo(OK);
            assertThat(ceiling.usedBytes()).isLessThanOrEqualTo(most);
            assertThat(keys()).isGreaterThan(Math.min(i, 400));
        }
        assertThat(run("EXISTS", "key:4999")).isEqualTo(":1\r\n");
    }

    @Test
    void whatHasNoTimeToLiveStaysWhereItIsToStay() {
        policy(FullPolicy.EVICT_VOLATILE);
        run("SET", "first", "v");
        setJustAboveUse(100_000);
        for (int i = 0; i < 300; i++) {
            run("SET", "kept:" + i, "x".repeat(100));
        }
        for (int i = 0; i < 5_000; i++) {
            run("SET", "key:" + i, "x".repeat(100), "EX", "1000");
        }
        assertThat(keys()).isGreaterThan(301);
        for (int i = 0; i < 300; i++) {
            assertThat(run("EXISTS", "kept:" + i)).isEqualTo(":1\r\n");
        }
    }

    @Test
    void integersAreSharedOnlyWhereRedisDoesSo() {
        run("SET", "k", "7");
        assertThat(run("OBJECT", "REFCOUNT", "k")).isEqualTo(":2147483647\r\n");
        harness.server.settings().setSharesIntegers(false);
        assertThat(run("OBJECT", "REFCOUNT", "k")).isEqualTo(":1\r\n");
    }

    @Test
    void whatBuffersTakeTheKeysGive() {
        policy(FullPolicy.EVICT);
        for (int i = 0; i < 10_000; i++) {
            run("SET", "key:" + i, "x".repeat(100));
        }
        setJustAboveUse(10_000);
        long before = keys();
        long buffer = harness.server.connections().takeRun(500_000);
        harness.server.housekeeping();
        assertThat(keys()).isBetween(before - 8_000, before - 2_000);
        harness.server.connections().returnRun(buffer, 500_000);
    }
}

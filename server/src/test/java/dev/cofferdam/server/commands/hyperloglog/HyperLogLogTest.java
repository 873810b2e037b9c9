// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.hyperloglog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.CompartmentOptions;
import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.keyspace.KeyspaceAudit;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.command.CommandHarness;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * HyperLogLogs in full compartments, corrupt ones, and the sparse form against the dense one; keys that begin with "o" lie in a compartment of their own. Replies and bytes
 * are compared with stock by compat/hyperloglog.txt.
 */
class HyperLogLogTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261123L);
    private static final String STALE_HEAD = "HYLL\1\0\0\0\0\0\0\0\0\0\0\u0080";
    private final CommandHarness harness = new CommandHarness(24 << 20,
            List.of(new CompartmentOptions("default", 0, 6 << 20, FullPolicy.REJECT),
                    new CompartmentOptions("other", 0, 8 << 20, FullPolicy.REJECT)),
            (database, address, length) -> length > 0 && Mem.getByte(address) == 'o' ? 1 : 0);

    @AfterEach
    void audit() {
        assertThat(KeyspaceAudit.of(harness.server.keyspace())).isEmpty();
        harness.close();
    }

    private String run(String... command) {
        return harness.run(command);
    }

    private void fill() {
        for (int size : new int[] {500, 20, 1}) {
            for (int i = 0; !run("SET", "fill:" + size + ":" + i, "x".repeat(size)).startsWith("-OOM"); i++) {
                assertThat(i).isLessThan(200_000);
            }
        }
    }

    /** Both forms of the same elements give the same registers and estimates, whatever the limit of the sparse one. */
    @Test
    void sparseAndDenseAgree() {
        Random random = new Random(SEED);
        run("PFADD", "dense");
        run("PFDEBUG", "TODENSE", "dense");
        Set<String> distinct = new HashSet<>();
        for (int i = 0; i < 3_000; i++) {
            harness.server.settings().setHyperLogLogSparseBytes(i < 1_500 ? 100_000 : 3_000);
            String element = Integer.toString(random.nextInt(5_000));
            String changed = run("PFADD", "sparse", element);
            assertThat(run("PFADD", "dense", element)).as("element %d, -Dcofferdam.seed=%d", i, SEED).isEqualTo(changed);
            distinct.add(element);
            if (i % 100 == 0) {
                String count = run("PFCOUNT", "dense");
                assertThat(run("PFCOUNT", "sparse")).as("after %d, -Dcofferdam.seed=%d", i, SEED).isEqualTo(count);
                assertThat(run("PFCOUNT", "sparse", "none")).isEqualTo(count);
                assertThat((double) Long.parseLong(count.substring(1).trim())).isCloseTo(distinct.size(),
                        org.assertj.core.data.Offset.offset(2 + distinct.size() * 0.05));
            }
        }
        assertThat(run("PFDEBUG", "ENCODING", "sparse")).isEqualTo("+dense\r\n");
        assertThat(run("PFDEBUG", "GETREG", "sparse")).isEqualTo(run("PFDEBUG", "GETREG", "dense"));
    }

    @Test
    void whatDoesNotGrowWorksInAFullCompartment() {
        run("PFADD", "dense", "a", "b");
        run("PFDEBUG", "TODENSE", "dense");
        run("PFADD", "sparse", "a", "b");
        run("PFADD", "o", "c", "d");
        fill();
        for (int i = 0; i < 2_000; i++) {
            assertThat(run("PFADD", "dense", "element:" + i)).startsWith(":");
        }
        assertThat(run("PFCOUNT", "dense")).isNotEqualTo(":2\r\n").startsWith(":");
        assertThat(run("PFADD", "sparse", "b", "a")).isEqualTo(":0\r\n");
        assertThat(run("PFCOUNT", "sparse", "o")).isEqualTo(":4\r\n");
        assertThat(run("PFMERGE", "dense", "sparse", "o")).isEqualTo("+OK\r\n");
        String before = run("GET", "sparse");
        String[] many = new String[500];
        java.util.Arrays.setAll(many, i -> i == 0 ? "PFADD" : i == 1 ? "sparse" : "new:" + i);
        assertThat(run(many)).startsWith("-OOM");
        assertThat(run("PFMERGE", "sparse", "dense")).startsWith("-OOM");
        assertThat(run("PFDEBUG", "TODENSE", "sparse")).startsWith("-OOM");
        run("MULTI");
        run("PFADD", "dense", "one more");
        run("PFMERGE", "fresh", "dense");
        assertThat(run("EXEC")).contains("OOM command not allowed");
        assertThat(run("GET", "sparse")).isEqualTo(before);
        assertThat(run("EXISTS", "fresh")).isEqualTo(":0\r\n");
        assertThat(run("PFADD", "dense", "one more")).isEqualTo(":1\r\n");
    }

    /** What a corrupt value was before a command, it is afterwards, even if the first elements could have been added. */
    @Test
    void aCorruptOneIsRefusedAndStaysAsItWas() {
        Random random = new Random(SEED);
        int corrupt = 0;
        for (int i = 0; i < 3_000; i++) {
            StringBuilder value = new StringBuilder(STALE_HEAD);
            for (int k = random.nextInt(40); k > 0; k--) {
                value.append((char) random.nextInt(256));
            }
            run("SET", "k", value.toString());
            String before = run("GET", "k");
            String[][] commands = {{"PFADD", "k", "a", "b" + i, "c" + i}, {"PFCOUNT", "k"}, {"PFCOUNT", "k", "o"}, {"PFMERGE", "d", "k"},
                {"PFMERGE", "k"}, {"PFDEBUG", "GETREG", "k"}, {"PFDEBUG", "DECODE", "k"}};
            String[] command = commands[i % commands.length];
            String reply = run(command);
            assertThat(reply).as("%s of %s, -Dcofferdam.seed=%d", String.join(" ", command), value, SEED).doesNotContain("internal error");
            if (reply.startsWith("-INVALIDOBJ")) {
                corrupt++;
                assertThat(run("GET", "k")).as("%s, -Dcofferdam.seed=%d", String.join(" ", command), SEED).isEqualTo(before);
            }
            run("DEL", "d");
        }
        assertThat(corrupt).isGreaterThan(1_000);
        run("SET", "k", STALE_HEAD + "\u0080".repeat(100_000));
        assertThat(run("PFCOUNT", "k")).isEqualTo("-INVALIDOBJ Corrupted HLL object detected\r\n");
        assertThat(run("PFADD", "k", "\0\1")).startsWith("-INVALIDOBJ");
        assertThat(run("PFDEBUG", "DECODE", "k")).startsWith("-INVALIDOBJ");
    }

    @Test
    void countingManyRunsInTheLaneAndAnswersTheSame() {
        for (int i = 0; i < 40; i++) {
            run("PFADD", "k" + i, "a" + i, "b" + i, "c");
        }
        String[] count = new String[41];
        java.util.Arrays.setAll(count, i -> i == 0 ? "PFCOUNT" : "k" + (i - 1));
        String[] merge = new String[42];
        java.util.Arrays.setAll(merge, i -> i == 0 ? "PFMERGE" : i == 1 ? "d" : "k" + (i - 2));
        harness.server.settings().setLaneThresholdElements(10);
        assertThat(run(count)).isEqualTo(":81\r\n");
        assertThat(run(merge)).isEqualTo("+OK\r\n");
        assertThat(run("PFCOUNT", "d")).isEqualTo(":81\r\n");
        assertThat(run("PFSELFTEST")).isEqualTo("+OK\r\n");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.bitmaps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.KeyspaceAudit;
import dev.cofferdam.server.command.CommandHarness;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bits of strings against a {@link BitSet}, and what works in a full compartment. */
class BitmapPropertyTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261123L);
    private static final int STEPS = 4_000;
    private static final int BITS = 3_000;

    @Test
    void isABitSet() {
        Random random = new Random(SEED);
        try (CommandHarness harness = CommandHarness.single(16 << 20)) {
            BitSet model = new BitSet();
            int bytes = 0;
            for (int i = 0; i < STEPS; i++) {
                String as = "seed " + SEED + ", step " + i + " (-Dtest=BitmapPropertyTest -Dcofferdam.seed=" + SEED + ")";
                int at = random.nextInt(random.nextInt(50) == 0 ? BITS * 4 : BITS);
                boolean bit = random.nextInt(3) == 0;
                assertThat(harness.run("SETBIT", "k", Integer.toString(at), bit ? "1" : "0")).as(as)
                    .isEqualTo(reply(model.get(at) ? 1 : 0));
                model.set(at, bit);
                bytes = Math.max(bytes, at / 8 + 1);
                int from = random.nextInt(bytes * 8);
                int to = Math.min(bytes * 8 - 1, from + random.nextInt(BITS));
                assertThat(harness.run("BITCOUNT", "k", Integer.toString(from), Integer.toString(to), "BIT")).as(as)
                    .isEqualTo(reply(model.get(from, to + 1).cardinality()));
                int one = model.nextSetBit(from);
                assertThat(harness.run("BITPOS", "k", "1", Integer.toString(from), Integer.toString(to), "BIT")).as(as)
                    .isEqualTo(reply(one > to ? -1 : one));
                int zero = model.nextClearBit(from);
                assertThat(harness.run("BITPOS", "k", "0", Integer.toString(from), Integer.toString(to), "BIT")).as(as)
                    .isEqualTo(reply(zero > to ? -1 : zero));
            }
            assertThat(KeyspaceAudit.of(harness.server.keyspace())).isEmpty();
        }
    }

    private static String reply(int number) {
        return ":" + number + "\r\n";
    }

    @Test
    void bitsThatAreThereCanBeSetInAFullCompartment() {
        try (CommandHarness harness = CommandHarness.single(8 << 20)) {
            harness.run("SETBIT", "bits", "80000", "0");
            for (int i = 0; !harness.run("SET", "fill:" + i, "x".repeat(2_000)).startsWith("-OOM "); i++) {
                assertThat(i).isLessThan(10_000);
            }
            assertThat(harness.run("SETBIT", "bits", "3999", "1")).isEqualTo(":0\r\n");
            assertThat(harness.run("BITFIELD", "bits", "INCRBY", "u8", "8", "5")).isEqualTo("*1\r\n:5\r\n");
            assertThat(harness.run("SETBIT", "bits", "400000", "1")).startsWith("-OOM ");
            assertThat(harness.run("BITFIELD", "bits", "SET", "u8", "400000", "1")).startsWith("-OOM ");
            assertThat(harness.run("BITOP", "NOT", "other", "bits")).startsWith("-OOM ");
            assertThat(harness.run("BITCOUNT", "bits")).isEqualTo(":3\r\n");
            assertThat(KeyspaceAudit.of(harness.server.keyspace())).isEmpty();
        }
    }
}

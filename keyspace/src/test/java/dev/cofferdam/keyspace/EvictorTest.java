// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Mem;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A full evicting compartment goes on taking writes, within its budget, and drops what is least useful. */
class EvictorTest {
    private static final long MAX_BYTES = 8 << 20;

    @Test
    void takesEveryWriteWithinTheBudget() {
        Random random = new Random(7);
        try (KeyspaceHarness harness = KeyspaceHarness.single(MAX_BYTES, 1 << 15, FullPolicy.EVICT)) {
            for (int i = 0; i < 100_000; i++) {
                int length = random.nextInt(100) == 0 ? 20_000 + random.nextInt(100_000) : random.nextInt(1_000);
                assertThat(write(harness, "k:" + i, length)).as("write %d of %d bytes", i, length).isTrue();
            }
            assertThat(harness.compartment().evictedKeys()).isGreaterThan(50_000);
            assertThat(harness.compartment().account().peakBytes()).isLessThanOrEqualTo(harness.compartment().account().maxBytes());
            assertThat(harness.key("k:99999").exists()).isTrue();
            assertThat(harness.key("k:0").exists()).isFalse();
        }
    }

    @Test
    void keepsWhatIsReadThroughAFloodOfKeysThatAreNot() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(MAX_BYTES, 1 << 15, FullPolicy.EVICT)) {
            for (int i = 0; i < 1_000; i++) {
                write(harness, "hot:" + i, 300);
            }
            for (int i = 0; i < 200_000; i++) {
                write(harness, "flood:" + i, 300);
                harness.key("hot:" + i % 1_000);
            }
            int kept = 0;
            for (int i = 0; i < 1_000; i++) {
                kept += harness.key("hot:" + i).exists() ? 1 : 0;
            }
            assertThat(kept).isEqualTo(1_000);
        }
    }

    @Test
    void protectsWhatWasUsedAndRejectsWhenOnlyThatIsLeft() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(MAX_BYTES, 1 << 15, FullPolicy.evictProtecting(1_800_000))) {
            for (int i = 0; i < 1_000; i++) {
                write(harness, "user:" + i, 300);
                assertThat(harness.key("user:" + i).exists()).isTrue();
            }
            for (int i = 0; i < 50_000; i++) {
                pass(harness, 1);
                assertThat(write(harness, "bot:" + i, 2_000)).as("bot session %d", i).isTrue();
            }
            for (int i = 0; i < 1_000; i++) {
                Key key = new Key();
                String name = "user:" + i;
                key.set(0, harness.put(name), name.length());
                assertThat(harness.keyspace.route(key).peek(key)).as(name).isTrue();
            }
            assertThat(harness.key("bot:0").exists()).as("the oldest bot goes first").isFalse();
            int accepted = 0;
            for (int i = 0; i < 50_000; i++) {
                pass(harness, 1);
                boolean ok = write(harness, "real:" + i, 2_000);
                if (ok) {
                    harness.key("real:" + i);
                    accepted++;
                }
            }
            assertThat(accepted).as("accepted until only protected ones are left").isBetween(3_000, 4_000);
            harness.clock.advanceMillis(2_000_000);
            harness.keyspace.tick();
            assertThat(write(harness, "late", 2_000)).as("after the protect time").isTrue();
        }
    }

    @Test
    void evictsLargeValuesWithTheirNodes() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(MAX_BYTES, 1 << 15, FullPolicy.evictProtecting(1_800_000))) {
            Compartment compartment = harness.compartment();
            HashValues hashes = compartment.hashes();
            for (int i = 0; i < 20_000; i++) {
                pass(harness, 2);
                assertThat(compartment.admit(20_000)).as("session %d", i).isTrue();
                Key key = harness.key("bot:" + i);
                hashes.put(key, harness.put("user"), 4, harness.put("u" + i), 1);
                hashes.put(key, harness.put("data"), 4, harness.put("x".repeat(3_000)), 3_000);
                compartment.endCommand();
            }
            assertThat(harness.key("bot:0").exists()).isFalse();
            assertThat(harness.key("bot:19999").exists()).isTrue();
            assertThat(compartment.account().peakBytes()).isLessThanOrEqualTo(compartment.account().maxBytes());
        }
    }

    private static void pass(KeyspaceHarness harness, long millis) {
        harness.clock.advanceMillis(millis);
        harness.keyspace.tick();
    }

    private static boolean write(KeyspaceHarness harness, String name, int length) {
        Compartment compartment = harness.compartment();
        if (!compartment.admit(200L + length)) {
            compartment.endCommand();
            return false;
        }
        Key key = harness.key(name);
        assertThat(key.exists()).isFalse();
        compartment.create(key, BlockKind.STRING_RAW, length);
        Mem.fill(key.valueAddress(), length, (byte) 'x');
        compartment.endCommand();
        return true;
    }
}

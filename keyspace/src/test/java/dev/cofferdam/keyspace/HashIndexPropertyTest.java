// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The index finds exactly what is in it at every size, and a walk misses nothing that stays, while the table grows and shrinks under it. */
class HashIndexPropertyTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261122L);

    @Test
    void growsAndShrinksByBucketsAndFindsWhatIsThere() {
        Random random = new Random(SEED);
        try (KeyspaceHarness harness = KeyspaceHarness.single(32 << 20, 1 << 15, FullPolicy.REJECT)) {
            Set<Integer> model = new HashSet<>();
            for (int wave = 0; wave < 6; wave++) {
                int target = wave % 2 == 0 ? 60_000 : 500;
                while (wave % 2 == 0 ? model.size() < target : model.size() > target) {
                    int name = random.nextInt(80_000);
                    if (wave % 2 == 0) {
                        add(harness, model, name);
                    } else {
                        remove(harness, model, name);
                    }
                }
                HashIndex index = harness.compartment().keys();
                assertThat(index.size()).as("seed %d wave %d", SEED, wave).isEqualTo(model.size());
                assertThat(index.bucketCount()).isLessThan(Math.max(40, model.size()));
                for (int i = 0; i < 80_000; i++) {
                    assertThat(harness.key("k" + i).exists()).as("seed %d wave %d key %d", SEED, wave, i).isEqualTo(model.contains(i));
                }
                harness.audit();
            }
        }
    }

    @Test
    void aWalkVisitsEverythingThatStays() {
        Random random = new Random(SEED);
        for (int round = 0; round < 30; round++) {
            try (KeyspaceHarness harness = KeyspaceHarness.single(32 << 20, 1 << 15, FullPolicy.REJECT)) {
                Set<Integer> present = new HashSet<>();
                int start = 1 + random.nextInt(5_000);
                for (int i = 0; i < start; i++) {
                    add(harness, present, i);
                }
                Set<Integer> stayed = new HashSet<>(present);
                Set<Integer> visited = new HashSet<>();
                boolean growing = random.nextBoolean();
                long cursor = 0;
                do {
                    cursor = harness.keyspace.scan(cursor, (entry, slot) -> visited.add(name(entry)));
                    for (int change = 0; change < 20; change++) {
                        int name = random.nextInt(20_000);
                        if (growing) {
                            add(harness, present, name);
                        } else {
                            remove(harness, present, name);
                            stayed.remove(name);
                        }
                    }
                } while (cursor != 0);
                assertThat(visited).as("seed %d round %d, growing %s", SEED, round, growing).containsAll(stayed);
            }
        }
    }

    @Test
    void randomReachesEveryBlock() {
        Random random = new Random(SEED);
        try (KeyspaceHarness harness = KeyspaceHarness.single(32 << 20, 1 << 15, FullPolicy.REJECT)) {
            Set<Integer> present = new HashSet<>();
            for (int i = 0; i < 200; i++) {
                add(harness, present, i);
            }
            Set<Integer> drawn = new HashSet<>();
            for (int i = 0; i < 20_000; i++) {
                drawn.add(name(harness.compartment().keys().random(random.nextLong(), random.nextInt())));
            }
            assertThat(drawn).isEqualTo(present);
        }
    }

    private static int name(long entry) {
        byte[] key = dev.cofferdam.memory.Mem.bytes(EntryLayout.keyAddress(entry), EntryLayout.keyLength(entry));
        return Integer.parseInt(new String(key, 1, key.length - 1, java.nio.charset.StandardCharsets.US_ASCII));
    }

    private static void add(KeyspaceHarness harness, Set<Integer> model, int name) {
        assertThat(harness.compartment().admit(200)).isTrue();
        Key key = harness.key("k" + name);
        assertThat(key.exists()).isEqualTo(model.contains(name));
        if (!key.exists()) {
            harness.compartment().create(key, BlockKind.STRING_RAW, 8);
            model.add(name);
        }
        harness.compartment().endCommand();
    }

    private static void remove(KeyspaceHarness harness, Set<Integer> model, int name) {
        Key key = harness.key("k" + name);
        assertThat(key.exists()).isEqualTo(model.contains(name));
        if (key.exists()) {
            harness.compartment().delete(key);
            model.remove(name);
        }
    }
}

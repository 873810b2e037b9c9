// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Mem;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random creates, overwrites, deletes and deadlines against a HashMap, with cleaning all the time. */
class CompartmentPropertyTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261122L);

    @Test
    void behavesAsAMapWhileTheCleanerMovesBlocks() {
        Random random = new Random(SEED);
        Map<String, String> model = new HashMap<>();
        try (KeyspaceHarness harness = KeyspaceHarness.single(12 << 20, 1 << 15, FullPolicy.REJECT)) {
            Compartment compartment = harness.compartment();
            int refused = 0;
            for (int i = 0; i < 300_000; i++) {
                String name = "k:" + random.nextInt(20_000);
                int action = random.nextInt(10);
                if (action < 7) {
                    String value = value(random);
                    if (!compartment.admit(200 + name.length() + value.length())) {
                        refused++;
                        continue;
                    }
                    Key key = harness.key(name);
                    write(harness, compartment, key, value);
                    compartment.endCommand();
                    model.put(name, value);
                } else {
                    Key key = harness.key(name);
                    assertThat(key.exists()).as("seed %d step %d", SEED, i).isEqualTo(model.containsKey(name));
                    if (key.exists()) {
                        assertThat(read(key)).isEqualTo(model.get(name));
                        if (action == 9) {
                            compartment.delete(key);
                            model.remove(name);
                        }
                    }
                }
            }
            assertThat(compartment.keyCount()).isEqualTo(model.size());
            assertThat(refused).as("the budget is meant to bind").isPositive();
            assertThat(compartment.heap().cleaner().cleanedPages()).isPositive();
            for (Map.Entry<String, String> entry : model.entrySet()) {
                assertThat(read(harness.key(entry.getKey()))).isEqualTo(entry.getValue());
            }
        }
    }

    private static String value(Random random) {
        int length = random.nextInt(50) == 0 ? 20_000 + random.nextInt(30_000) : random.nextInt(600);
        return Character.toString('a' + random.nextInt(26)).repeat(length);
    }

    private static void write(KeyspaceHarness harness, Compartment compartment, Key key, String value) {
        if (key.exists()) {
            compartment.resize(key, value.length());
        } else {
            compartment.create(key, BlockKind.STRING_RAW, value.length());
        }
        Mem.copy(harness.put(value), key.valueAddress(), value.length());
    }

    private static String read(Key key) {
        return new String(Mem.bytes(key.valueAddress(), (int) key.valueLength()), java.nio.charset.StandardCharsets.ISO_8859_1);
    }
}

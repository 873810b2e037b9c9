// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Mem;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The heap evicts as the simulation says: same traces, real entries of 300 bytes, judged at the number of entries it really held. */
class EvictionHitRateTest {
    private static final long MAX_BYTES = 10 << 20;
    private static final int PAGE_BYTES = 1 << 15;
    private static final int VALUE_BYTES = 300;
    private static final double TOLERANCE = 0.7;

    private long entriesHeld;

    @ParameterizedTest
    @ValueSource(strings = {"zipf", "zipf+loop", "shifting zipf"})
    void hitsAsOftenAsTheSimulation(String kind) {
        int[] trace = EvictionSimulation.trace(kind);
        double hitPercent = hitPercent(trace, !kind.equals("zipf")); // without: full before the background work gets a turn
        int capacity = (int) entriesHeld;
        EvictionSimulation.Outcome simulated = EvictionSimulation.run(trace, capacity, PAGE_BYTES / 330);
        assertThat(hitPercent).as("%s with %d entries", kind, capacity).isGreaterThan(simulated.hitPercent() - TOLERANCE);
    }

    private double hitPercent(int[] trace, boolean maintained) {
        try (KeyspaceHarness harness = KeyspaceHarness.single(MAX_BYTES + (2 << 20), PAGE_BYTES, FullPolicy.EVICT)) {
            Compartment compartment = harness.compartment();
            long hits = 0;
            long heldSum = 0;
            int counted = 0;
            for (int i = 0; i < trace.length; i++) {
                Key key = harness.key("c:" + trace[i]);
                boolean hit = key.exists();
                if (!hit) {
                    assertThat(compartment.admit(400)).isTrue();
                    harness.keyspace.locate(key);
                    compartment.create(key, BlockKind.STRING_RAW, VALUE_BYTES);
                    Mem.fill(key.valueAddress(), VALUE_BYTES, (byte) 'x');
                    compartment.endCommand();
                }
                if (maintained && i % 10_000 == 0) {
                    harness.keyspace.maintain(100_000);
                }
                if (i >= trace.length / 5) {
                    counted++;
                    hits += hit ? 1 : 0;
                    heldSum += compartment.keyCount();
                }
            }
            entriesHeld = heldSum / counted;
            assertThat(compartment.evictor().ownedBytes()).as("memory for evicted keys").isBetween(1L, 2 * entriesHeld);
            return 100.0 * hits / counted;
        }
    }
}

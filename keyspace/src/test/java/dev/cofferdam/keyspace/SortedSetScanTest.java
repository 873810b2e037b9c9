// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** ZSCAN's promise: what is there from the first step to the last is visited, whatever else changes, and the walk ends. */
class SortedSetScanTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 5);

    private final KeyspaceHarness harness = KeyspaceHarness.single(64 << 20, 1 << 16, FullPolicy.REJECT);
    private final Compartment compartment = harness.compartment();
    private final SortedSetValues values = compartment.sortedSets();
    private final Random random = new Random(SEED);
    private final Set<String> seen = new HashSet<>();
    private int steps;
    private int mostInOneStep;

    @AfterEach
    void close() {
        harness.close();
    }

    private void put(String key, String name, double score) {
        Key found = harness.key(key);
        assertThat(compartment.admit(SortedSetValues.growthBound(found, 1, name.length()))).isTrue();
        compartment.locate(found);
        long address = harness.put(name);
        if (values.find(found, address, name.length())) {
            values.setFound(found, score);
        } else {
            values.add(found, address, name.length(), score);
        }
        compartment.endCommand();
    }

    private void remove(String key, String name) {
        Key found = harness.key(key);
        if (values.find(found, harness.put(name), name.length())) {
            values.removeFound(found);
        }
    }

    private void fill(String key, int members) {
        for (int i = 0; i < members; i++) {
            put(key, "m" + i, random.nextDouble());
        }
    }

    /** Scans while members come and go and change their scores between the steps. */
    private void scanWhileChanging(String key, int members, int wanted) {
        long cursor = 0;
        do {
            int before = seen.size();
            cursor = values.scan(harness.key(key), cursor, wanted, (address, length, score) -> seen.add(
                    new String(Mem.bytes(address, length), StandardCharsets.ISO_8859_1)));
            mostInOneStep = Math.max(mostInOneStep, seen.size() - before);
            steps++;
            for (int i = 0; i < 5; i++) {
                put(key, "m" + random.nextInt(members), random.nextDouble() * 2 - 1);
                put(key, "new" + random.nextInt(members), random.nextDouble() * 2 - 1);
                remove(key, "new" + random.nextInt(members));
            }
        } while (cursor != 0 && steps < 1_000_000);
        assertThat(cursor).isZero();
        for (int i = 0; i < members; i++) {
            assertThat(seen).contains("m" + i);
        }
    }

    @Test
    void aSetThatIsMostOfItsCompartmentIsScannedByTheIndex() {
        fill("z", 20_000);
        scanWhileChanging("z", 20_000, 10);
        assertThat(steps).isGreaterThan(1_000);
        assertThat(mostInOneStep).isLessThan(100);
    }

    @Test
    void aSetThatIsAFractionOfItsCompartmentIsScannedByItsTree() {
        fill("large", 100_000);
        fill("z", 1_000);
        scanWhileChanging("z", 1_000, 100);
        assertThat(steps).isBetween(4, 64);
    }

    @Test
    void aScanMayChangeItsWayInTheMiddle() {
        fill("z", 3_000);
        long cursor = 0;
        for (int round = 0; round < 3; round++) {
            cursor = values.scan(harness.key("z"), cursor, 200, (address, length, score) -> seen.add(
                    new String(Mem.bytes(address, length), StandardCharsets.ISO_8859_1)));
        }
        fill("large", 200_000); // from here on the tree is cheaper
        do {
            cursor = values.scan(harness.key("z"), cursor, 200, (address, length, score) -> seen.add(
                    new String(Mem.bytes(address, length), StandardCharsets.ISO_8859_1)));
        } while (cursor != 0);
        assertThat(seen).hasSize(3_000);
    }

    @Test
    void smallSetsAreAnsweredInOneStep() {
        fill("small", 100);
        fill("middle", 500);
        fill("large", 50_000);
        scan("small");
        assertThat(seen).hasSize(100);
        seen.clear();
        scan("middle");
        assertThat(seen).hasSize(500);
    }

    private void scan(String key) {
        assertThat(values.scan(harness.key(key), 0, 10, (address, length, score) -> seen.add(
                new String(Mem.bytes(address, length), StandardCharsets.ISO_8859_1))))
            .isZero();
    }
}

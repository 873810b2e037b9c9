// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Mem;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A cache that has borrowed everything gives a reserve back the moment its owner wants it, and the owner notices nothing. */
class LendingTest {
    private static final int PAGE = 1 << 15;
    private static final long ARENA = 512L * PAGE;

    @Test
    void aReserveThatWasLentIsBackWhenItsOwnerWritesAndOnlyTheBorrowerLosesKeys() {
        try (KeyspaceHarness harness = harness()) {
            Compartment jobs = harness.keyspace.compartment(0);
            Compartment cache = harness.keyspace.compartment(1);
            for (int i = 0; i < 60_000; i++) {
                assertThat(write(harness, cache, "c:" + i)).isTrue();
            }
            assertThat(cache.usedBytes()).as("idle reserves are lent").isGreaterThan(ARENA * 8 / 10);
            int written = 0;
            while (jobs.usedBytes() < jobs.account().reserveBytes() - 16L * PAGE) { // a twentieth is headroom
                assertThat(write(harness, jobs, "j:" + written)).as("job %d, inside the reserve", written).isTrue();
                written++;
            }
            for (int i = 0; i < written; i++) {
                assertThat(harness.key("j:" + i).exists()).isTrue();
            }
            assertThat(harness.arena.ownedBytes()).isLessThanOrEqualTo(ARENA);
        }
    }

    @Test
    void aFullNeighbourThatRejectsIsNeverAskedToGive() {
        try (KeyspaceHarness harness = harness()) {
            Compartment jobs = harness.keyspace.compartment(0);
            Compartment cache = harness.keyspace.compartment(1);
            int jobsWritten = 0;
            while (write(harness, jobs, "j:" + jobsWritten)) {
                jobsWritten++;
            }
            for (int i = 0; i < 100_000; i++) {
                assertThat(write(harness, cache, "c:" + i)).as("cache write %d beside full jobs", i).isTrue();
            }
            assertThat(jobs.keyCount()).isEqualTo(jobsWritten);
            assertThat(write(harness, jobs, "one more")).isFalse();
        }
    }

    @Test
    void aBudgetLoweredUnderTheUseIsReachedByEvictionOnly() {
        try (KeyspaceHarness harness = harness()) {
            Compartment jobs = harness.keyspace.compartment(0);
            Compartment cache = harness.keyspace.compartment(1);
            for (int i = 0; i < 20_000; i++) {
                write(harness, cache, "c:" + i);
            }
            for (int i = 0; i < 10_000; i++) {
                assertThat(write(harness, jobs, "j:" + i)).isTrue();
            }
            cache.account().setBudget(0, 64L * PAGE);
            jobs.account().setBudget(0, 32L * PAGE);
            harness.keyspace.tick();
            while (harness.keyspace.maintain(Long.MAX_VALUE)) {
                assertThat(harness.arena.ownedBytes()).isPositive();
            }
            assertThat(cache.usedBytes()).isLessThanOrEqualTo(64L * PAGE);
            assertThat(jobs.keyCount()).as("a rejecting compartment keeps what it has").isEqualTo(10_000);
            assertThat(write(harness, jobs, "more")).as("and gets nothing more").isFalse();
        }
    }

    private static KeyspaceHarness harness() {
        return new KeyspaceHarness(ARENA, PAGE,
                List.of(new CompartmentOptions("jobs", 200L * PAGE, 256L * PAGE, FullPolicy.REJECT),
                        new CompartmentOptions("cache", 64L * PAGE, 512L * PAGE, FullPolicy.EVICT)),
                (database, address, length) -> length > 0 && Mem.getByte(address) == 'c' ? 1 : 0, PrefixBooks.LEARNED);
    }

    private static boolean write(KeyspaceHarness harness, Compartment compartment, String name) {
        boolean admitted = compartment.admit(1_000);
        if (admitted) {
            Key key = harness.key(name);
            compartment.create(key, BlockKind.STRING_RAW, 500);
            Mem.fill(key.valueAddress(), 500, (byte) 'x');
        }
        compartment.endCommand();
        return admitted;
    }
}

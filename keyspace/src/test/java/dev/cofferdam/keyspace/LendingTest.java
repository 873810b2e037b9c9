// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import java.util.ArrayList;
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
            while (jobs.usedBytes() < jobs.account().reserveBytes() - 8L * PAGE) {
                assertThat(write(harness, jobs, "j:" + written)).as("job %d, inside the reserve", written).isTrue();
                written++;
            }
            for (int i = 0; i < written; i++) {
                assertThat(harness.key("j:" + i).exists()).isTrue();
            }
            assertThat(harness.arena.ownedBytes()).isLessThanOrEqualTo(ARENA);
        }
    }

    /** The cache was there first and holds everything; what nobody reserved is the rejecting compartment's all the same, up to its max. */
    @Test
    void aMaxIsReachedThoughACacheHasFilledTheMemoryAndNobodysReserveIsTouched() {
        CompartmentOptions sessions = new CompartmentOptions("sessions", 64L * PAGE, 256L * PAGE, FullPolicy.evictProtecting(60_000));
        try (KeyspaceHarness harness = harness(sessions)) {
            Compartment jobs = harness.keyspace.compartment(0);
            Compartment cache = harness.keyspace.compartment(1);
            Compartment idle = harness.keyspace.compartment(2);
            for (int i = 0; i < 60_000; i++) {
                assertThat(write(harness, cache, "c:" + i)).isTrue();
            }
            int written = 0;
            while (write(harness, jobs, "j:" + written)) {
                written++;
            }
            long max = jobs.account().maxBytes();
            assertThat(jobs.usedBytes()).isGreaterThanOrEqualTo(max - max / 20 - 2L * PAGE).isLessThanOrEqualTo(max);
            assertThat(cache.usedBytes()).isGreaterThanOrEqualTo(cache.account().reserveBytes());
            assertThat(write(harness, cache, "c:more")).isTrue();
            written = 0;
            while (idle.usedBytes() < idle.account().reserveBytes() - 4L * PAGE) {
                assertThat(write(harness, idle, "s:" + written)).as("session %d, inside the reserve", written).isTrue();
                written++;
            }
            assertThat(idle.keyCount()).isEqualTo(written);
            assertThat(idle.evictedKeys()).isZero();
        }
    }

    /** What is protected cannot be given back, so an idle reserve is not lent to it. */
    @Test
    void aCompartmentThatProtectsBorrowsNoReserve() {
        CompartmentOptions sessions = new CompartmentOptions("sessions", 64L * PAGE, 512L * PAGE, FullPolicy.evictProtecting(60_000));
        try (KeyspaceHarness harness = harness(sessions)) {
            Compartment jobs = harness.keyspace.compartment(0);
            int written = 0;
            while (write(harness, harness.keyspace.compartment(2), "s:" + written) && written < 60_000) {
                harness.key("s:" + written).exists(); // used: protected from now on
                written++;
            }
            assertThat(written).as("at last it refuses").isLessThan(60_000);
            for (int i = 0; jobs.usedBytes() < jobs.account().reserveBytes() - 16L * PAGE; i++) {
                assertThat(write(harness, jobs, "j:" + i)).as("job %d, inside the reserve", i).isTrue();
            }
            assertThat(harness.keyspace.compartment(2).keyCount()).isEqualTo(written);
        }
    }

    /**
     * With nobody to get a loan back from, growth is admitted exactly as long as the pages in use, and the page the entry may need, leave the headroom
     * (a twentieth of what the compartment can have, here its reserve), two pages for the cleaner and three at hand. The headroom is inside the budget, as
     * it is inside the max, which used may never pass.
     */
    @Test
    void aReserveIsThereToTheLastPageButTheHeadroomAndThePagesAtHand() {
        CompartmentOptions rival = new CompartmentOptions("rival", 0, 512L * PAGE, FullPolicy.REJECT);
        try (KeyspaceHarness harness = harness(rival)) {
            Compartment jobs = harness.keyspace.compartment(0);
            for (int i = 0; write(harness, harness.keyspace.compartment(2), "s:" + i); i++) {
                assertThat(i).isLessThan(100_000);
            }
            // The rest of what nobody reserved, which the rival keeps as its own headroom, goes too.
            Account rest = harness.keyspace.compartment(2).account();
            List<Long> taken = new ArrayList<>();
            for (long page = rest.takePage(); page != 0; page = rest.takePage()) {
                taken.add(page);
            }
            long reserve = jobs.account().reserveBytes();
            int written = 0;
            while (write(harness, jobs, "j:" + written)) {
                written++;
            }
            long inUse = jobs.usedBytes() - (long) jobs.stock().count() * PAGE;
            long atHand = reserve / 20 + (PageStock.CLEANER_PAGES + 3L) * PAGE;
            assertThat(inUse).isBetween(reserve - atHand - PAGE, reserve - atHand);
            for (int i = 0; i < 10; i++) {
                assertThat(jobs.admitHeadroom(1_000)).as("what does not grow").isTrue();
                jobs.endCommand();
            }
            taken.forEach(rest::returnPage);
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

    private static KeyspaceHarness harness(CompartmentOptions... more) {
        List<CompartmentOptions> options = new ArrayList<>(
                List.of(new CompartmentOptions("jobs", 200L * PAGE, 256L * PAGE, FullPolicy.REJECT),
                        new CompartmentOptions("cache", 64L * PAGE, 512L * PAGE, FullPolicy.EVICT)));
        options.addAll(List.of(more));
        return new KeyspaceHarness(ARENA, PAGE, options, (database, address, length) -> switch (Mem.getByte(address)) {
            case 'c' -> 1;
            case 's' -> 2;
            default -> 0;
        }, PrefixBooks.LEARNED);
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

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The bound holds by construction: nobody gets a byte beyond the arena, his maximum, or what others were promised. */
class ArenaTest {
    private static final int PAGE = 1 << 15;
    private static final long SEED = Long.getLong("cofferdam.seed", 20261122L);

    @Test
    void anAccountStopsAtItsMaximum() {
        try (Arena arena = Arena.open(64L * PAGE, PAGE)) {
            Account jobs = arena.account("jobs", 0, 10L * PAGE, false);
            List<Long> pages = takeAll(jobs);
            assertThat(pages).hasSize(10);
            assertThat(jobs.takeRun(4096)).isZero();
            assertThat(jobs.refusals()).isPositive();
            jobs.returnPage(pages.getFirst());
            assertThat(jobs.takeRun(PAGE)).isNotZero();
            arena.audit();
        }
    }

    @Test
    void reservesAreThereForTheirOwners() {
        try (Arena arena = Arena.open(64L * PAGE, PAGE)) {
            Account sessions = arena.account("sessions", 16L * PAGE, 64L * PAGE, false);
            Account jobs = arena.account("jobs", 16L * PAGE, 64L * PAGE, false);
            assertThat(takeAll(jobs)).as("all but what sessions were promised").hasSize(48);
            assertThat(takeAll(sessions)).hasSize(16);
        }
    }

    @Test
    void anIdleReserveIsLentOnlyToThoseWhoCanGiveItBack() {
        try (Arena arena = Arena.open(64L * PAGE, PAGE)) {
            Account sessions = arena.account("sessions", 32L * PAGE, 64L * PAGE, false);
            Account cache = arena.account("cache", 0, 64L * PAGE, true);
            List<Long> lent = takeAll(cache);
            assertThat(lent).as("all but the cushion").hasSize(63);
            assertThat(sessions.takePage()).as("the cushion").isNotZero();
            assertThat(sessions.takePage()).isZero();
            assertThat(arena.cushionMissingBytes()).isEqualTo(PAGE);
            assertThat(sessions.recallNeededBytes(PAGE)).isEqualTo(PAGE);
            cache.returnPage(lent.getFirst());
            assertThat(sessions.takePage()).isNotZero();
        }
    }

    @Test
    void whatNobodyReservedIsHadBackFromThoseWhoCanGiveItBack() {
        try (Arena arena = Arena.open(64L * PAGE, PAGE)) {
            arena.account("idle", 8L * PAGE, 64L * PAGE, false);
            Account jobs = arena.account("jobs", 8L * PAGE, 40L * PAGE, false);
            Account cache = arena.account("cache", 8L * PAGE, 64L * PAGE, true);
            List<Long> lent = takeAll(cache);
            assertThat(jobs.reachableBytes()).isEqualTo(40L * PAGE);
            for (int page = 0; page < 40; page++) {
                while (jobs.recallNeededBytes(PAGE) > 0) {
                    cache.returnPage(lent.removeLast());
                }
                assertThat(jobs.takePage()).as("page %d", page).isNotZero();
            }
            assertThat(cache.usedBytes()).as("no more than was needed, and a cushion").isEqualTo(23L * PAGE);
            assertThat(jobs.takePage()).as("its max").isZero();
            assertThat(jobs.usedBytes()).isEqualTo(40L * PAGE);
            assertThat(jobs.recallNeededBytes(PAGE)).as("nothing would help").isZero();
            assertThat(cache.recallNeededBytes(PAGE)).as("it has its own to give").isZero();
        }
    }

    /** What is left of its reserve is free and does not do: the page given back must count all the same, or nobody asks for a second one. */
    @Test
    void whoTakesMoreThanTheReserveAtOnceHasEnoughGivenBack() {
        try (Arena arena = Arena.open(64L * PAGE, PAGE)) {
            arena.account("idle", 8L * PAGE, 64L * PAGE, false);
            Account scripts = arena.account("scripts", PAGE, 64L * PAGE, false);
            Account cache = arena.account("cache", 8L * PAGE, 64L * PAGE, true);
            List<Long> lent = takeAll(cache);
            int recalled = 0;
            for (long needed = scripts.recallNeededBytes(4L * PAGE); needed > 0; needed = scripts.recallNeededBytes(4L * PAGE)) {
                assertThat(needed).as("after %d pages", recalled).isEqualTo((4L - recalled++) * PAGE);
                cache.returnPage(lent.removeLast());
            }
            assertThat(recalled).isEqualTo(4);
            assertThat(scripts.hold(4L * PAGE)).isTrue();
            scripts.releaseHold();
        }
    }

    @Test
    void nobodyRecallsWhatOthersWerePromised() {
        try (Arena arena = Arena.open(64L * PAGE, PAGE)) {
            Account idle = arena.account("idle", 30L * PAGE, 64L * PAGE, false);
            Account jobs = arena.account("jobs", 0, 64L * PAGE, false);
            Account cache = arena.account("cache", 10L * PAGE, 64L * PAGE, true);
            List<Long> lent = takeAll(cache);
            assertThat(jobs.reachableBytes()).isEqualTo(24L * PAGE);
            assertThat(jobs.recallNeededBytes(25L * PAGE)).isZero();
            while (jobs.reachableBytes() > 0) {
                cache.returnPage(lent.removeLast());
                jobs.takePage();
            }
            assertThat(jobs.usedBytes()).isEqualTo(24L * PAGE);
            while (cache.usedBytes() > cache.reserveBytes()) {
                cache.returnPage(lent.removeLast());
            }
            assertThat(takeAll(idle)).hasSize(30);
        }
    }

    @Test
    void whatIsHeldCannotBeRefusedLater() {
        try (Arena arena = Arena.open(64L * PAGE, PAGE)) {
            Account jobs = arena.account("jobs", 0, 64L * PAGE, false);
            Account rival = arena.account("rival", 0, 64L * PAGE, false);
            assertThat(jobs.hold(20L * PAGE)).isTrue();
            assertThat(takeAll(rival)).hasSize(44);
            assertThat(jobs.takeRun(12L * PAGE)).isNotZero();
            assertThat(jobs.takePage()).isNotZero();
            arena.audit();
            jobs.releaseHold();
            assertThat(jobs.usedBytes()).isEqualTo(13L * PAGE);
            assertThat(takeAll(rival)).hasSize(7);
        }
    }

    @Test
    void reservesThatDoNotFitAreRefusedWithTheSum() {
        try (Arena arena = Arena.open(64L * PAGE, PAGE)) {
            arena.account("a", 40L * PAGE, 64L * PAGE, false);
            assertThatThrownBy(() -> arena.account("b", 30L * PAGE, 64L * PAGE, false)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(70L * PAGE)).hasMessageContaining("'b'");
            assertThat(arena.accounts()).hasSize(1);
        }
    }

    @Test
    void committedMemoryStaysWithinTheLimitWhateverComesAndGoes() {
        Random random = new Random(SEED);
        try (Arena arena = Arena.open(64L * PAGE, PAGE)) {
            Account account = arena.account("churn", 0, 64L * PAGE, false);
            List<long[]> held = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                if (random.nextBoolean()) {
                    long bytes = random.nextInt(4) == 0 ? PAGE / 2 + 1 + random.nextInt(20 * PAGE) : 0;
                    long address = bytes == 0 ? account.takePage() : account.takeRun(bytes);
                    if (address != 0) {
                        Mem.putLong(address, i);
                        held.add(new long[] {address, bytes});
                    }
                } else if (!held.isEmpty()) {
                    long[] piece = held.remove(random.nextInt(held.size()));
                    if (piece[1] == 0) {
                        account.returnPage(piece[0]);
                    } else {
                        account.returnRun(piece[0], piece[1]);
                    }
                }
                assertThat(arena.committedBytes()).as("seed %d step %d", SEED, i).isLessThanOrEqualTo(arena.maxBytes());
            }
            arena.audit();
            assertThat(account.peakBytes()).as("the limit is meant to bind").isGreaterThan(60L * PAGE);
        }
    }

    /** Giving 384 MB back to the system takes 30 ms: a returned run costs its owner nothing more at once, and its memory goes bit by bit. */
    @Test
    void theMemoryOfALargeRunGoesBackInSlices() {
        try (Arena arena = Arena.open(64L * PAGE, PAGE)) {
            Account account = arena.account("values", 0, 64L * PAGE, false);
            long run = account.takeRun(40L * PAGE);
            Mem.fill(run, 40L * PAGE, (byte) 1);
            account.returnRun(run, 40L * PAGE);
            assertThat(account.usedBytes()).isZero();
            assertThat(arena.committedBytes()).isEqualTo(40L * PAGE);
            assertThatThrownBy(() -> Mem.getByte(run)).isInstanceOf(IllegalStateException.class);
            assertThat(arena.emptyRuns(4096)).isEqualTo(4096);
            assertThat(arena.committedBytes()).isEqualTo(40L * PAGE - 4096);
            assertThat(takeAll(account)).as("what waits to go back is in nobody's way").hasSize(64);
            assertThat(arena.committedBytes()).isEqualTo(64L * PAGE);
            arena.audit();
            assertThat(arena.isEmptyingRuns()).isFalse();
        }
    }

    @Test
    void anEmptiedRunReadsAsZeros() {
        try (Arena arena = Arena.open(64L * PAGE, PAGE)) {
            Account account = arena.account("values", 0, 64L * PAGE, false);
            for (int round = 0; round < 10; round++) {
                long run = account.takeRun(20L * PAGE);
                assertThat(Mem.getLong(run) | Mem.getLong(run + 20L * PAGE - 8)).isZero();
                Mem.fill(run, 20L * PAGE, (byte) 1);
                account.returnRun(run, 20L * PAGE);
                arena.emptyRuns(round * 4096L * 3);
            }
            arena.audit();
        }
    }

    @Test
    void aStrayAccessIsCaught() {
        try (Arena arena = Arena.open(64L * PAGE, PAGE)) {
            Account account = arena.account("a", 0, 64L * PAGE, false);
            long page = account.takePage();
            long run = account.takeRun(PAGE + 1);
            Mem.putByte(page + PAGE - 1, (byte) 1);
            assertThat(Mem.CHECK).as("tests run with -Dcofferdam.mem.check=true").isTrue();
            assertThatThrownBy(() -> Mem.putInt(page + PAGE - 2, 1)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("over the end");
            assertThatThrownBy(() -> Mem.getByte(run + PAGE + 4096)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("frames");
            account.returnPage(page);
            assertThatThrownBy(() -> Mem.getByte(page)).isInstanceOf(IllegalStateException.class).hasMessageContaining("nobody owns");
            assertThatThrownBy(() -> account.returnPage(page)).isInstanceOf(IllegalStateException.class);
        }
    }

    private static List<Long> takeAll(Account account) {
        List<Long> pages = new ArrayList<>();
        for (long page = account.takePage(); page != 0; page = account.takePage()) {
            pages.add(page);
        }
        return pages;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.watch.probe.CostGovernor.Work;
import org.junit.jupiter.api.Test;

class CostGovernorTest {
    private final CostGovernor governor = new CostGovernor(0.005, 0.05);

    private long spendAllFor(int seconds, double cores) {
        long before = governor.spentNanos();
        for (int i = 0; i < seconds; i++) {
            governor.passed(1, cores);
            int count = governor.allowed(1_000_000, Work.RANDOM_KEY, Work.MEMORY_USAGE);
            governor.charge(Work.RANDOM_KEY, count);
            governor.charge(Work.MEMORY_USAGE, count);
        }
        return governor.spentNanos() - before;
    }

    @Test
    void calmCostsNoMoreThanItsPartOfACore() {
        assertThat(spendAllFor(1000, 0.1)).isBetween(4_900_000_000L, 5_030_000_000L);
    }

    @Test
    void suspicionMayCostMoreAndABusyServerIsAskedForHalf() {
        governor.suspect(true);
        assertThat(spendAllFor(100, 0.1)).isBetween(4_900_000_000L, 5_110_000_000L);
        assertThat(spendAllFor(100, 0.95)).isBetween(2_400_000_000L, 2_600_000_000L);
        governor.suspect(false);
        assertThat(spendAllFor(100, 0.1)).isLessThan(520_000_000L);
    }

    @Test
    void savingsAreBounded() {
        spendAllFor(1, 0);
        for (int i = 0; i < 3600; i++) {
            governor.passed(1, 0);
        }
        assertThat(spendAllFor(1, 0)).isLessThan(21_000_000L);
    }

    /** A machine three times as slow as the one the prices are from. */
    @Test
    void pricesFollowTheServersOwnCount() {
        governor.suspect(true);
        double real = 0;
        double last = 0;
        for (int i = 0; i < 200; i++) {
            governor.passed(1, 0.3);
            int count = governor.allowed(1_000_000, Work.RANDOM_KEY);
            double before = governor.spentNanos();
            governor.charge(Work.RANDOM_KEY, count);
            last = count * 3.8e-6 * 3;
            real += last;
            governor.measured(governor.spentNanos() - before, last * 1e9 + 3e8, 3e8);
        }
        assertThat(governor.factor()).isBetween(2.8, 3.2);
        assertThat(last).isBetween(0.045, 0.055);
        assertThat(real).isLessThan(12);
    }

    @Test
    void aReadingThatSaysWeCostNothingDoesNotOpenTheGates() {
        for (int i = 0; i < 100; i++) {
            governor.measured(50e6, 0, 1e9);
        }
        assertThat(governor.factor()).isGreaterThanOrEqualTo(0.5);
        governor.measured(1e6, 1e12, 0);
        assertThat(governor.factor()).isLessThan(1);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Days of a target, five minutes a step. Levels are parts of a limit of 1 GB. */
class LeakDetectorTest {
    private static final long START = 1_767_571_200_000L;
    private static final double LIMIT = 1e9;
    private final LeakDetector detector = new LeakDetector();
    private final Chance chance = new Chance(3);
    private long atMillis = START;

    /** @param level by days since the start of this stretch */
    private void play(double days, DoubleUnaryOperator level) {
        int slots = (int) (days * 288);
        for (int slot = 0; slot < slots; slot++) {
            atMillis += 300_000;
            double noise = 0.001 * chance.normal() + 0.04 * (0.5 - 0.5 * Math.cos(2 * Math.PI * slot / 288.0));
            detector.accept(atMillis, (level.applyAsDouble(slot / 288.0) + noise) * LIMIT, LIMIT);
        }
    }

    @Test
    void aLeakOfFourPercentADay() {
        play(20, day -> 0.5);
        assertThat(detector.leak()).isNull();
        play(5.1, day -> 0.5 + 0.04 * day);
        Leak leak = detector.leak();
        assertThat(leak).isNotNull();
        assertThat(leak.bytesPerDay()).isBetween(0.035 * LIMIT, 0.045 * LIMIT);
        assertThat(leak.earliestDays()).isLessThan(leak.likelyDays());
        assertThat(leak.latestDays()).isGreaterThan(leak.likelyDays());
        assertThat(leak.inWords()).matches("memory has grown \\d+ MB a day for \\d+ days; at this rate full in .* days \\(likely .*-.*\\)");
        play(3, day -> 0.7);
        assertThat(detector.leak()).as("flat for three days: the short windows are calm, the long ones still see the rise").isNotNull();
        play(25, day -> 0.7);
        assertThat(detector.leak()).isNull();
    }

    @Test
    void growthThatWillNotFillItWithinTwoWeeksIsNoLeak() {
        play(40, day -> 0.3 + 0.003 * day);
        assertThat(detector.leak()).isNull();
    }

    @Test
    void aWeekendIsNoTrend() {
        for (int week = 0; week < 8; week++) {
            play(7, day -> day < 5 ? 0.6 : 0.5);
            assertThat(detector.leak()).isNull();
        }
    }

    @Test
    void daysThatWereHardlySeenAreLeftOut() {
        play(4, day -> 0.5);
        for (int day = 0; day < 10; day++) {
            atMillis += 23 * 3_600_000;
            detector.accept(atMillis, (0.5 + 0.04 * day) * LIMIT, LIMIT);
            atMillis += 3_600_000;
        }
        assertThat(detector.leak()).isNull();
    }

    @Test
    void clocksThatJumpAndNoLimit() {
        play(10, day -> 0.5);
        atMillis += 400L * 86_400_000;
        play(1, day -> 0.5);
        atMillis -= 400L * 86_400_000;
        play(10, day -> 0.5);
        assertThat(detector.leak()).isNull();
        play(6, day -> 0.5 + 0.04 * day);
        assertThat(detector.leak()).isNotNull();
        LeakDetector unlimited = new LeakDetector();
        for (int slot = 0; slot < 30 * 288; slot++) {
            unlimited.accept(START + slot * 300_000L, slot * 1e6, 0);
        }
        assertThat(unlimited.leak()).isNull();
    }
}

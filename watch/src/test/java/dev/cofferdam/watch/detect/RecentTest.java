// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RecentTest {
    private final Recent recent = new Recent(0.9);

    @Test
    void aSingleLevelHasNoSlope() {
        assertThat(recent.slope(30)).isZero();
        recent.add(1, 100);
        assertThat(recent.slope(30)).isZero();
        assertThat(recent.robustSlope(30)).isZero();
    }

    @Test
    void theSlopeOfTheWindowOnlyHoweverOftenTheRingWentRound() {
        for (int second = 1; second <= 1_000; second++) {
            recent.add(second, second <= 970 ? 5 * second : 5 * 970 + 2 * (second - 970));
        }
        assertThat(recent.slope(30)).isCloseTo(2, within(1e-9));
        assertThat(recent.robustSlope(30)).isCloseTo(2, within(1e-9));
        assertThat(recent.slope(100)).isCloseTo((70 * 5 + 30 * 2) / 100.0, within(1e-9));
        assertThat(recent.slope(10_000)).as("no longer than the ring").isCloseTo((97 * 5 + 30 * 2) / 127.0, within(1e-9));
    }

    @Test
    void oneOutlierDoesNotMoveTheRobustSlope() {
        for (int second = 1; second <= 20; second++) {
            recent.add(second, second == 10 ? 1_000 : 3 * second);
        }
        assertThat(recent.robustSlope(11)).isCloseTo(3, within(1e-9));
    }

    @Test
    void robustSlopeIsTheMedianOfAllPairsOfAFewLevels() {
        Chance chance = new Chance(5);
        for (int round = 0; round < 200; round++) {
            Recent some = new Recent(0.5);
            int count = 2 + chance.below(11);
            double[] times = new double[count];
            double[] levels = new double[count];
            double seconds = 10;
            for (int i = 0; i < count; i++) {
                seconds += chance.between(0.6, 5);
                times[i] = seconds;
                levels[i] = chance.between(0, 100);
                some.add(seconds, levels[i]);
            }
            double[] slopes = new double[count * (count - 1) / 2];
            int pairs = 0;
            for (int i = 0; i < count; i++) {
                for (int j = i + 1; j < count; j++) {
                    slopes[pairs++] = (levels[j] - levels[i]) / (times[j] - times[i]);
                }
            }
            Arrays.sort(slopes);
            double median = pairs % 2 == 1 ? slopes[pairs / 2] : (slopes[pairs / 2 - 1] + slopes[pairs / 2]) / 2;
            assertThat(some.robustSlope(1_000)).as("round %d", round).isCloseTo(median, within(1e-9));
        }
    }

    @Test
    void levelsCloserThanTheSpacingAreLeftOut() {
        Recent coarse = new Recent(9.9);
        for (int second = 1; second <= 100; second++) {
            coarse.add(second, second);
        }
        assertThat(coarse.slope(600)).isCloseTo(1, within(1e-9));
        coarse.clear();
        assertThat(coarse.slope(600)).isZero();
    }
}

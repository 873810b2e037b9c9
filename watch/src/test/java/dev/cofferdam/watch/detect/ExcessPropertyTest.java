// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The running sum beside the formula, worked out from the whole history. */
class ExcessPropertyTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261123L);
    private static final double LIMIT = 1e9;

    @Test
    void isTheLargestClimbBeyondTheToleratedRateThatEndsNow() {
        System.out.println("repeat with -pl watch -Dtest=ExcessPropertyTest -Dcofferdam.seed=" + SEED);
        for (int round = 0; round < 40; round++) {
            Chance chance = new Chance(SEED + round);
            Excess excess = new Excess(1_800, new HighWater(60, 90));
            WatchedTime time = new WatchedTime();
            List<double[]> walk = new ArrayList<>();
            long atMillis = 1_000_000;
            double level = chance.between(0.2, 0.8) * LIMIT;
            double sum = 0;
            for (int i = 0; i < 3_000; i++) {
                long before = atMillis;
                atMillis += 500 + chance.below(1_500);
                time.advance(atMillis);
                double last = level;
                level = Math.clamp(level + chance.normal() * 0.002 * LIMIT + (i % 700 < 60 ? 0.003 * LIMIT : -0.0002 * LIMIT), 0, LIMIT);
                excess.add(time, before, level, last, LIMIT - level, LIMIT, false);
                double tolerated = (LIMIT - level) / 1_800 * time.step();
                walk.add(new double[] {level - last - tolerated, time.seconds(), level});
                sum = fromTheWholeHistory(walk);
                assertThat(excess.value()).as("round %d, step %d", round, i).isCloseTo(sum, within(1.0));
                if (sum > 0) {
                    assertThat(excess.above(level)).as("round %d, step %d: above high water", round, i)
                        .isCloseTo(level - highWaterBeforeOnset(walk), within(1.0));
                    assertThat(excess.onsetSeconds()).isLessThanOrEqualTo(time.seconds());
                    assertThat(excess.onsetMillis()).isLessThanOrEqualTo(atMillis);
                }
            }
        }
    }

    /** Max over all beginnings of the sum of what came since: what a CUSUM is, said without recursion. Bounded look back for the test's time. */
    private static double fromTheWholeHistory(List<double[]> walk) {
        double best = 0;
        double sum = 0;
        for (int i = walk.size() - 1; i >= 0; i--) {
            sum += walk.get(i)[0];
            best = Math.max(best, sum);
        }
        return best;
    }

    private static double highWaterBeforeOnset(List<double[]> walk) {
        double sum = 0;
        int onset = -1;
        for (int i = 0; i < walk.size(); i++) {
            double next = sum + walk.get(i)[0];
            if (next <= 0) {
                sum = 0;
                onset = i;
            } else {
                sum = next;
            }
        }
        if (onset < 0) {
            return 0;
        }
        double highest = 0;
        long bucket = (long) (walk.get(onset)[1] / 60);
        for (int i = 0; i <= onset; i++) {
            highest = (long) (walk.get(i)[1] / 60) > bucket - 90 ? Math.max(highest, walk.get(i)[2]) : highest;
        }
        return highest;
    }

    @Test
    void theOnsetFollowsAnOlderExcessDownToItsLowest() {
        Excess excess = new Excess(1_800, new HighWater(60, 90));
        WatchedTime time = new WatchedTime();
        double level = 0.4 * LIMIT;
        long atMillis = 0;
        for (int second = 0; second < 700; second++) {
            long before = atMillis;
            atMillis += 1_000;
            time.advance(atMillis);
            double last = level;
            level += second >= 60 && second < 120 || second >= 600 ? 0.002 * LIMIT : 0;
            excess.add(time, before, level, last, LIMIT - level, LIMIT, false);
        }
        assertThat(excess.onsetMillis()).as("the second climb's").isBetween(595_000L, 605_000L);
    }

    @Test
    void whatHappenedInAGapIsNoClimb() {
        Excess excess = new Excess(1_800, new HighWater(60, 90));
        WatchedTime time = new WatchedTime();
        time.advance(1_000);
        excess.add(time, 0, 0.4 * LIMIT, 0.4 * LIMIT, 0.6 * LIMIT, LIMIT, false);
        time.advance(400_000);
        excess.add(time, 1_000, 0.6 * LIMIT, 0.4 * LIMIT, 0.4 * LIMIT, LIMIT, false);
        assertThat(excess.value()).isZero();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The queue of maxima beside a list of everything. */
class HighWaterPropertyTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261123L);

    @Test
    void isTheHighestOfTheBucketsInTheWindow() {
        System.out.println("repeat with -pl watch -Dtest=HighWaterPropertyTest -Dcofferdam.seed=" + SEED);
        for (int round = 0; round < 200; round++) {
            Chance chance = new Chance(SEED + round);
            int window = 1 + chance.below(12);
            HighWater highWater = new HighWater(60, window);
            List<double[]> all = new ArrayList<>();
            double seconds = 0;
            double level = 0;
            assertThat(highWater.max()).isZero();
            for (int i = 0; i < 400; i++) {
                seconds += chance.uniform() < 0.02 ? chance.between(0, 3_000) : chance.between(0.5, 20);
                level = chance.uniform() < 0.3 ? chance.below(5) : level + chance.normal();
                highWater.add(seconds, level);
                all.add(new double[] {seconds, level});
                long bucket = (long) (seconds / 60);
                double expected = all.stream().filter(one -> (long) (one[0] / 60) > bucket - window).mapToDouble(one -> one[1]).max()
                    .orElseThrow();
                assertThat(highWater.max()).as("round %d, step %d", round, i).isEqualTo(expected);
            }
        }
    }
}

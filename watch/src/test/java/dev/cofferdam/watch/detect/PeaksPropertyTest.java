// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The ledger beside a list that forgets nothing. */
class PeaksPropertyTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261123L);
    private static final double DAY = Peaks.DAY_SECONDS;

    @Test
    void learnsWhatAListWouldTell() {
        System.out.println("repeat with -pl watch -Dtest=PeaksPropertyTest -Dcofferdam.seed=" + SEED);
        for (int round = 0; round < 50; round++) {
            Chance chance = new Chance(SEED + round);
            Peaks peaks = new Peaks();
            List<double[]> all = new ArrayList<>();
            double now = 0;
            double spacing = chance.between(0.01, 1) * DAY;
            for (int i = 0; i < 300; i++) {
                now += chance.between(0, 2 * spacing);
                double size = chance.between(0, 100);
                peaks.add(now, size);
                all.add(new double[] {now, size});
                if (chance.uniform() < 0.02) {
                    double since = now - chance.between(0, 3 * DAY);
                    peaks.disregardSince(since);
                    all.removeIf(peak -> peak[0] >= since);
                }
                double today = now;
                peaks.forget(now);
                all.removeIf(peak -> peak[0] < today - 14 * DAY);
                all.sort(Comparator.comparingDouble(peak -> -peak[1]));
                if (all.size() > Peaks.KEPT) {
                    all.subList(Peaks.KEPT, all.size()).clear();
                }
                check(peaks, all, now, round, i);
            }
        }
    }

    private static void check(Peaks peaks, List<double[]> all, double now, int round, int i) {
        assertThat(peaks.count()).isEqualTo(all.size());
        for (double often : new double[] {0, 1, 2, 20, 35}) {
            int allowed = (int) (often * Math.min(now / DAY, 14) / 7);
            assertThat(peaks.exceededAtMost(often, now)).as("round %d, step %d, %s a week", round, i, often)
                .isEqualTo(allowed < all.size() ? all.get(allowed)[1] : 0);
        }
    }

    @Test
    void theRareIsTrustedLessThanTheFrequent() {
        Peaks rare = new Peaks();
        assertThat(rare.unheardOf()).isZero();
        rare.add(1, 10);
        assertThat(rare.unheardOf()).as("seen once: twice as much would be new").isEqualTo(20);
        rare.add(2, 4);
        assertThat(rare.unheardOf()).isEqualTo(16);
        for (int i = 3; i < 100; i++) {
            rare.add(i, 9.9);
        }
        assertThat(rare.unheardOf()).isCloseTo(11.5, within(1e-9));
    }

    @Test
    void fiveTimesIsAHabit() {
        Peaks peaks = new Peaks();
        for (int i = 0; i < 4; i++) {
            peaks.add(i, 20);
        }
        peaks.add(5, 1);
        assertThat(peaks.habit()).isCloseTo(1.15, within(1e-9));
        peaks.add(6, 18);
        assertThat(peaks.habit()).isCloseTo(1.15 * 18, within(1e-9));
    }
}

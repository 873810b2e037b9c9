// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.watch.detect.Stage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random times (steady, gaps, restarts) against a map of everything. {@code -Dcofferdam.seed=N} repeats one run:
 * {@code mvn -pl watch -am test -Dtest=SeriesStorePropertyTest -Dcofferdam.seed=N -Dsurefire.failIfNoSpecifiedTests=false}
 */
class SeriesStorePropertyTest {
    private static final long START = 1_795_448_700_000L;

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void remembersWhatAMapRemembers(long number) {
        long seed = Long.getLong("cofferdam.seed", number);
        SplittableRandom random = new SplittableRandom(seed);
        TreeMap<Long, Long> all = new TreeMap<>();
        SeriesStore store = new SeriesStore(folder);
        long now = START;
        for (int i = 0; i < 3_000; i++) {
            now += random.nextInt(100) == 0 ? random.nextLong(1, 4 * 3_600_000) : 1_000;
            long used = random.nextLong(1_000_000);
            store.append("t", SeriesStoreTest.sample(now, used, 0, 0), Stage.CALM);
            all.merge(now / 1000, used, Math::max);
            if (random.nextInt(500) == 0) {
                store.close();
                store = new SeriesStore(folder);
            }
        }
        for (int i = 0; i < 50; i++) {
            long from = START + random.nextLong(now - START);
            long to = from + random.nextLong(1, now - from + 2);
            long step = random.nextLong(0, 700_000);
            Series series = store.series("t", from, to, step);
            assertThat(series.points()).as("seed %d, %d..%d by %d", seed, from, to, step).extracting(SeriesPoint::usedBytes)
                .containsExactlyElementsOf(expected(all, ringOf(step, from, now), series.stepMillis(), from, to));
        }
        store.close();
    }

    /** Merges by hand: first into the slots of the ring that must have answered, whole ones, then into the asked steps. */
    private static List<Long> expected(TreeMap<Long, Long> all, long ring, long stepMillis, long from, long to) {
        TreeMap<Long, Long> slots = new TreeMap<>();
        all.forEach((second, used) -> slots.merge(second * 1000 / ring, used, Math::max));
        TreeMap<Long, Long> steps = new TreeMap<>();
        slots.subMap(from / ring, true, (to - 1) / ring, true)
            .forEach((slot, used) -> steps.merge(slot * ring / stepMillis, used, Math::max));
        return new ArrayList<>(steps.values());
    }

    private static long ringOf(long asked, long from, long now) {
        if (asked >= 300_000 || from <= now / 10_000 * 10_000 - 7L * 86_400_000) {
            return 300_000;
        }
        return asked >= 10_000 || from <= now / 1000 * 1000 - 6L * 3_600_000 ? 10_000 : 1_000;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.probe.Sample;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeriesStoreTest {
    /** 2026-11-23 15:45:00 UTC, a multiple of five minutes. */
    private static final long START = 1_795_448_700_000L;
    private static final long SECOND = 1_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    @TempDir Path folder;

    @Test
    void keepsSecondsAndSaysRates() {
        try (SeriesStore store = new SeriesStore(folder)) {
            for (int i = 0; i < 10; i++) {
                store.append("prod", sample(START + i * SECOND, 100 + i, 5L * i, 3L * i), i == 7 ? Stage.PAGE : Stage.CALM);
            }
            List<SeriesPoint> points = store.series("prod", START, START + 10 * SECOND, 0).points();
            assertThat(points).hasSize(10);
            assertThat(points.get(7).usedBytes()).isEqualTo(107);
            assertThat(points.get(7).stage()).isEqualTo(Stage.PAGE);
            assertThat(points.get(7).evictionsPerSecond()).isEqualTo(5);
            assertThat(points.get(7).refusalsPerSecond()).isEqualTo(3);
            assertThat(points.get(7).hitRate()).isEqualTo(0.75f);

            SeriesPoint ten = store.series("prod", START, START + 10 * SECOND, 10 * SECOND).points().getFirst();
            assertThat(ten.samples()).isEqualTo(10);
            assertThat(ten.usedLowestBytes()).isEqualTo(100);
            assertThat(ten.usedBytes()).isEqualTo(109);
            assertThat(ten.stage()).isEqualTo(Stage.PAGE);
            assertThat(ten.evictionsPerSecond()).isCloseTo(4.5f, within(0.01f));
        }
    }

    @Test
    void goesOnWithinAStepAfterARestart() {
        for (int i = 0; i < 10; i++) {
            try (SeriesStore store = new SeriesStore(folder)) {
                store.append("prod", sample(START + i * SECOND, i + 1, 0, 0), Stage.CALM);
            }
        }
        try (SeriesStore store = new SeriesStore(folder)) {
            SeriesPoint ten = store.series("prod", START, START + MINUTE, 10 * SECOND).points().getFirst();
            assertThat(ten.samples()).isEqualTo(10);
            assertThat(ten.usedBytes()).isEqualTo(10);
            assertThat(ten.usedLowestBytes()).isEqualTo(1);
        }
    }

    @Test
    void aDayAgoIsKeptInTenSecondsAndAMonthAgoInFiveMinutes() {
        try (SeriesStore store = new SeriesStore(folder)) {
            store.append("prod", sample(START, 1, 0, 0), Stage.CALM);
            store.append("prod", sample(START + 29 * DAY, 2, 0, 0), Stage.CALM);
            store.append("prod", sample(START + 30 * DAY, 3, 0, 0), Stage.CALM);
            long now = START + 30 * DAY + SECOND;
            assertThat(store.series("prod", now - HOUR, now, 0)).extracting(Series::stepMillis).isEqualTo(SECOND);
            assertThat(used(store.series("prod", now - DAY - MINUTE, now, 0))).containsExactly(2L, 3L);
            assertThat(store.series("prod", now - DAY - MINUTE, now, 0).stepMillis()).isEqualTo(10 * SECOND);
            assertThat(used(store.series("prod", now - 40 * DAY, now, 0))).containsExactly(1L, 2L, 3L);
            assertThat(store.series("prod", now - 40 * DAY, now, 0).stepMillis()).isEqualTo(5 * MINUTE);
        }
    }

    @Test
    void anEarlierLapIsNotTakenForThisOne() {
        try (SeriesStore store = new SeriesStore(folder)) {
            store.append("prod", sample(START, 1, 0, 0), Stage.CALM);
            store.append("prod", sample(START + 6 * HOUR + 5 * SECOND, 2, 0, 0), Stage.CALM);
            assertThat(used(store.series("prod", START + 6 * SECOND, START + 6 * HOUR + MINUTE, SECOND))).containsExactly(2L);
        }
    }

    @Test
    void whatAClockWroteAheadIsForgottenWhenItIsSetBack() {
        try (SeriesStore store = new SeriesStore(folder)) {
            store.append("prod", sample(START, 1, 0, 0), Stage.CALM);
            store.append("prod", sample(START + HOUR, 99, 0, 0), Stage.PAGE);
        }
        try (SeriesStore store = new SeriesStore(folder)) {
            store.append("prod", sample(START + SECOND, 2, 0, 0), Stage.CALM);
            store.append("prod", sample(START + HOUR + SECOND, 3, 0, 0), Stage.CALM);
            for (long step : new long[] {SECOND, 10 * SECOND, 5 * MINUTE}) {
                assertThat(used(store.series("prod", START, START + 2 * HOUR, step))).doesNotContain(99L).contains(3L);
            }
        }
    }

    @Test
    void aTrimmedClockCostsNothing() {
        try (SeriesStore store = new SeriesStore(folder)) {
            store.append("prod", sample(START + 300, 1, 0, 0), Stage.CALM);
            store.append("prod", sample(START - 200, 2, 0, 0), Stage.CALM);
            store.append("prod", sample(START + 800, 3, 0, 0), Stage.CALM);
            assertThat(used(store.series("prod", START - MINUTE, START + MINUTE, 0))).containsExactly(2L, 3L);
        }
    }

    @Test
    void anAnswerIsNeverTooLong() {
        try (SeriesStore store = new SeriesStore(folder)) {
            for (int i = 0; i < 15_000; i++) {
                store.append("prod", sample(START + i * SECOND, i, 0, 0), Stage.CALM);
            }
            Series series = store.series("prod", START, START + 6 * HOUR, 0);
            assertThat(series.stepMillis()).isEqualTo(2 * SECOND);
            assertThat(series.points()).hasSizeBetween(7_499, SeriesStore.POINTS_MAX);
            assertThat(series.points().getLast().usedBytes()).isEqualTo(14_999);
        }
    }

    @Test
    void damageIsAGapAndCounted() throws IOException {
        try (SeriesStore store = new SeriesStore(folder)) {
            for (int i = 0; i < 100; i++) {
                store.append("prod", sample(START + i * SECOND, i, 0, 0), Stage.CALM);
            }
        }
        long slot = SeriesLayout.offset(START / SECOND + 50, 6 * 3600);
        overwrite("second.ring", slot + 17);
        overwrite("second.ring", 3);
        try (SeriesStore store = new SeriesStore(folder)) {
            assertThat(used(store.series("prod", START, START + HOUR, 0))).hasSize(99).doesNotContain(50L).contains(49L, 51L);
            assertThat(store.damagedSlots()).isPositive();
        }
    }

    @Test
    void aTornOrForeignFileIsNoEnd() throws IOException {
        try (SeriesStore store = new SeriesStore(folder)) {
            store.append("prod", sample(START, 1, 0, 0), Stage.CALM);
        }
        Path second = folder.resolve("prod/second.ring");
        try (RandomAccessFile file = new RandomAccessFile(second.toFile(), "rw")) {
            file.setLength(1_000);
        }
        Files.writeString(folder.resolve("prod/ten-seconds.ring"),
                "somebody's notes, longer than a header is, so that it cannot be taken for one");
        try (SeriesStore store = new SeriesStore(folder)) {
            store.append("prod", sample(START + SECOND, 2, 0, 0), Stage.CALM);
            assertThat(store.trouble("prod")).isEmpty();
            assertThat(used(store.series("prod", START, START + HOUR, SECOND))).contains(2L);
            assertThat(used(store.series("prod", START, START + HOUR, 5 * MINUTE))).containsExactly(2L);
        }
        assertThat(folder.resolve("prod/ten-seconds.ring.unreadable")).exists();
    }

    @Test
    void aBrokenDiskCostsSamplesAndSaysSo() throws IOException {
        Files.writeString(folder.resolve("prod"), "a file where the folder should be");
        try (SeriesStore store = new SeriesStore(folder)) {
            store.append("prod", sample(START, 1, 0, 0), Stage.CALM);
            store.append("prod", sample(START + SECOND, 1, 0, 0), Stage.CALM);
            assertThat(store.trouble("prod")).contains("prod", "cannot be kept");
            assertThat(store.lostSamples()).isEqualTo(2);
            assertThat(store.series("prod", 0, START + HOUR, 0).points()).isEmpty();
            Files.delete(folder.resolve("prod"));
            store.append("prod", sample(START + MINUTE, 7, 0, 0), Stage.CALM);
            assertThat(store.trouble("prod")).isEmpty();
            assertThat(used(store.series("prod", START, START + HOUR, 0))).containsExactly(7L);
        }
    }

    @Test
    void twoWatchersDoNotShareAFolder() {
        try (SeriesStore first = new SeriesStore(folder); SeriesStore second = new SeriesStore(folder)) {
            first.append("prod", sample(START, 1, 0, 0), Stage.CALM);
            second.append("prod", sample(START, 2, 0, 0), Stage.CALM);
            assertThat(second.trouble("prod")).contains("in use by another watch");
            assertThat(used(first.series("prod", START, START + HOUR, 0))).containsExactly(1L);
        }
    }

    @Test
    void anUnknownTargetHasNoPastAndGetsNoFolder() throws IOException {
        try (SeriesStore store = new SeriesStore(folder)) {
            assertThat(store.series("nobody", 0, START, 0).points()).isEmpty();
            store.append("../../etc/x", sample(START, 1, 0, 0), Stage.CALM);
        }
        try (Stream<Path> names = Files.list(folder)) {
            assertThat(names.map(name -> String.valueOf(name.getFileName()))).containsExactly("%2e%.%2f%..%2f%etc%2f%x");
        }
    }

    @Test
    void aTargetTakesLessThanFiftyMegabytes() throws IOException {
        try (SeriesStore store = new SeriesStore(folder)) {
            store.append("prod", sample(START, 1, 0, 0), Stage.CALM);
        }
        try (Stream<Path> files = Files.list(folder.resolve("prod"))) {
            assertThat(files.mapToLong(file -> file.toFile().length()).sum()).isLessThan(20_000_000);
        }
    }

    private void overwrite(String ring, long position) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(folder.resolve("prod").resolve(ring).toFile(), "rw")) {
            file.seek(position);
            file.write(0x5a);
        }
    }

    private static List<Long> used(Series series) {
        return series.points().stream().map(SeriesPoint::usedBytes).toList();
    }

    static Sample sample(long atMillis, long used, long evicted, long refused) {
        return new Sample(atMillis, used, 1_000_000, used, 0, 0, 1, 0, refused, evicted, 0, evicted * 3, evicted, 0, 0, false);
    }
}

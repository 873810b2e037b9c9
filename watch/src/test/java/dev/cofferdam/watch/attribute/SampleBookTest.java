// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.watch.HandClock;
import dev.cofferdam.watch.probe.FakeTarget;
import dev.cofferdam.watch.probe.Probe;
import dev.cofferdam.watch.probe.ProbeOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SampleBookTest {
    private final SampleBook book = new SampleBook();

    /** Fifty a second from {@code from} on, in seconds. */
    private void seconds(int from, int until) {
        for (int second = from; second < until; second++) {
            for (int i = 0; i < 50; i++) {
                book.at(second * 1000L).add(1, 100, false, 1000 + second, 0);
            }
        }
    }

    @Test
    void theLastTwentyMinutesBeforeAnOnsetAndNothingOfWhatFollowed() {
        seconds(0, 3000);
        Composition before = book.before(2_990_000, 60_000);
        assertThat(before.untilMillis()).isLessThanOrEqualTo(2_990_000);
        assertThat(before.untilMillis()).isGreaterThan(2_984_000);
        assertThat(before.samples()).isBetween(58_000L, 66_000L);
        assertThat(before.targetKeys()).isBetween(3_300.0, 3_500.0);
        assertThat(book.before(2_990_000, 100_000).samples()).isBetween(100_000L, 104_000L);
        assertThat(book.before(-1, 100).samples()).isZero();
    }

    @Test
    void anHourIsKept() {
        seconds(0, 3 * 3600);
        assertThat(book.since(0).samples()).isBetween(50L * 3500, 50L * 3900);
        book.clear();
        assertThat(book.since(0).samples()).isZero();
    }

    @Test
    void whatWasTakenAtOneMomentStandsApart() {
        seconds(0, 1);
        book.cut();
        seconds(1, 3);
        assertThat(book.before(500, 1_000).samples()).isEqualTo(50);
    }

    @Test
    void measurementsOfABigKeyReachBackOverASuspicionOfEverySecond() throws Exception {
        PlantedTarget target = new PlantedTarget(1);
        PlantedTarget.Key key = target.add(0, "q", "list", 100_000, 100, true);
        HandClock clock = new HandClock();
        try (Probe probe = new Probe(FakeTarget.ADDRESS, target, clock, 1,
                ProbeOptions.DEFAULTS)) {
            probe.look();
            Asking asking = new Asking(probe);
            BigKeys keys = new BigKeys(2);
            keys.add(asking.sizes(0, List.of(PlantedTarget.latin("q")), false), asking, 0);
            long at = 0;
            for (int i = 0; i < 30; i++) {
                keys.measure(asking, at += 10_000);
            }
            long onset = at;
            for (int i = 0; i < 120; i++) {
                key.elements += 10;
                keys.measure(asking, at += 1_000);
            }
            BigKeys.Entry entry = keys.entries().getFirst();
            assertThat(entry.at(onset).atMillis()).isBetween(onset - 20_000, onset);
            assertThat(entry.last().atMillis()).isEqualTo(at);
            // 1,200 elements at what an element is now.
            assertThat(entry.growth(entry.at(onset), entry.last())).isBetween(90_000L, 95_000L);
            target.add(0, "s", 20_000, true);
            target.add(0, "t", 30_000, true);
            keys.add(asking.sizes(0, List.of(PlantedTarget.latin("s"), PlantedTarget.latin("t")), false), asking, at);
            assertThat(keys.entries()).extracting(each -> new String(each.name(), StandardCharsets.ISO_8859_1))
                .containsExactlyInAnyOrder("q", "t");
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WordingTest {
    @Test
    void bytes() {
        assertThat(Wording.bytes(0)).isEqualTo("0 B");
        assertThat(Wording.bytes(999)).isEqualTo("999 B");
        assertThat(Wording.bytes(9_440_000)).isEqualTo("9.4 MB");
        assertThat(Wording.bytes(999_600)).isEqualTo("1 MB");
        assertThat(Wording.bytes(8L << 30)).isEqualTo("8.6 GB");
        assertThat(Wording.bytes(3e12)).isEqualTo("3 TB");
        assertThat(Wording.bytes(-2_500_000)).isEqualTo("-2.5 MB");
    }

    @Test
    void durations() {
        assertThat(Wording.duration(0.4)).isEqualTo("0 s");
        assertThat(Wording.duration(59.6)).isEqualTo("1 min");
        assertThat(Wording.duration(220)).isEqualTo("3 min 40 s");
        assertThat(Wording.duration(1_250)).isEqualTo("21 min");
        assertThat(Wording.duration(7_500)).isEqualTo("2 h 5 min");
        assertThat(Wording.duration(5 * 86_400)).isEqualTo("5 days");
    }

    @Test
    void ranges() {
        assertThat(Wording.range(20, 80)).isEqualTo("20-80 s");
        assertThat(Wording.range(60, 480)).isEqualTo("1-8 min");
        assertThat(Wording.range(45, 480)).isEqualTo("0.8-8 min");
        assertThat(Wording.range(3_600, 5 * 3_600)).isEqualTo("1-5 h");
        assertThat(Wording.range(86_400, 6 * 86_400)).isEqualTo("1-6 days");
    }

    @Test
    void figures() {
        assertThat(Wording.figure(9.96)).isEqualTo("10");
        assertThat(Wording.figure(-0.04)).isEqualTo("0");
        assertThat(Wording.share(0.008)).isEqualTo("0.8 %");
    }

    @Test
    void timeToFullInWords() {
        assertThat(TimeToFull.of(1e9, 0, 10)).isNull();
        assertThat(TimeToFull.of(1e9, -5, 10)).isNull();
        assertThat(TimeToFull.of(1e9, 100, 10)).as("beyond two weeks").isNull();
        assertThat(TimeToFull.of(220e6, 1e6, 90)).isNotNull().extracting(TimeToFull::inWords)
            .isEqualTo("full in 3 min 40 s at the present rate (likely 2-7 min)");
        assertThat(TimeToFull.of(0, 1e6, 90)).isNotNull().extracting(TimeToFull::inWords).isEqualTo("full now");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WordsTest {
    @Test
    void sizesAreCountedAsMaxmemoryIs() {
        assertThat(Words.bytes(100L << 20)).isEqualTo("100 MB");
        assertThat(Words.bytes(812)).isEqualTo("812 B");
        assertThat(Words.bytes(9.4 * (1 << 20))).isEqualTo("9.4 MB");
        assertThat(Words.bytes(-2048)).isEqualTo("-2.0 KB");
        assertThat(Words.rate(512 << 10)).isEqualTo("512 KB/s");
    }

    @Test
    void smallSharesKeepADecimal() {
        assertThat(Words.percent(0.92)).isEqualTo("92 %");
        assertThat(Words.percent(0.004)).isEqualTo("0.4 %");
        assertThat(Words.percent(0.06)).isEqualTo("6 %");
        assertThat(Words.percent(-0.013)).isEqualTo("-1.3 %");
        assertThat(Words.percent(Double.NaN)).isEqualTo("? %");
    }

    @Test
    void timesHaveTheUnitThatFits() {
        assertThat(Words.seconds(40)).isEqualTo("40 s");
        assertThat(Words.seconds(170)).isEqualTo("2 min 50 s");
        assertThat(Words.seconds(11_400)).isEqualTo("3 h 10 min");
        assertThat(Words.seconds(12 * 86_400)).isEqualTo("12 days");
    }

    @Test
    void aRangeHasOneUnitWhereItCan() {
        assertThat(Words.range(80, 450)).isEqualTo("likely 1 to 8 min");
        assertThat(Words.range(40, 230)).isEqualTo("likely 40 s to 4 min");
        assertThat(Words.range(20, 60)).isEqualTo("likely 20 to 60 s");
        assertThat(Words.range(1_000, 9_000)).isEqualTo("likely 16 min to 3 h");
        assertThat(Words.range(60, Double.POSITIVE_INFINITY)).isEqualTo("at the earliest in 1 min");
    }

    @Test
    void largeNumbersAreGrouped() {
        assertThat(Words.count(75_000)).isEqualTo("75 000");
    }
}

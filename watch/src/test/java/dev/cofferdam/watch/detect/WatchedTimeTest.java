// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class WatchedTimeTest {
    private final WatchedTime time = new WatchedTime();

    private void at(long millis) {
        time.advance(millis);
    }

    @Test
    void countsSecondsBetweenSamples() {
        at(10_000);
        double first = time.seconds();
        at(11_000);
        at(13_500);
        assertThat(time.seconds() - first).isEqualTo(3.5);
        assertThat(time.step()).isEqualTo(2.5);
        assertThat(time.afterGap()).isFalse();
    }

    @Test
    void aClockThatIsSetBackIsOneOrdinaryInterval() {
        for (int i = 0; i < 100; i++) {
            at(1_000_000 + 2_000 * i);
        }
        double before = time.seconds();
        at(500);
        assertThat(time.seconds() - before).isCloseTo(2, within(0.1));
        at(500);
        assertThat(time.step()).as("the same moment twice").isCloseTo(2, within(0.1));
        at(2_500);
        assertThat(time.step()).isEqualTo(2);
    }

    @Test
    void aClockThatIsSetForwardAYearIsTenMinutesAtMost() {
        at(0);
        double before = time.seconds();
        at(365L * 86_400_000);
        assertThat(time.seconds() - before).isEqualTo(WatchedTime.LEAP_MAX_SECONDS);
        assertThat(time.afterGap()).isTrue();
        at(Long.MAX_VALUE);
        at(Long.MIN_VALUE + 1);
        assertThat(time.seconds()).isBetween(before, before + 3 * WatchedTime.LEAP_MAX_SECONDS);
    }
}

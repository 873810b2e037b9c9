// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatencyEventsTest {
    private static final long MILLI = 1_000_000;
    private final LatencyEvents events = new LatencyEvents();

    @Test
    void nothingIsKeptUntilThereIsAThreshold() {
        events.note(LatencyEvents.COMMAND, 60_000 * MILLI, 1_000);
        assertThat(events.all()).isEmpty();
        events.setThresholdMillis(10);
        events.note(LatencyEvents.COMMAND, 10 * MILLI - 1, 1_000);
        assertThat(events.all()).isEmpty();
        events.note(LatencyEvents.COMMAND, 10 * MILLI, 1_000);
        assertThat(events.all()).containsOnlyKeys("command");
        events.setThresholdMillis(0);
        events.note(LatencyEvents.FAST_COMMAND, 60_000 * MILLI, 1_000);
        assertThat(events.all()).containsOnlyKeys("command");
    }

    @Test
    void ofASecondTheLongestIsKeptAndOfAllTheNewest() {
        events.setThresholdMillis(1);
        for (long millis : new long[] {5, 9, 7}) {
            events.note(LatencyEvents.COMMAND, millis * MILLI, 3_999);
        }
        assertThat(events.all().get("command").samples()).containsExactly(new LatencyEvents.Sample(3, 9));
        for (int second = 4; second < 300; second++) {
            events.note(LatencyEvents.COMMAND, 2 * MILLI, second * 1000L);
        }
        LatencyEvents.Event event = events.all().get("command");
        assertThat(event.samples()).hasSize(160).last().isEqualTo(new LatencyEvents.Sample(299, 2));
        assertThat(event.maxMillis()).isEqualTo(9);
        assertThat(events.forget("command")).isTrue();
        assertThat(events.forget("command")).isFalse();
        assertThat(events.forgetAll()).isZero();
    }
}

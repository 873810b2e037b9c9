// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ScorecardTest {
    private static final long MILLI = 1_000_000;

    private final Scorecard score = new Scorecard();

    @Test
    void countsGoOnWhileLatenciesAreOfTheSecond() {
        score.succeeded(Operation.LOGIN, 5 * MILLI);
        score.failed(Operation.LOGIN, "OOM");
        Tick first = score.tick(0, false, 1, 2, Memory.UNKNOWN);
        score.succeeded(Operation.REQUEST, 50 * MILLI);
        Tick second = score.tick(1, true, 3, 4, Memory.UNKNOWN);
        assertThat(first.p99Millis(Role.SESSIONS)).isCloseTo(5, Offset.offset(0.1));
        assertThat(second.p99Millis(Role.SESSIONS)).isCloseTo(50, Offset.offset(0.5));
        assertThat(second.ok(Role.SESSIONS)).isEqualTo(2);
        assertThat(second.failed(Operation.LOGIN)).isEqualTo(1);
        assertThat(second.since(first).ok(Role.SESSIONS)).isEqualTo(1);
        assertThat(first.ok(Role.SESSIONS)).isEqualTo(1);
        assertThat(score.p99MillisInFault().get(Role.SESSIONS)).isCloseTo(50, Offset.offset(0.5));
    }

    @Test
    void aRefusalIsQuickAndDoesNotMakeAServerFast() {
        score.failed(Operation.WRITE, "OOM");
        score.succeeded(Operation.WORK);
        Tick tick = score.tick(0, true, 0, 0, Memory.UNKNOWN);
        assertThat(tick.p99Millis(Role.CACHE)).isNull();
        assertThat(tick.p99Millis(Role.JOBS)).isNull();
        assertThat(score.p99MillisInFault()).isEmpty();
    }

    @Test
    void theMostFrequentReasonComesFirst() {
        score.failed(Operation.WRITE, "timeout");
        score.failed(Operation.WRITE, "OOM");
        score.failed(Operation.WRITE, "OOM");
        assertThat(score.reasons()).containsOnlyKeys(Operation.WRITE).containsEntry(Operation.WRITE, List.of("OOM", "timeout"));
    }
}

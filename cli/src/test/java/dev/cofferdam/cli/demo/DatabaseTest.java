// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DatabaseTest {
    private final SteppedClock clock = new SteppedClock();
    private final Database database = new Database(clock, 100, 35);

    @Test
    void loadsAreAnsweredOneAfterTheOther() {
        assertThat(database.enqueue()).isEqualTo(10_000_000);
        assertThat(database.enqueue()).isEqualTo(20_000_000);
        clock.nanos += 15_000_000;
        assertThat(database.enqueue()).isEqualTo(15_000_000);
    }

    @Test
    void aQueueLongerThanAnybodyWaitsTurnsPeopleAwayAndStaysAsItIs() {
        for (int i = 0; i < 3; i++) {
            assertThat(database.enqueue()).isPositive();
        }
        assertThat(database.enqueue()).isEqualTo(-1);
        assertThat(database.enqueue()).isEqualTo(-1);
        clock.nanos += 10_000_000;
        assertThat(database.enqueue()).isEqualTo(30_000_000);
        assertThat(database.loads()).isEqualTo(6);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** One series: what it gets used to, and what it does not. Levels are parts of the limit. */
class ClimbDetectorTest {
    private final ClimbDetector detector = new ClimbDetector();
    private final WatchedTime time = new WatchedTime();
    private long atMillis = 1_767_571_200_000L;

    private int play(int seconds, Stage until, DoubleUnaryOperator level) {
        for (int second = 1; second <= seconds; second++) {
            atMillis += 1_000;
            time.advance(atMillis);
            double now = level.applyAsDouble(second);
            detector.accept(time, now, 1 - detector.wouldHold(now), 1, false, true, false);
            if (detector.stage().atLeast(until)) {
                return second;
            }
        }
        return -1;
    }

    private Stage through(int seconds, DoubleUnaryOperator level) {
        Stage most = Stage.CALM;
        for (int second = 1; second <= seconds; second++) {
            int now = second;
            play(1, Stage.PAGE, one -> level.applyAsDouble(now));
            most = detector.stage().atLeast(most) ? detector.stage() : most;
        }
        return most;
    }

    private Stage burst(double height, int seconds) {
        Stage most = through(seconds, second -> 0.4 + height * second / seconds);
        Stage after = through(1_800, second -> 0.4 + height);
        through(1_800, second -> 0.4 + height - height * second / 1_800);
        through(8 * 3_600, second -> 0.4);
        return most.atLeast(after) ? most : after;
    }

    @Test
    void aFillOfFiveHoursIsSeenByTheSlowBankLongBeforeItIsFull() {
        through(30 * 3_600, second -> 0.4);
        int seen = play(5 * 3_600, Stage.PAGE, second -> 0.4 + 0.6 * second / (5 * 3_600));
        assertThat(seen).isBetween(300, 3 * 3_600);
        Climb climb = detector.climb(time, 0.5e9, 0.5, 1);
        assertThat(climb).isNotNull();
        assertThat(climb.timeToFull()).isNotNull();
    }

    @Test
    void whatHappensFiveTimesIsAHabitEvenWhenItIsLarge() {
        through(3_600, second -> 0.4);
        assertThat(burst(0.3, 120)).isEqualTo(Stage.PAGE);
        assertThat(burst(0.3, 120)).as("once is no habit: the ceiling holds").isEqualTo(Stage.PAGE);
        for (int i = 0; i < 4; i++) {
            burst(0.3, 120);
        }
        assertThat(burst(0.3, 120)).isLessThan(Stage.PAGE);
        assertThat(burst(0.55, 220)).as("but not to the limit").isEqualTo(Stage.PAGE);
    }

    @Test
    void whatIsUnheardOfIsFarFromTheLargestWhenTheLargestIsFarFromTheOthers() {
        through(3_600, second -> 0.4);
        burst(0.03, 60);
        burst(0.06, 60);
        assertThat(burst(0.085, 60)).isLessThan(Stage.PAGE);
        for (int i = 0; i < 6; i++) {
            burst(0.085, 60);
        }
        assertThat(burst(0.115, 60)).isEqualTo(Stage.PAGE);
    }

    @Test
    void aStepThatDoesNotGoOnIsForgottenQuietly() {
        through(3_600, second -> 0.4);
        assertThat(through(600, second -> 0.412)).isLessThan(Stage.NOTIFY);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.watch.probe.Sample;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One target through a day's good and bad hours. Levels are parts of a limit of 1 GB. */
class TargetDetectorTest {
    private static final long LIMIT = 1_000_000_000;
    private static final long START = 1_767_571_200_000L;
    private static final DetectorOptions AT_ONCE = new DetectorOptions(0, Stage.PAGE);

    private TargetDetector detector = new TargetDetector(AT_ONCE);
    private long atMillis = START;
    private long cpuNanos = 1_000_000_000L;
    private long limit = LIMIT;
    private long refused;
    private long evicted;
    private long hits;
    private long misses;
    private double clients = 0.002;
    private boolean evicting;
    private Reading reading = Reading.calm(0);

    @BeforeEach
    void aQuietHour() {
        play(3_600, second -> 0.45);
        assertThat(reading.stage()).isEqualTo(Stage.CALM);
    }

    private Sample sample(double data) {
        return new Sample(atMillis, (long) ((data + clients) * LIMIT), limit, (long) (data * LIMIT), (long) (clients * LIMIT), 0, 100_000,
                50_000,
                refused, evicted, 0, hits, misses, cpuNanos / 1_000, cpuNanos, evicting);
    }

    private Reading step(double data) {
        atMillis += 1_000;
        cpuNanos += 100_000_000;
        reading = detector.accept(sample(data));
        return reading;
    }

    private void play(int seconds, DoubleUnaryOperator data) {
        for (int second = 1; second <= seconds; second++) {
            step(data.applyAsDouble(second));
        }
    }

    /** @return seconds until the stage is reached, or -1 */
    private int secondsUntil(Stage stage, int most, DoubleUnaryOperator data) {
        for (int second = 1; second <= most; second++) {
            if (step(data.applyAsDouble(second)).stage().atLeast(stage)) {
                return second;
            }
        }
        return -1;
    }

    private static DoubleUnaryOperator fill(double from, double seconds) {
        return second -> from + (0.998 - from) * second / seconds;
    }

    @Test
    void theIncidentIsSuspectedInFiveSecondsAndPagedInTwelve() {
        long onset = atMillis;
        assertThat(secondsUntil(Stage.SUSPECT, 60, fill(0.45, 240))).isBetween(2, 6);
        assertThat(reading.concern()).isEqualTo(Concern.CLIMB);
        play(5, second -> 0.45 + 0.548 / 240 * (5 + second));
        assertThat(secondsUntil(Stage.PAGE, 60, second -> 0.45 + 0.548 / 240 * (10 + second))).isBetween(1, 5);
        assertThat(reading.climb()).isNotNull();
        assertThat(reading.climb().onsetMillis()).isBetween(onset - 2_000, onset + 3_000);
        assertThat(reading.climb().bytesPerSecond()).isBetween(0.9 * 0.548 / 240 * LIMIT, 1.1 * 0.548 / 240 * LIMIT);
        assertThat(reading.climb().timeToFull()).isNotNull();
        assertThat(reading.climb().timeToFull().likelySeconds()).isBetween(200.0, 250.0);
        assertThat(reading.reason()).contains("memory climbs 2.2 MB/s").contains("of 954 MB; full in 3 min").contains("likely");
    }

    @Test
    void aWeekOfLearningWakesNobodyUnlessWritesAreRefused() {
        detector = new TargetDetector(DetectorOptions.DEFAULTS);
        play(3_600, second -> 0.45);
        assertThat(secondsUntil(Stage.NOTIFY, 60, fill(0.45, 900))).isPositive();
        assertThat(secondsUntil(Stage.PAGE, 900, second -> 0.5 + 0.35 * second / 900)).isEqualTo(-1);
        play(60, second -> 0.6);
        refused += 5;
        step(0.998);
        assertThat(reading.stage()).isEqualTo(Stage.PAGE);
        assertThat(reading.concern()).isEqualTo(Concern.FULL);
        assertThat(reading.reason()).isEqualTo("writes are refused, 5 since the sample before; 954 MB of 954 MB used");
    }

    /** The learning week is there to learn what is usual; nobody is left to sleep through what is about to be full. */
    @Test
    void inTheWeekOfLearningWhatIsAboutToBeFullWakesAllTheSame() {
        detector = new TargetDetector(DetectorOptions.DEFAULTS);
        play(3_600, second -> 0.45);
        int seen = secondsUntil(Stage.PAGE, 240, fill(0.45, 240));
        assertThat(seen).as("of 240 s").isBetween(100, 130);
        assertThat(reading.climb().timeToFull().likelySeconds()).isGreaterThan(90);
    }

    @Test
    void whatLeadsToRefusedWritesIsNotLearned() {
        play(240, fill(0.45, 240));
        for (int second = 0; second < 60; second++) {
            refused += 10;
            step(0.998);
        }
        play(3_600, second -> 0.45);
        assertThat(reading.stage()).isEqualTo(Stage.CALM);
        play(6_000, second -> 0.45);
        assertThat(secondsUntil(Stage.PAGE, 60, fill(0.45, 240))).isBetween(5, 15);
    }

    @Test
    void spikesOfTwoSecondsAreNotSeen() {
        for (int i = 0; i < 50; i++) {
            play(2, second -> 0.9);
            play(20, second -> 0.45);
            assertThat(reading.stage()).isEqualTo(Stage.CALM);
        }
    }

    @Test
    void aRefillAfterAFlushIsNoNews() {
        play(5, second -> 0.1);
        for (int second = 1; second <= 300; second++) {
            assertThat(step(0.1 + 0.35 * second / 300).stage()).isLessThan(Stage.NOTIFY);
        }
    }

    @Test
    void aRestartThatLoadsItsDataIsNoClimb() {
        atMillis += 20_000;
        cpuNanos = 0;
        hits = 0;
        for (int second = 1; second <= 60; second++) {
            assertThat(step(0.45 * second / 60).stage()).isLessThan(Stage.NOTIFY);
        }
        play(3_600, second -> 0.45);
        assertThat(secondsUntil(Stage.PAGE, 60, fill(0.45, 240))).isBetween(5, 15);
    }

    @Test
    void aReplicaThatAnswersInstead() {
        cpuNanos += 900_000_000_000L;
        for (int second = 1; second <= 300; second++) {
            assertThat(step(0.53).stage()).isEqualTo(Stage.CALM);
        }
    }

    @Test
    void aGapIsNoClimb() {
        atMillis += 3_600_000;
        cpuNanos += 360_000_000_000L;
        play(300, second -> 0.52);
        assertThat(reading.stage()).isEqualTo(Stage.CALM);
    }

    @Test
    void aShortGapInAClimbCostsNothing() {
        play(3, fill(0.45, 240));
        atMillis += 4_000;
        assertThat(secondsUntil(Stage.PAGE, 60, second -> 0.45 + 0.548 / 240 * (7 + second))).isBetween(1, 12);
    }

    @Test
    void clocksThatJump() {
        for (long jump : new long[] {-86_400_000, 86_400_000, -3_600_000, 400 * 86_400_000L, -400 * 86_400_000L}) {
            atMillis += jump;
            play(600, second -> 0.45);
            assertThat(reading.stage()).isEqualTo(Stage.CALM);
        }
        play(5, fill(0.45, 240));
        atMillis -= 7_200_000;
        assertThat(secondsUntil(Stage.PAGE, 60, second -> 0.45 + 0.548 / 240 * (5 + second))).isBetween(1, 12);
        assertThat(reading.climb().onsetMillis()).isLessThanOrEqualTo(reading.atMillis() + 7_200_000);
    }

    @Test
    void withoutALimitThereIsNothingToSayAndALimitThatComesIsNoClimb() {
        limit = 0;
        play(600, second -> 0.45 + second / 1_000);
        assertThat(reading).isEqualTo(Reading.calm(atMillis));
        limit = 2 * LIMIT;
        play(600, second -> 1.05);
        assertThat(reading.stage()).isEqualTo(Stage.CALM);
    }

    @Test
    void aLimitThatIsRaisedEndsTheClimbSooner() {
        assertThat(secondsUntil(Stage.PAGE, 60, fill(0.45, 240))).isPositive();
        double level = (reading.climb().levelBytes() / (double) LIMIT) - 0.002;
        limit = 4 * LIMIT;
        play(1_200, second -> level);
        assertThat(reading.stage()).isEqualTo(Stage.CALM);
    }

    @Test
    void aLimitThatIsLoweredBelowWhatIsUsedIsFullAndNoClimb() {
        limit = LIMIT / 3;
        play(600, second -> 0.45);
        assertThat(reading.stage()).isEqualTo(Stage.NOTIFY);
        assertThat(reading.concern()).isEqualTo(Concern.FULL);
        assertThat(reading.reason()).isEqualTo("memory is at its limit, writes will be refused; 431 MB of 318 MB used");
        limit = LIMIT;
        play(610, second -> 0.45);
        assertThat(reading.stage()).isEqualTo(Stage.CALM);
    }

    @Test
    void aCacheThatFillsForTheFirstTimeIsToldOfAndThenIsUsedToIt() {
        evicting = true;
        play(300, fill(0.45, 240).andThen(level -> Math.min(level, 0.99)));
        assertThat(reading.stage()).isEqualTo(Stage.CALM);
        play(3_600, second -> 0.99);
        play(300, second -> 0.3);
        play(3_600 * 2, second -> 0.3);
        assertThat(secondsUntil(Stage.SUSPECT, 240, fill(0.3, 240))).isEqualTo(-1);
    }

    @Test
    void aTargetThatEvictsAndNeverWasFullIsToldOfButWakesNobody() {
        evicting = true;
        assertThat(secondsUntil(Stage.NOTIFY, 60, fill(0.45, 240))).isBetween(5, 15);
        assertThat(reading.concern()).isEqualTo(Concern.CLIMB);
        assertThat(secondsUntil(Stage.PAGE, 120, second -> 0.5 + 0.4 * second / 120)).isEqualTo(-1);
    }

    @Test
    void aTargetThatEvictsAndRefusesAllTheSame() {
        evicting = true;
        refused++;
        step(0.45);
        assertThat(reading.stage()).as("once is bad luck").isEqualTo(Stage.CALM);
        play(30, second -> 0.45);
        int seen = secondsUntil(Stage.PAGE, 10, second -> {
            refused++;
            return 0.45;
        });
        assertThat(seen).isBetween(3, 4);
    }

    @Test
    void aPrefixIsJudgedByWhatItEverDid() {
        for (int minute = 0; minute < 8 * 24 * 60; minute++) {
            for (int second = 0; second < 60; second += 20) {
                atMillis += 20_000;
                cpuNanos += 100_000_000;
                reading = detector.accept(sample(0.45));
            }
            detector.observePrefix("queue:", (0.1 + (minute % 600 < 10 ? 0.01 * (minute % 600) : 0)) * LIMIT);
            detector.observePrefix("cache:", 0.3 * LIMIT);
        }
        assertThat(detector.neverGrewLikeThis("queue:", 0.1 * LIMIT)).isFalse();
        assertThat(detector.neverGrewLikeThis("queue:", 0.2 * LIMIT)).isTrue();
        assertThat(detector.neverGrewLikeThis("cache:", 0.02 * LIMIT)).isTrue();
        assertThat(detector.neverGrewLikeThis("cache:", 0.005 * LIMIT)).as("too little to say").isFalse();
        assertThat(detector.neverGrewLikeThis("new:", 0.02 * LIMIT)).isTrue();
    }

    @Test
    void anEpisodeHoldsItsStageAndItsOnsetAndEndsTenMinutesAfterItsExcess() {
        assertThat(secondsUntil(Stage.PAGE, 60, fill(0.45, 240))).isPositive();
        long onset = reading.climb().onsetMillis();
        play(60, second -> 0.5);
        assertThat(reading.stage()).isEqualTo(Stage.PAGE);
        assertThat(reading.climb().onsetMillis()).isEqualTo(onset);
        play(590, second -> 0.5);
        assertThat(reading.stage()).isEqualTo(Stage.PAGE);
        play(600, second -> 0.5);
        assertThat(reading.stage()).isEqualTo(Stage.CALM);
    }

    @Test
    void anEpisodeEndsHalfAMinuteAfterItsFillWasDropped() {
        assertThat(secondsUntil(Stage.PAGE, 120, fill(0.45, 240))).isPositive();
        play(60, second -> 0.6);
        play(25, second -> 0.452);
        assertThat(reading.stage()).isEqualTo(Stage.PAGE);
        assertThat(reading.reason()).isEqualTo("memory climbed, and what was added is gone: at 45 % of 954 MB");
        play(10, second -> 0.452);
        assertThat(reading.stage()).isEqualTo(Stage.CALM);
    }

    /** What dips for a moment, or comes down by half, is not over. */
    @Test
    void anEpisodeGoesOnWhileAGoodPartOfTheFillIsThere() {
        assertThat(secondsUntil(Stage.PAGE, 120, fill(0.45, 240))).isPositive();
        play(60, second -> 0.6);
        for (int dip = 0; dip < 5; dip++) {
            play(20, second -> 0.45);
            play(5, second -> 0.5);
            assertThat(reading.stage()).isEqualTo(Stage.PAGE);
        }
        play(300, second -> 0.52);
        assertThat(reading.stage()).as(reading.reason()).isEqualTo(Stage.PAGE);
    }

    /** A level that was only reached because something had gone wrong is not one that the next climb may pass unseen. */
    @Test
    void whatAnIncidentReachedIsNoHighWater() {
        play(240, fill(0.45, 240));
        for (int second = 0; second < 60; second++) {
            refused += 10;
            step(0.998);
        }
        play(1_200, second -> 0.45);
        assertThat(reading.stage()).isEqualTo(Stage.CALM);
        assertThat(secondsUntil(Stage.PAGE, 240, fill(0.45, 240))).isBetween(5, 30);
    }

    @Test
    void aClientThatDoesNotReadIsNamedAsSuch() {
        for (int second = 1; second <= 30; second++) {
            clients = 0.002 + 0.003 * second;
            step(0.45);
        }
        assertThat(reading.stage()).isEqualTo(Stage.PAGE);
        assertThat(reading.concern()).isEqualTo(Concern.CLIENT_BUFFERS);
        assertThat(reading.reason()).startsWith("buffers of clients and replicas grow");
    }

    @Test
    void aPrefixThatNeverGrewLikeThisPagesWhereBurstsHaveMadeUsPatient() {
        for (int burst = 0; burst < 10; burst++) {
            play(60, second -> 0.45 + 0.12 * second / 60);
            play(600, second -> 0.57);
            play(900, second -> 0.57 - 0.12 * second / 900);
            play(5_400, second -> 0.45);
        }
        assertThat(reading.stage()).isEqualTo(Stage.CALM);
        byte[] state = DetectorState.save(detector);
        int patient = secondsUntil(Stage.PAGE, 240, fill(0.45, 240));
        detector = DetectorState.restore(state, AT_ONCE).detector();
        int named = -1;
        for (int second = 1; second <= 240 && named < 0; second++) {
            atMillis += 1_000;
            cpuNanos += 100_000_000;
            if (detector.accept(sample(fill(0.45, 240).applyAsDouble(second)), true).stage() == Stage.PAGE) {
                named = second;
            }
        }
        assertThat(patient).isGreaterThan(40);
        assertThat(named).isBetween(10, 30);
    }

    @Test
    void whatPeopleCallAnIncidentIsNotLearned() {
        for (int i = 0; i < 2; i++) {
            long onset = atMillis;
            play(80, fill(0.45, 240));
            play(1_200, second -> 0.633);
            play(3_600, second -> 0.45);
            if (i == 0) {
                detector.wasIncidentSince(onset);
            }
            play(6_000, second -> 0.45);
            byte[] state = DetectorState.save(detector);
            int seen = secondsUntil(Stage.PAGE, 200, fill(0.45, 240));
            assertThat(seen).as("after %d", i).isBetween(i == 0 ? 5 : 60, i == 0 ? 15 : 150);
            detector = DetectorState.restore(state, AT_ONCE).detector();
        }
    }

    @Test
    void aCacheThatLivesAtItsLimitIsCalm() {
        evicting = true;
        play(3_600, second -> {
            hits += 900;
            misses += 100;
            evicted += 20;
            return 0.995;
        });
        assertThat(reading.stage()).isEqualTo(Stage.CALM);
    }

    @Test
    void sessionsThrownOutToMakeRoomAreAStorm() {
        evicting = true;
        play(1_800, second -> 0.9);
        int seen = secondsUntil(Stage.PAGE, 120, second -> {
            evicted += 500;
            return 0.998;
        });
        assertThat(seen).isBetween(5, 30);
        assertThat(reading.concern()).isEqualTo(Concern.EVICTION_STORM);
        assertThat(reading.reason()).contains("% of them since the onset, beyond the usual 0 % an hour");
    }

    @Test
    void aCacheThatFindsNothing() {
        evicting = true;
        play(3_600, second -> {
            hits += 900;
            misses += 100;
            return 0.995;
        });
        int seen = secondsUntil(Stage.PAGE, 600, second -> {
            hits += 300;
            misses += 700;
            return 0.9;
        });
        assertThat(seen).isBetween(60, 200);
        assertThat(reading.concern()).isEqualTo(Concern.HIT_RATE_FALL);
        assertThat(reading.reason()).matches("hit rate \\d+ % where \\d+ % is usual; as if nothing had been found for .*");
    }

    @Test
    void countersThatAreResetAreNoStorm() {
        evicting = true;
        evicted = 1_000_000;
        play(1_800, second -> 0.995);
        evicted = 0;
        hits = 0;
        play(10, second -> 0.995);
        assertThat(reading.stage()).isEqualTo(Stage.CALM);
    }

    /** The interpreters of a Cofferdam's first scripts: what an account has of its own for that is no climb when it is used, and what goes beyond it is one. */
    @Test
    void whatAnAccountWasPromisedIsNoClimb() {
        detector = new TargetDetector(AT_ONCE);
        for (int second = 0; second < 1_200; second++) {
            double used = Math.min(0.15, second < 600 ? 0 : (second - 600) / 10 * 0.03);
            assertThat(ofAccount(second, used).stage()).as("second %d", second).isEqualTo(Stage.CALM);
        }
        int seen = -1;
        for (int second = 0; second < 120 && seen < 0; second++) {
            seen = ofAccount(1_200 + second, 0.15 + second * 0.004).stage() == Stage.PAGE ? second : -1;
        }
        assertThat(seen).isBetween(5, 40);
    }

    private Reading ofAccount(int second, double used) {
        long bytes = (long) (used * LIMIT);
        return detector.accept(new Sample(START + second * 1_000L, bytes, LIMIT, bytes, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, false, -1,
                (long) (0.16 * LIMIT)));
    }

    @Test
    void theModeThatWakesNobody() {
        detector = new TargetDetector(new DetectorOptions(0, Stage.NOTIFY));
        play(3_600, second -> 0.45);
        play(240, fill(0.45, 240));
        refused = 10;
        step(0.998);
        assertThat(reading.stage()).isEqualTo(Stage.NOTIFY);
        assertThat(reading.concern()).isEqualTo(Concern.FULL);
    }
}

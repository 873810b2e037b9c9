// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A watch that begins beside a server that is filling knows nothing of it: it wakes nobody for what loads and stops, and somebody in time for what does not. */
class WarmUpTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 1);
    private static final int RUNS = 400;

    private static WarmUpBed bed(DetectorOptions options) {
        WarmUpBed bed = new WarmUpBed(options);
        for (int run = 0; run < RUNS; run++) {
            bed.run(SEED + run);
        }
        return bed;
    }

    @Test
    void whileItLearns() {
        WarmUpBed bed = bed(DetectorOptions.DEFAULTS);
        assertThat(bed.falsePages()).as("pages for %d that stopped", bed.stopped()).isZero();
        assertThat(bed.missed()).as("of %d that did not, seeds from %d", bed.filled(), SEED).isZero();
        assertThat(bed.lead(0.5)).isGreaterThanOrEqualTo(45);
        assertThat(bed.part(0.05)).as("of the time there was").isGreaterThanOrEqualTo(0.15);
    }

    @Test
    void whereNothingIsToBeLearned() {
        WarmUpBed bed = bed(new DetectorOptions(0, Stage.PAGE));
        assertThat(bed.falsePages()).as("pages for %d that stopped", bed.stopped()).isZero();
        assertThat(bed.missed()).as("of %d that did not, seeds from %d", bed.filled(), SEED).isZero();
        assertThat(bed.lead(0.5)).isGreaterThanOrEqualTo(45);
    }

    /** Once it is warm it is a target like any other: what it loaded is no habit that would make us patient. */
    @Test
    void afterItTheFirstClimbIsSeenAtOnce() {
        TargetDetector detector = new TargetDetector(new DetectorOptions(0, Stage.PAGE));
        Chance chance = new Chance(SEED);
        Stage stage = Stage.CALM;
        for (int second = 0; second < 110; second++) {
            double held = Math.min(0.3, 0.3 * second / 40) + 0.0005 * chance.normal();
            stage = detector.accept(WarmUpBed.sample(second, held)).stage();
        }
        assertThat(stage).as("warm").isEqualTo(Stage.CALM);
        int paged = 0;
        for (int second = 1; second <= 240 && paged == 0; second++) {
            double held = 0.3 + 0.69 * second / 240 + 0.0005 * chance.normal();
            paged = detector.accept(WarmUpBed.sample(110 + second, held)).stage() == Stage.PAGE ? second : 0;
        }
        assertThat(paged).isBetween(4, 20);
    }
}

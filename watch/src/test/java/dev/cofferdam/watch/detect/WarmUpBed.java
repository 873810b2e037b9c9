// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import dev.cofferdam.watch.probe.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Watches begun beside a server that is filling: nothing is known of it, and it is young. Half of them load what they always hold, 20 to 65 % of the limit, and stop; the others never
 * stop. One thread.
 *
 * <p>A fill takes 20 seconds to ten minutes to where it would stop, or one to ten minutes to the limit; the watch begins somewhere on the way, or with it.
 */
final class WarmUpBed {
    private static final long LIMIT = DetectionBed.LIMIT;
    private static final long START_MILLIS = 1_767_571_200_000L;
    /** After the loading it is watched for so long. */
    private static final int AFTER_SECONDS = 1_800;

    private int stopped;
    private int falsePages;
    private int falseNotices;
    /** Of those that did not stop: seconds from the page to the first refusal; below 0 when there was none before. */
    private final List<Double> leads = new ArrayList<>();
    /** The same as part of what was left when the watch began. */
    private final List<Double> parts = new ArrayList<>();
    private final DetectorOptions options;

    WarmUpBed(DetectorOptions options) {
        this.options = options;
    }

    void run(long seed) {
        Chance chance = new Chance(seed * 191);
        stops(chance);
        fills(chance);
    }

    private void stops(Chance chance) {
        double level = chance.between(0.20, 0.65);
        double seconds = 20 * StrictMath.pow(30, chance.uniform());
        FillShape shape = FillShape.values()[chance.below(FillShape.values().length)];
        int from = chance.uniform() < 0.3 ? 0 : (int) (seconds * chance.between(0, 0.9));
        TargetDetector detector = new TargetDetector(options);
        Stage gravest = Stage.CALM;
        for (int second = from; second < seconds + AFTER_SECONDS; second++) {
            double held = second >= seconds ? level : level * shape.at(second / seconds);
            Stage stage = detector.accept(sample(second, held + 0.0005 * chance.normal())).stage();
            gravest = stage.atLeast(gravest) ? stage : gravest;
        }
        stopped++;
        falsePages += gravest == Stage.PAGE ? 1 : 0;
        falseNotices += gravest.atLeast(Stage.NOTIFY) ? 1 : 0;
    }

    private void fills(Chance chance) {
        double seconds = 60 * StrictMath.pow(10, chance.uniform());
        FillShape shape = FillShape.values()[chance.below(FillShape.values().length)];
        int from = chance.uniform() < 0.3 ? 0 : (int) (seconds * chance.between(0, 0.75));
        TargetDetector detector = new TargetDetector(options);
        int paged = 0;
        int full = from;
        while (full < seconds && shape.at(full / seconds) < 0.999) {
            Stage stage = detector.accept(sample(full, shape.at(full / seconds) + 0.0005 * chance.normal())).stage();
            paged = paged == 0 && stage == Stage.PAGE ? full : paged;
            full++;
        }
        leads.add(paged == 0 ? -1.0 : full - paged);
        parts.add(paged == 0 ? 0 : (full - paged) / (double) (full - from));
    }

    static Sample sample(int second, double held) {
        long used = (long) (Math.clamp(held + 0.01, 0, 1) * LIMIT);
        return new Sample(START_MILLIS + second * 1_000L, used, LIMIT, Math.max(0, used - LIMIT / 200), LIMIT / 250, 0, 1_000_000, 500_000,
                0, 0,
                0, 0, 0, second * 5_000L, second * 200_000_000L, false, second);
    }

    int stopped() {
        return stopped;
    }

    int falsePages() {
        return falsePages;
    }

    int falseNotices() {
        return falseNotices;
    }

    int missed() {
        return (int) leads.stream().filter(lead -> lead < 0).count();
    }

    int filled() {
        return leads.size();
    }

    /** Seconds before the first refusal, percentile of all that did not stop. */
    double lead(double percentile) {
        return percentile(leads, percentile);
    }

    /** The same as part of the time there was to speak. */
    double part(double percentile) {
        return percentile(parts, percentile);
    }

    private static double percentile(List<Double> values, double percentile) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1, percentile * sorted.length)];
    }
}

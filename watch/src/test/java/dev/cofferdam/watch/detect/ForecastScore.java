// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How good the times to full were that were shown during fills, by the age of the fill. One thread. */
final class ForecastScore {
    static final int[] AGES = {12, 30, 90, 300};
    private final List<List<double[]>> shown = new ArrayList<>();
    private final @Nullable TimeToFull[] now = new TimeToFull[AGES.length];

    ForecastScore() {
        for (int i = 0; i < AGES.length; i++) {
            shown.add(new ArrayList<>());
        }
    }

    void begin() {
        Arrays.fill(now, null);
    }

    void note(int age, Reading reading) {
        for (int i = 0; i < AGES.length; i++) {
            if (age == AGES[i] && reading.climb() != null) {
                now[i] = reading.climb().timeToFull();
            }
        }
    }

    /** @param filledAfter when it was full indeed */
    void end(int filledAfter) {
        for (int i = 0; i < AGES.length; i++) {
            TimeToFull forecast = now[i];
            if (forecast != null) {
                double truth = filledAfter - AGES[i];
                boolean within = forecast.earliestSeconds() <= truth && truth <= forecast.latestSeconds();
                shown.get(i).add(new double[] {truth / forecast.likelySeconds(), within ? 1 : 0});
            }
        }
    }

    void add(ForecastScore other) {
        for (int i = 0; i < AGES.length; i++) {
            shown.get(i).addAll(other.shown.get(i));
        }
    }

    /** Truth by forecast. */
    double ratio(int age, double percentile) {
        double[] ratios = shown.get(age).stream().mapToDouble(one -> one[0]).sorted().toArray();
        return ratios[(int) (percentile * (ratios.length - 1))];
    }

    /** How often the truth lay within the range shown. */
    double within(int age) {
        return shown.get(age).stream().mapToDouble(one -> one[1]).average().orElse(0);
    }
}

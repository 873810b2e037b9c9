// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
    @Test
    void percentilesAreThoseOfTheSortedValuesToThreePercent() {
        long seed = Long.getLong("cofferdam.seed", System.nanoTime());
        Random random = new Random(seed);
        LatencyHistogram histogram = new LatencyHistogram();
        long[] values = new long[10_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (long) Math.exp(random.nextDouble() * 22);
            histogram.add(values[i]);
        }
        Arrays.sort(values);
        for (double percent : new double[] {0, 1, 50, 90, 99, 99.9, 100}) {
            long expected = values[(int) Math.max(0, Math.ceil(values.length * percent / 100) - 1)];
            assertThat((double) histogram.percentileNanos(percent)).as("p%s, seed %d", percent, seed).isCloseTo(expected,
                    within(expected * 0.032 + 1));
        }
        assertThat(histogram.total()).isEqualTo(values.length);
    }

    @Test
    void whatIsTooLongForItIsCountedInTheLastBucket() {
        LatencyHistogram histogram = new LatencyHistogram();
        histogram.add(Long.MAX_VALUE);
        histogram.add(0);
        histogram.add(-1);
        assertThat(histogram.total()).isEqualTo(3);
        assertThat(histogram.percentileNanos(50)).isZero();
        assertThat(histogram.percentileNanos(100)).isGreaterThan(17_000_000_000L);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import dev.cofferdam.watch.text.Words;
import org.jspecify.annotations.Nullable;

/**
 * How long until the limit is reached at the present rate, with the range that holds in four of five climbs. Immutable.
 *
 * <p>Nobody can know after ten seconds whether a climb will slow down or speed up. The range is what climbs of four shapes did, by the age of the climb.
 *
 * @param likelySeconds at the present rate
 * @param earliestSeconds the tenth percentile
 * @param latestSeconds the ninetieth percentile
 */
public record TimeToFull(double likelySeconds, double earliestSeconds, double latestSeconds) {
    /** A forecast beyond this is no forecast. */
    static final double HORIZON_SECONDS = 14 * 86_400.0;

    /** @return null when the rate does not lead to the limit within two weeks */
    static @Nullable TimeToFull of(double headroom, double bytesPerSecond, double ageSeconds) {
        if (bytesPerSecond <= 0 || headroom / bytesPerSecond > HORIZON_SECONDS) {
            return null;
        }
        double likely = headroom / bytesPerSecond;
        if (ageSeconds < 15) {
            return new TimeToFull(likely, 0.33 * likely, 2.1 * likely);
        }
        if (ageSeconds < 60) {
            return new TimeToFull(likely, 0.38 * likely, 2.1 * likely);
        }
        if (ageSeconds < 120) {
            return new TimeToFull(likely, 0.54 * likely, 2.0 * likely);
        }
        return new TimeToFull(likely, 0.6 * likely, 2.1 * likely);
    }

    /** {@code full in 3 min 40 s at the present rate (likely 1-8 min)}. */
    public String inWords() {
        if (likelySeconds < 1) {
            return "full now";
        }
        return "full in " + Words.seconds(likelySeconds) + " at the present rate ("
                + Words.range(earliestSeconds, latestSeconds)
                + ")";
    }
}

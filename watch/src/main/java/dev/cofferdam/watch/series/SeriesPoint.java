// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.series;

import dev.cofferdam.watch.detect.Stage;

/**
 * What is remembered of one stretch of time. Immutable.
 *
 * <p>Several are merged so that nothing is hidden by a coarser step: of levels the highest is kept (of used memory the lowest too), of the limit the latest, of
 * rates the mean, of stages the gravest.
 *
 * @param atMillis where the stretch begins
 * @param samples how many were merged; fewer than seconds when the target or the watcher was away
 */
public record SeriesPoint(long atMillis, int samples, long usedBytes, long usedLowestBytes, long limitBytes, long datasetBytes,
        long clientBytes, long keys, float evictionsPerSecond, float refusalsPerSecond, float hitsPerSecond, float missesPerSecond,
        Stage stage) {

    /** Part of the reads that found their key, 0 to 1; NaN when nobody read. */
    public float hitRate() {
        return hitsPerSecond / (hitsPerSecond + missesPerSecond);
    }

    SeriesPoint at(long millis) {
        return new SeriesPoint(millis, samples, usedBytes, usedLowestBytes, limitBytes, datasetBytes, clientBytes, keys, evictionsPerSecond,
                refusalsPerSecond, hitsPerSecond, missesPerSecond, stage);
    }

    /** This and a later one, as one that begins where this begins. */
    SeriesPoint merge(SeriesPoint later) {
        int both = Math.max(1, samples + later.samples);
        float weight = (float) later.samples / both;
        return new SeriesPoint(atMillis, both, Math.max(usedBytes, later.usedBytes), Math.min(usedLowestBytes, later.usedLowestBytes),
                later.limitBytes, Math.max(datasetBytes, later.datasetBytes), Math.max(clientBytes, later.clientBytes),
                Math.max(keys, later.keys), mean(evictionsPerSecond, later.evictionsPerSecond, weight),
                mean(refusalsPerSecond, later.refusalsPerSecond, weight), mean(hitsPerSecond, later.hitsPerSecond, weight),
                mean(missesPerSecond, later.missesPerSecond, weight), later.stage.atLeast(stage) ? later.stage : stage);
    }

    private static float mean(float earlier, float later, float weightOfLater) {
        return earlier + (later - earlier) * weightOfLater;
    }
}

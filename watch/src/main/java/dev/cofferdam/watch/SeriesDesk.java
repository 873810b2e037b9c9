// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch;

import dev.cofferdam.watch.console.PastDesk;
import dev.cofferdam.watch.series.SeriesStore;
import java.util.List;

/** The series on disk as the console reads them. Any thread. */
final class SeriesDesk implements PastDesk {
    private final SeriesStore series;

    SeriesDesk(SeriesStore series) {
        this.series = series;
    }

    @Override
    public List<Level> levels(String target, long fromMillis, long toMillis, long stepMillis) {
        return series.series(target, fromMillis, toMillis, stepMillis).points().stream()
            .map(point -> new Level(point.atMillis(), point.usedBytes(), point.usedLowestBytes(), point.limitBytes(),
                    point.refusalsPerSecond(),
                    point.evictionsPerSecond()))
            .toList();
    }
}

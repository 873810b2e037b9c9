// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console;

import java.util.ArrayList;
import java.util.List;

/**
 * What is usual at this time of the day: between the lowest and the highest level of the same hour on the days before. Stateless.
 *
 * <p>For the eye only: it is the background of the chart, and no detector looks at it.
 */
final class UsualBand {
    static final int DAYS_MAX = 7;
    /** On either side of the time of the day. */
    private static final long AROUND_MILLIS = 30 * 60_000L;
    private static final long DAY_MILLIS = 86_400_000L;
    private static final long STEP_MILLIS = 300_000;
    /** Levels of earlier days that are needed before anything is called usual: three hours of them. */
    private static final int LEVELS_MIN = 36;

    /** From then on, until the next: the lowest and highest that are usual. */
    record Usual(long atMillis, long lowestBytes, long highestBytes) {
    }

    private UsualBand() {
    }

    /** At some times from the first to the last; empty while too little is known. */
    static List<Usual> of(PastDesk past, String target, long fromMillis, long toMillis, int times) {
        List<PastDesk.Level> levels = past.levels(target, fromMillis - DAYS_MAX * DAY_MILLIS, fromMillis, STEP_MILLIS);
        List<Usual> band = new ArrayList<>();
        if (levels.size() < LEVELS_MIN) {
            return band;
        }
        long step = Math.max(1, (toMillis - fromMillis) / Math.max(1, times - 1));
        for (long at = fromMillis; at <= toMillis; at += step) {
            long lowest = Long.MAX_VALUE;
            long highest = 0;
            for (PastDesk.Level level : levels) {
                long apart = Math.floorMod(level.atMillis() - at, DAY_MILLIS);
                boolean near = Math.min(apart, DAY_MILLIS - apart) <= AROUND_MILLIS;
                // The hours right before are the present, not a day before.
                if (near && at - level.atMillis() > DAY_MILLIS / 2) {
                    lowest = Math.min(lowest, level.usedLowestBytes());
                    highest = Math.max(highest, level.usedBytes());
                }
            }
            if (highest > 0) {
                band.add(new Usual(at, lowest, highest));
            }
        }
        return band;
    }
}

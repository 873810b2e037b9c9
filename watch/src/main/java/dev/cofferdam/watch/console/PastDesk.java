// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console;

import java.util.List;

/** Where the console asks for a target's past; in the product the series on disk. Any thread. */
@FunctionalInterface
public interface PastDesk {
    /**
     * Levels from a time (inclusive) until another (exclusive), oldest first; stretches of which nothing is known are left out.
     *
     * @param stepMillis wanted; a coarser one may be given
     */
    List<Level> levels(String target, long fromMillis, long toMillis, long stepMillis);

    /**
     * What one stretch of time was like. Immutable.
     *
     * @param usedBytes highest of the stretch
     * @param usedLowestBytes lowest of the stretch
     */
    record Level(long atMillis, long usedBytes, long usedLowestBytes, long limitBytes, double refusalsPerSecond,
            double evictionsPerSecond) {
    }
}

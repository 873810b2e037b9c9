// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

import dev.cofferdam.memory.Clock;

/**
 * Wall time that never goes back, for series: it runs with the monotonic clock and follows the wall clock. Forward it follows at once (the machine slept); backward it
 * only runs slower, a tenth, until the two agree. One thread.
 */
public final class SteadyWallClock {
    private static final double SLEW = 0.1;
    private static final long AHEAD_MILLIS = 5_000;

    private final Clock clock;
    private double atMillis;
    private long lastNanos;

    public SteadyWallClock(Clock clock) {
        this.clock = clock;
        this.atMillis = clock.wallMillis();
        this.lastNanos = clock.monotonicNanos();
    }

    public long millis() {
        long nanos = clock.monotonicNanos();
        double elapsed = Math.max(0, nanos - lastNanos) / 1e6;
        lastNanos = nanos;
        double expected = atMillis + elapsed;
        double ahead = clock.wallMillis() - expected;
        double correction = ahead > AHEAD_MILLIS ? ahead : Math.clamp(ahead, -SLEW * elapsed, SLEW * elapsed);
        atMillis = expected + correction;
        return (long) atMillis;
    }
}

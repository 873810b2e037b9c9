// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.incident;

import dev.cofferdam.memory.Clock;

/** A clock that moves when a test says so. Any thread. */
public final class StillClock implements Clock {
    /** 2026-11-23 15:45:00 UTC. */
    public static final long START = 1_795_448_700_000L;

    private volatile long millis = START;

    public void advanceSeconds(double by) {
        millis += Math.round(by * 1000);
    }

    @Override
    public long wallMillis() {
        return millis;
    }

    @Override
    public long monotonicNanos() {
        return (millis - START) * 1_000_000;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch;

import dev.cofferdam.memory.Clock;
import java.time.Duration;

/** A clock a test moves by hand; its wall can be set apart from its monotonic time. Any thread may read it, one moves it. */
public final class HandClock implements Clock {
    /** 2026-11-23 15:45:00 UTC. */
    public static final long START_MILLIS = 1_795_448_700_000L;

    private volatile long wallMillis = START_MILLIS;
    private volatile long nanos;

    public void pass(Duration time) {
        wallMillis += time.toMillis();
        nanos += time.toNanos();
    }

    public void passMillis(long millis) {
        pass(Duration.ofMillis(millis));
    }

    public void passSeconds(double seconds) {
        passMillis(Math.round(seconds * 1000));
    }

    public void setWallBy(Duration jump) {
        wallMillis += jump.toMillis();
    }

    @Override
    public long wallMillis() {
        return wallMillis;
    }

    @Override
    public long monotonicNanos() {
        return nanos;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

import dev.cofferdam.memory.Clock;
import java.time.Duration;

/** A clock a test moves by hand; its wall can be set apart from its monotonic time. */
public final class HandClock implements Clock {
    private long wallMillis = 1_700_000_000_000L;
    private long nanos = 1_000_000_000L;

    public void pass(Duration time) {
        wallMillis += time.toMillis();
        nanos += time.toNanos();
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

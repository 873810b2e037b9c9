// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console;

import dev.cofferdam.memory.Clock;
import java.util.concurrent.atomic.AtomicLong;

/** Time that goes by when a test says so. Any thread. */
public final class ManualClock implements Clock {
    /** 2026-11-23 15:44:48 UTC. */
    public static final long START_MILLIS = 1_795_448_688_000L;
    private final AtomicLong millis = new AtomicLong();

    public void advance(long more) {
        millis.addAndGet(more);
    }

    @Override
    public long wallMillis() {
        return START_MILLIS + millis.get();
    }

    @Override
    public long monotonicNanos() {
        return millis.get() * 1_000_000;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.watch;

import dev.cofferdam.memory.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** The machine's clocks, set ahead by what the test says. Any thread. */
final class TurnedClock implements Clock {
    private final AtomicLong aheadNanos = new AtomicLong();

    void turn(Duration time) {
        aheadNanos.addAndGet(time.toNanos());
    }

    @Override
    public long wallMillis() {
        return Clock.system().wallMillis() + aheadNanos.get() / 1_000_000;
    }

    @Override
    public long monotonicNanos() {
        return Clock.system().monotonicNanos() + aheadNanos.get();
    }
}

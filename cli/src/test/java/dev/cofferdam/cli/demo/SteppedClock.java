// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import dev.cofferdam.memory.Clock;

/** Time that goes where a test puts it. */
final class SteppedClock implements Clock {
    volatile long nanos;

    @Override
    public long wallMillis() {
        return nanos / 1_000_000;
    }

    @Override
    public long monotonicNanos() {
        return nanos;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Clock;

/** A clock that moves when a test says so. */
public final class FakeClock implements Clock {
    private long millis = 1_790_000_000_000L;

    public void advanceMillis(long by) {
        millis += by;
    }

    @Override
    public long wallMillis() {
        return millis;
    }

    @Override
    public long monotonicNanos() {
        return millis * 1_000_000;
    }
}

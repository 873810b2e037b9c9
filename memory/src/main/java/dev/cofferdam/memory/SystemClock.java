// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.memory;

/** The machine's own clocks. */
enum SystemClock implements Clock {
    INSTANCE;

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public long monotonicNanos() {
        return System.nanoTime();
    }

    @Override
    public long threadCpuNanos() {
        return NativeMemory.threadCpuNanos();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.memory;

/**
 * Where time comes from, so that tests can hold it still. Any thread.
 */
public interface Clock {
    /** Milliseconds since 1970-01-01 UTC; may jump when somebody sets the machine's clock. */
    long wallMillis();

    /** Nanoseconds from an arbitrary start; never goes back. For durations. */
    long monotonicNanos();

    /** Processor time the calling thread has used. A clock that stands still, as those of tests, has none of its own. */
    default long threadCpuNanos() {
        return monotonicNanos();
    }

    /** The machine's clocks. */
    static Clock system() {
        return SystemClock.INSTANCE;
    }
}

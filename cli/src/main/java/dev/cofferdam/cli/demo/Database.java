// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import dev.cofferdam.memory.Clock;

/**
 * The database behind the cache, as a queue: it answers so many loads a second one after the other, and a load that would wait too long fails.
 *
 * <p>Owns the time at which it will be free. Any thread. Nothing really runs: a load costs its caller the time it would have taken.
 */
final class Database {
    private final Clock clock;
    private final long loadNanos;
    private final long patienceNanos;
    private long freeAtNanos;
    private long loads;

    Database(Clock clock, int loadsPerSecond, int patienceMillis) {
        this.clock = clock;
        this.loadNanos = 1_000_000_000L / loadsPerSecond;
        this.patienceNanos = patienceMillis * 1_000_000L;
        this.freeAtNanos = clock.monotonicNanos();
    }

    /** Waits for the answer and says whether it came; false at once when the queue is longer than anybody waits. */
    boolean load() throws InterruptedException {
        long waitNanos = enqueue();
        if (waitNanos < 0) {
            return false;
        }
        Thread.sleep(waitNanos / 1_000_000, (int) (waitNanos % 1_000_000));
        return true;
    }

    /** Nanoseconds until the answer, or -1. */
    synchronized long enqueue() {
        loads++;
        long now = clock.monotonicNanos();
        long answerAt = Math.max(now, freeAtNanos) + loadNanos;
        if (answerAt - now > patienceNanos) {
            return -1;
        }
        freeAtNanos = answerAt;
        return answerAt - now;
    }

    /** What was asked of it so far, answered or not. */
    synchronized long loads() {
        return loads;
    }
}

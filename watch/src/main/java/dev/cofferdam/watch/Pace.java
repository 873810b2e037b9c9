// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch;

import dev.cofferdam.memory.Clock;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Something done again and again at a steady rate, on a virtual thread of its own, until it is closed. A turn that took too long costs turns, it does not
 * make the next ones hurry. Closing waits for the turn that is on.
 */
final class Pace implements AutoCloseable {
    private static final Duration END_MAX = Duration.ofSeconds(5);

    private final Runnable turn;
    private final Clock clock;
    private final long everyNanos;
    private final Thread thread;
    private volatile boolean ended;

    /** Begins at once. */
    Pace(String name, Duration every, Clock clock, Runnable turn) {
        this.turn = turn;
        this.clock = clock;
        this.everyNanos = every.toNanos();
        this.thread = Thread.ofVirtual().name(name).start(this::run);
    }

    private void run() {
        long next = clock.monotonicNanos();
        while (!ended) {
            turn.run();
            next = Math.max(next + everyNanos, clock.monotonicNanos());
            for (long wait = next - clock.monotonicNanos(); wait > 0 && !ended; wait = next - clock.monotonicNanos()) {
                LockSupport.parkNanos(wait);
            }
        }
    }

    @Override
    public void close() {
        ended = true;
        LockSupport.unpark(thread);
        try {
            thread.join(END_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

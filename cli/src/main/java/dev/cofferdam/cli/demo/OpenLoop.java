// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import dev.cofferdam.memory.Clock;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends operations when they are due, whether or not earlier ones were answered: people do not wait for each other either.
 *
 * <p>Due times follow from seed and rate alone (Poisson arrivals), and each operation draws its own chance from seed and number: every server is asked the
 * same at the same time. Each operation runs on a virtual thread of {@code threads}. What cannot even be started, because so much is under way, is told so.
 */
final class OpenLoop {
    private static final int UNDER_WAY_MAX = 500;
    private static final long STEP = 0x9e3779b97f4a7c15L;

    /** One kind of thing to do. */
    interface Task {
        /** @param dueNanos when it should have begun, and latency counts from */
        void run(long dueNanos, SplittableRandom random) throws InterruptedException;

        /** Too much is under way; counts as a failure. */
        void shed();
    }

    private final Clock clock;
    private final ExecutorService threads;
    private final Semaphore underWay = new Semaphore(UNDER_WAY_MAX);

    OpenLoop(Clock clock, ExecutorService threads) {
        this.clock = clock;
        this.threads = threads;
    }

    /** Runs until the end on the caller's thread. */
    void run(long startNanos, long endNanos, double perSecond, long seed, Task task) {
        SplittableRandom arrivals = new SplittableRandom(seed);
        double due = startNanos;
        for (long number = 0; !Thread.currentThread().isInterrupted(); number++) {
            due -= Math.log(1 - arrivals.nextDouble()) / perSecond * 1e9;
            if (due >= endNanos) {
                return;
            }
            sleepUntil((long) due);
            try {
                start(task, (long) due, new SplittableRandom(seed + STEP * (number + 1)));
            } catch (RejectedExecutionException e) {
                return; // the demo has been ended, and with it the threads
            }
        }
    }

    private void start(Task task, long dueNanos, SplittableRandom random) {
        if (!underWay.tryAcquire()) {
            task.shed();
            return;
        }
        threads.execute(() -> {
            try {
                task.run(dueNanos, random);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                underWay.release();
            }
        });
    }

    private void sleepUntil(long dueNanos) {
        for (long left = dueNanos - clock.monotonicNanos(); left > 0; left = dueNanos - clock.monotonicNanos()) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            LockSupport.parkNanos(left);
        }
    }
}

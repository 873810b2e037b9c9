// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OpenLoopTest {
    private static final long SECOND = 1_000_000_000L;

    /** The time is over before it begins: everything is due at once, so nothing waits and nothing sleeps. */
    private final SteppedClock clock = new SteppedClock();

    OpenLoopTest() {
        clock.nanos = 100 * SECOND;
    }

    @Test
    void theSameSeedAsksTheSameAtTheSameTimes() {
        Map<Long, Integer> one = schedule(7);
        assertThat(one).isEqualTo(schedule(7)).isNotEqualTo(schedule(8));
        assertThat(one.size()).isBetween(800, 1200); // 100 a second for 10 seconds
        assertThat(List.copyOf(one.keySet()).getFirst()).isBetween(SECOND, 11 * SECOND);
        assertThat(List.copyOf(one.keySet()).getLast()).isLessThan(11 * SECOND);
    }

    @Test
    void operationsAreStartedWhenDueAlthoughNoneHasBeenAnsweredAndTheRestIsShed() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        AtomicInteger started = new AtomicInteger();
        AtomicInteger shed = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            new OpenLoop(clock, threads).run(SECOND, 11 * SECOND, 100, 7, new OpenLoop.Task() {
                @Override
                public void run(long dueNanos, SplittableRandom random) throws InterruptedException {
                    started.incrementAndGet();
                    answer.await();
                }

                @Override
                public void shed() {
                    shed.incrementAndGet();
                }
            });
            answer.countDown();
        }
        assertThat(started.get()).isEqualTo(500);
        assertThat(started.get() + shed.get()).isEqualTo(schedule(7).size());
    }

    /** What is drawn by each operation, by the time it is due. */
    private Map<Long, Integer> schedule(long seed) {
        Map<Long, Integer> drawn = new ConcurrentSkipListMap<>();
        // On the caller's thread, so that nothing is ever under way.
        try (ExecutorService threads = new DirectExecutor()) {
            new OpenLoop(clock, threads).run(SECOND, 11 * SECOND, 100, seed, new OpenLoop.Task() {
                @Override
                public void run(long dueNanos, SplittableRandom random) {
                    drawn.put(dueNanos, random.nextInt());
                }

                @Override
                public void shed() {
                    throw new AssertionError("nothing is under way");
                }
            });
        }
        return drawn;
    }

    private static final class DirectExecutor extends java.util.concurrent.AbstractExecutorService {
        @Override
        public void execute(Runnable command) {
            command.run();
        }

        @Override
        public void shutdown() {
        }

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return true;
        }

        @Override
        public boolean isTerminated() {
            return true;
        }

        @Override
        public boolean awaitTermination(long timeout, java.util.concurrent.TimeUnit unit) {
            return true;
        }
    }
}

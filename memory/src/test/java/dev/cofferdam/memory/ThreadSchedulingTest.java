// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class ThreadSchedulingTest {
    @Test
    void aThreadGivesWayAndTheOthersDoNot() throws Exception {
        AtomicReference<String> niceBefore = new AtomicReference<>();
        AtomicReference<String> niceAfter = new AtomicReference<>();
        AtomicReference<Boolean> taken = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            niceBefore.set(nice("thread-self"));
            taken.set(ThreadScheduling.change(3, 200_000));
            niceAfter.set(nice("thread-self"));
        });
        String own = nice("thread-self");
        thread.start();
        thread.join();
        Assumptions.assumeTrue(taken.get(), "this system does not let a thread change its scheduling");
        assertThat(Integer.parseInt(niceAfter.get())).isEqualTo(Math.min(19, Integer.parseInt(niceBefore.get()) + 3));
        assertThat(nice("thread-self")).isEqualTo(own);
    }

    @Test
    void theSliceOfANamedThreadIsWhatWasAskedFor() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        AtomicReference<String> task = new AtomicReference<>();
        CountDownLatch known = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            task.set(threadsFolder());
            known.countDown();
            try {
                done.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, "named-for-this");
        thread.start();
        try {
            known.await();
            assertThat(ThreadScheduling.changeNamed("nobody is called so", 3_000_000)).isZero();
            Assumptions.assumeTrue(ThreadScheduling.changeNamed("named-for-", 3_000_000) == 1,
                    "this system does not let a thread change its scheduling");
            Path sched = Path.of(task.get(), "sched");
            Assumptions.assumeTrue(Files.exists(sched) && Files.readString(sched).contains("se.slice"), "this kernel does not tell slices");
            assertThat(Files.readString(sched)).containsPattern("se\\.slice +: +3000000");
        } finally {
            done.countDown();
            thread.join();
        }
    }

    private static String threadsFolder() {
        try {
            return Path.of("/proc/thread-self").toRealPath().toString();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The 19th word of the thread's stat file; the name before may have blanks, and ends with the last bracket. */
    private static String nice(String task) {
        try {
            String stat = Files.readString(Path.of("/proc", task, "stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16];
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

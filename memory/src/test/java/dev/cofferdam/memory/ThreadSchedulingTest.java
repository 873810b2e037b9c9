// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
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

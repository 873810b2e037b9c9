// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.watch.detect.Stage;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 while it writes as fast as it can: what was acknowledged is there, and the ring goes on. */
class SeriesStoreCrashTest {
    private static final long START = 1_795_448_700_000L;
    private static final int ROUNDS = 3;

    @TempDir Path folder;

    @Test
    void whatWasWrittenBeforeAKillIsThere() throws IOException, InterruptedException {
        long second = 0;
        for (int round = 1; round <= ROUNDS; round++) {
            Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m",
                    "-XX:TieredStopAtLevel=1",
                    "-cp", System.getProperty("java.class.path"), Writer.class.getName(), folder.toString(), Long.toString(second))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
            long acknowledged = second - 1;
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                while (acknowledged < second + 700L * round) {
                    String line = lines.readLine();
                    assertThat(line).as("the writer goes on until it is killed").isNotNull();
                    acknowledged = Long.parseLong(line);
                }
                process.destroyForcibly().waitFor();
            }
            try (SeriesStore store = new SeriesStore(folder)) {
                List<SeriesPoint> points = store.series("t", START, START + acknowledged * 1000 + 1, 1_000).points();
                assertThat(points).hasSize((int) acknowledged + 1);
                assertThat(points.getLast().usedBytes()).isEqualTo(acknowledged);
                assertThat(store.damagedSlots()).isLessThanOrEqualTo(3);
            }
            second = acknowledged + 1;
        }
    }

    /** The process that is killed. */
    static final class Writer {
        private Writer() {
        }

        public static void main(String[] arguments) {
            try (SeriesStore store = new SeriesStore(Path.of(arguments[0]))) {
                for (long second = Long.parseLong(arguments[1]);; second++) {
                    store.append("t", SeriesStoreTest.sample(START + second * 1000, second, 0, 0), Stage.CALM);
                    System.out.println(second);
                }
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.incident;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A watch that is killed with signal 9 while it writes: what it said it had written is there, and the next one goes on. */
class IncidentCrashTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 42);

    @TempDir Path folder;

    @Test
    void whatWasSaidIsThereAfterAKill() throws IOException, InterruptedException {
        SplittableRandom chance = new SplittableRandom(SEED);
        long notes = 0;
        for (String person : List.of("Anna", "Ben", "Cleo")) {
            long said = killAfter(1 + chance.nextInt(60), person);
            Scene scene = new Scene(folder, IncidentOptions.DEFAULTS);
            assertThat(scene.book.live()).hasSize(1);
            long written = scene.current().timeline().stream().filter(line -> line.author().equals(person)).count();
            assertThat(written).as("notes of %s, seed %d", person, SEED).isBetween(said, said + 1);
            notes += written;
        }
        Scene scene = new Scene(folder, IncidentOptions.DEFAULTS);
        assertThat(Scene.kinds(scene.current()).stream().filter(kind -> kind == TimelineEntry.Kind.NOTE).count()).isEqualTo(notes);
        assertThat(scene.book.counts().damagedLines()).isZero();
    }

    /** How many notes the process said it had written; it is killed after that many, or a few more. */
    private long killAfter(int notes, String person) throws IOException, InterruptedException {
        Process watch = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp", System.getProperty("java.class.path"), CrashingWatch.class.getName(), folder.toString(), person)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
        long said = 0;
        try (BufferedReader out = watch.inputReader()) {
            while (said < notes && out.readLine() != null) {
                said++;
            }
            // By its handle: the process itself would close the pipe that is still to be read.
            watch.toHandle().destroyForcibly();
            while (out.readLine() != null) {
                said++;
            }
        } finally {
            watch.destroyForcibly();
            assertThat(watch.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(said).isGreaterThanOrEqualTo(notes);
        return said;
    }
}

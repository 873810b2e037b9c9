// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.incident;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.watch.attribute.Attribution;
import dev.cofferdam.watch.attribute.Culprit;
import dev.cofferdam.watch.detect.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The record on the disk: whole after damage, bounded, and no reason to fall. */
class IncidentStoreTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 42);

    @TempDir Path folder;

    private final IncidentOptions options = IncidentOptions.DEFAULTS;

    @Test
    void everyCulpritComesBackAsItWas() {
        List<Culprit> culprits = List.of(new Culprit.Prefix(3, "a:<n>", "a:", 1, 0.5, 0.25, 1e6, false, Double.NaN, 0.99),
                new Culprit.Key(0, "queue:mail", "list", 750_000, 1, 0.99, 3.4e6),
                new Culprit.ClientBuffer(7, "10.0.0.1:99", "slow-sub", "app", "pubsub", 49, 0.98),
                new Culprit.ServerOverhead("dictionary resize", 1 << 20, true), new Culprit.Undecided("too early"));
        for (Culprit culprit : culprits) {
            Path own = folder.resolve(culprit.getClass().getSimpleName());
            Scene scene = new Scene(own, options);
            scene.onset();
            scene.run(3, Stage.NOTIFY, 18);
            scene.book.found(Scene.TARGET, new Attribution(5, culprit, 6, List.of(), Scene.named("x").writers(), 7, 8));
            Incident before = scene.current();
            scene.restart();
            assertThat(scene.current()).isEqualTo(before);
        }
    }

    @Test
    void aKilledWatchGoesOnWhereItWas() {
        Scene scene = new Scene(folder, options);
        scene.untilPage();
        Incident before = scene.current();
        scene.restart();
        assertThat(scene.current().timeline()).isEqualTo(before.timeline());
        assertThat(scene.current().id()).isEqualTo(before.id());
        scene.run(5, Stage.PAGE, 18);
        assertThat(scene.current().timeline()).as("no second page").isEqualTo(before.timeline());
        assertThat(scene.book.counts().paged()).isZero();
        scene.refused = 10;
        scene.run(1, Stage.PAGE, 0);
        assertThat(scene.current().refusedWrites()).isEqualTo(10);
    }

    @Test
    void whateverIsTornOffTheEndTheRestIsThere() throws IOException {
        Scene scene = new Scene(folder, options);
        scene.untilPage();
        Incident whole = scene.current();
        Path file = only();
        byte[] bytes = Files.readAllBytes(file);
        SplittableRandom chance = new SplittableRandom(SEED);
        int before = -1;
        for (int i = 0; i < 60; i++) {
            int kept = i < 3 ? new int[] {0, 1, bytes.length - 1}[i] : chance.nextInt(bytes.length);
            Files.write(file, java.util.Arrays.copyOf(bytes, kept));
            scene.restart();
            Incident read = scene.book.find(whole.id());
            int lines = 0;
            for (int at = 0; at < kept; at++) {
                lines += bytes[at] == '\n' ? 1 : 0;
            }
            assertThat(read == null).as("%d of %d bytes, seed %d", kept, bytes.length, SEED).isEqualTo(lines == 0);
            if (read != null) {
                assertThat(whole.timeline()).startsWith(read.timeline().toArray(TimelineEntry[]::new));
                // What is written next must be readable, whatever stood at the end.
                scene.book.note(whole.id(), "Anna", "after the damage");
                scene.restart();
                Incident noted = scene.book.find(whole.id());
                assertThat(noted).isNotNull();
                assertThat(noted.timeline().getLast().text()).isEqualTo("after the damage");
            }
            before = Math.max(before, kept);
        }
        assertThat(before).isPositive();
    }

    @Test
    void aDamagedLineInTheMiddleCostsThatLine() throws IOException {
        Scene scene = new Scene(folder, options);
        scene.untilPage();
        Incident whole = scene.current();
        List<String> lines = Files.readAllLines(only());
        lines.replaceAll(line -> line.contains("\"kind\":\"NAMED\"") ? line.replace("SUSPECT", "SUSPEKT") : line);
        Files.write(only(), lines);
        scene.restart();
        Incident read = scene.current();
        assertThat(read.stage()).isEqualTo(Stage.PAGE);
        assertThat(read.timeline()).isSubsetOf(whole.timeline()).hasSize(whole.timeline().size() - 1);
        assertThat(scene.book.counts().damagedLines()).isEqualTo(1);
    }

    @Test
    void whatIsNotOursIsLeftAlone() throws IOException {
        Files.writeString(folder.resolve("notes.txt"), "mine");
        Files.writeString(folder.resolve("20261123-154500-aaaa.jsonl"), "\0\0garbage\n{}\n");
        Files.writeString(folder.resolve("20261123-154500-bbbb.jsonl"), "{\"format\":99}\n");
        Scene scene = new Scene(folder, options);
        assertThat(scene.book.recent()).isEmpty();
        scene.untilPage();
        assertThat(folder.resolve("notes.txt")).hasContent("mine");
        assertThat(scene.book.counts().damagedLines()).isEqualTo(3);
    }

    @Test
    void aDiskThatRefusesCostsTheRecordNotTheIncident() throws IOException {
        Path notAFolder = Files.writeString(folder.resolve("file"), "in the way");
        Scene scene = new Scene(notAFolder, options);
        scene.untilPage();
        assertThat(scene.current().stage()).isEqualTo(Stage.PAGE);
        assertThat(scene.book.counts().failedWrites()).isPositive();
        assertThat(scene.book.counts().trouble()).startsWith("The record of incidents cannot be written: ");
        Files.delete(notAFolder);
        scene.book.note(scene.current().id(), "Anna", "the disk is back");
        assertThat(scene.book.counts().trouble()).isEmpty();
        Incident before = scene.current();
        scene.restart();
        assertThat(scene.current().timeline()).as("no line was lost").isEqualTo(before.timeline());
    }

    @Test
    void theOldestMakeRoom() throws IOException {
        IncidentOptions few = new IncidentOptions(60, 60, 300, 600, 30, 120, 10, IncidentOptions.Force.NEVER, 5, 16L << 20);
        Scene scene = new Scene(folder, few);
        String last = "";
        for (int i = 0; i < 12; i++) {
            scene.usedBytes = 4000 * Scene.MB;
            scene.untilPage();
            last = scene.current().id();
            scene.book.resolve(last, "Anna");
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(5);
        }
        assertThat(scene.book.counts().deleted()).isEqualTo(7);
        assertThat(scene.book.find(last)).isNotNull();
    }

    @Test
    void anIncidentOfADayStaysSmall() throws IOException {
        Scene scene = new Scene(folder, options);
        scene.untilPage();
        scene.usedBytes = 4200 * Scene.MB;
        scene.run(86_400, Stage.PAGE, 0);
        assertThat(Files.size(only())).isLessThan(600_000);
        assertThat(Files.readString(only(), StandardCharsets.UTF_8).lines()).hasSizeBetween(100, 1000);
    }

    @Test
    void vanishedDraftsLeaveNothing() throws IOException {
        Scene scene = new Scene(folder, options);
        scene.onset();
        scene.run(3, Stage.SUSPECT, 18);
        assertThat(only()).exists();
        scene.calm(60);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    private Path only() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jsonl")).findFirst().orElseThrow();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTest {
    @TempDir Path folder;
    private Path file;

    @BeforeEach
    void fiveLines() throws IOException {
        file = folder.resolve("audit.jsonl");
        for (int i = 0; i < 5; i++) {
            // Each by an instance of its own, as processes that take turns would.
            new Audit(file).append(i, "prod", "anna", "plan", Map.of("text", "a \"quoted\" line\nand \u0000 another,\"torn\":\"x\" " + i));
        }
    }

    @Test
    void isWhole() throws IOException {
        assertThat(new Audit(file).verify()).isEqualTo(new Audit.Verdict(5, 0, false));
        assertThat(new Audit(folder.resolve("none")).verify().firstBad()).isZero();
    }

    @Test
    void everyChangeShows() throws IOException {
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < 5; i++) {
            List<String> changed = new ArrayList<>(lines);
            changed.set(i, changed.get(i).replace("anna", "otto"));
            Files.write(file, changed);
            assertThat(new Audit(file).verify().firstBad()).isEqualTo(i + 1);
            if (i < 4) {
                List<String> shorter = new ArrayList<>(lines);
                shorter.remove(i);
                Files.write(file, shorter);
                assertThat(new Audit(file).verify().firstBad()).isEqualTo(i + 1);
            }
        }
        List<String> swapped = new ArrayList<>(lines);
        swapped.set(1, lines.get(2));
        swapped.set(2, lines.get(1));
        Files.write(file, swapped);
        assertThat(new Audit(file).verify().firstBad()).isEqualTo(2);
    }

    @Test
    void aTornLineIsNoForgery() throws IOException {
        String whole = Files.readString(file);
        for (int cut = 1; cut < 150; cut += 7) {
            Files.writeString(file, whole.substring(0, whole.length() - cut));
            Audit audit = new Audit(file);
            audit.append(9, "prod", "anna", "plan", Map.of());
            assertThat(audit.verify().firstBad()).as("cut by %d", cut).isZero();
            audit.append(10, "prod", "anna", "plan", Map.of());
            assertThat(audit.verify().firstBad()).as("cut by %d", cut).isZero();
        }
    }

    @Test
    void nonsenseBetweenShows() throws IOException {
        Files.writeString(file, "nonsense\n", StandardOpenOption.APPEND);
        new Audit(file).append(9, "prod", "anna", "plan", Map.of());
        assertThat(new Audit(file).verify().firstBad()).isEqualTo(7);
    }

    @Test
    void longDetailsAreCut() throws IOException {
        Audit audit = new Audit(file);
        audit.append(9, "prod", "anna", "plan", Map.of("commands", "x".repeat(1 << 20)));
        audit.append(10, "prod", "anna", "plan", Map.of());
        assertThat(audit.verify().firstBad()).isZero();
        assertThat(Files.size(file)).isLessThan(10_000);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.tests.launcher.LauncherHarness.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a checkout the launcher builds when the jar is missing or older than what goes into it, and only then. Maven is a script here. */
class LauncherBuildIT {
    /** All files of the pretended checkout are this old, so that the test alone decides what is newer than the jar. */
    private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir Path folder;
    private LauncherHarness launcher;
    private Path checkout;

    @BeforeEach
    void checkOut() throws IOException {
        launcher = new LauncherHarness(folder, "checkout");
        checkout = folder.resolve("checkout");
        Files.writeString(checkout.resolve("pom.xml"), "");
        for (String module : List.of("memory", "keyspace", "resp", "server", "cli", "tests")) {
            Path sources = Files.createDirectories(checkout.resolve(module).resolve("src/main/java"));
            Files.writeString(checkout.resolve(module).resolve("pom.xml"), "");
            Files.writeString(sources.resolve("A.java"), "");
            Files.writeString(sources.resolve("B.java"), "");
        }
        try (var files = Files.walk(checkout)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
            }
        }
        launcher.script(folder.resolve("bin/mvn"), "touch cli/target/cofferdam.jar && echo 'compiler chatter' && echo 'more of it' >&2\n");
    }

    @Test
    void buildsWhatIsMissingOnceAndSaysSoInOneLine() throws Exception {
        Run first = start();
        assertThat(first.err()).containsExactly("cofferdam: building…");
        assertThat(first.arguments()).endsWith("-jar", checkout.resolve("cli/target/cofferdam.jar").toString(), "serve");
        assertThat(start().err()).isEmpty();
    }

    @Test
    void buildsAgainAfterASourceChanged() throws Exception {
        start();
        Files.setLastModifiedTime(checkout.resolve("keyspace/src/main/java/A.java"), FileTime.from(afterTheBuild()));
        assertThat(start().err()).containsExactly("cofferdam: building…");
    }

    @Test
    void buildsAgainAfterAPomChanged() throws Exception {
        start();
        Files.setLastModifiedTime(checkout.resolve("server/pom.xml"), FileTime.from(afterTheBuild()));
        assertThat(start().err()).containsExactly("cofferdam: building…");
    }

    @Test
    void buildsAgainAfterASourceWasDeleted() throws Exception {
        start();
        Path sources = checkout.resolve("memory/src/main/java");
        Files.delete(sources.resolve("B.java"));
        Files.setLastModifiedTime(sources, FileTime.from(afterTheBuild()));
        assertThat(start().err()).containsExactly("cofferdam: building…");
    }

    @Test
    void aTestOrAnotherModuleDoesNotMakeTheJarStale() throws Exception {
        start();
        Path test = Files.createDirectories(checkout.resolve("server/src/test/java")).resolve("ATest.java");
        Files.writeString(test, "");
        Files.setLastModifiedTime(test, FileTime.from(afterTheBuild()));
        Files.setLastModifiedTime(checkout.resolve("tests/src/main/java/A.java"), FileTime.from(afterTheBuild()));
        assertThat(start().err()).isEmpty();
    }

    @Test
    void aFailedBuildShowsItsOutputAndStartsNothing() throws Exception {
        launcher.script(folder.resolve("bin/mvn"), "echo 'A.java:3: cannot find symbol'; exit 1\n");
        Run run = start();
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).containsExactly("cofferdam: building…", "A.java:3: cannot find symbol",
                "cofferdam: the build failed; its output is above");
    }

    private Run start() throws IOException, InterruptedException {
        Path jdk = folder.resolve("jdk-25");
        if (!Files.exists(jdk)) {
            launcher.jdk("jdk-25", "25.0.3");
        }
        String path = folder.resolve("bin") + ":" + System.getenv("PATH");
        return launcher.run(Map.of("COFFERDAM_JAVA", jdk.toString(), "PATH", path), "serve");
    }

    /** The jar bears the time its build began; this is safely later, however coarse the file system's clock. */
    private Instant afterTheBuild() throws IOException {
        return Files.getLastModifiedTime(checkout.resolve("cli/target/cofferdam.jar")).toInstant().plusSeconds(5);
    }
}

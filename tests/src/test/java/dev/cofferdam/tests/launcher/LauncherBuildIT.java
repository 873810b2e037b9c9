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
        launcher = new LauncherHarness(folder, "check out");
        checkout = folder.resolve("check out");
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

    @Test
    void aBuildRehearsesTheStartAndTheStartUsesIt() throws Exception {
        Path cache = cacheUsedBy(start());
        assertThat(cache).content().contains("-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders").endsWith("rehearse\n");
        assertThat(cacheUsedBy(start())).isEqualTo(cache);
    }

    @Test
    void theCacheOfAnotherJarIsNeverUsed() throws Exception {
        start();
        Path jar = checkout.resolve("cli/target/cofferdam.jar");
        FileTime built = Files.getLastModifiedTime(jar);
        Files.writeString(jar, "other content, same age");
        Files.setLastModifiedTime(jar, built);
        assertThat(start().arguments()).noneMatch(argument -> argument.startsWith("-XX:AOTCache="));
    }

    @Test
    void theCacheIsForTheDefaultCollectorOnly() throws Exception {
        start();
        assertThat(launcher.run(environment(), "serve", "--low-pause").arguments())
            .noneMatch(argument -> argument.startsWith("-XX:AOTCache="));
    }

    private static Path cacheUsedBy(Run run) {
        String option = "-XX:AOTCache=";
        List<String> used = run.arguments().stream().filter(argument -> argument.startsWith(option)).toList();
        assertThat(used).hasSize(1);
        return Path.of(used.getFirst().substring(option.length()));
    }

    private Run start() throws IOException, InterruptedException {
        return launcher.run(environment(), "serve");
    }

    private Map<String, String> environment() throws IOException {
        Path jdk = folder.resolve("jdk 25"); // folders may have blanks
        if (!Files.exists(jdk)) {
            launcher.jdk("jdk 25", "25.0.3");
        }
        return Map.of("COFFERDAM_JAVA", jdk.toString(), "PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
    }

    /** The jar bears the time its build began; this is safely later, however coarse the file system's clock. */
    private Instant afterTheBuild() throws IOException {
        return Files.getLastModifiedTime(checkout.resolve("cli/target/cofferdam.jar")).toInstant().plusSeconds(5);
    }
}

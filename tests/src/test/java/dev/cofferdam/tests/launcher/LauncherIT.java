// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the real script as an unpacked release (script and {@code lib/cofferdam.jar}, no sources), with JDKs that are only a {@code release}
 * file and a script in place of java, which prints its pid and its arguments. The last tests run the real jar on the real JDK.
 */
class LauncherIT {
    private static final Path CHECKOUT = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());

    @TempDir Path folder;
    private Path launcher = CHECKOUT;

    @BeforeEach
    void unpackRelease() throws IOException {
        Files.createDirectories(folder.resolve("release/lib"));
        launcher = Files.copy(CHECKOUT.resolve("cofferdam"), folder.resolve("release/cofferdam"));
        Files.copy(CHECKOUT.resolve("cli/target/cofferdam.jar"), folder.resolve("release/lib/cofferdam.jar"));
    }

    @Test
    void anOlderJdkIsRefusedInOneLineThatSaysWhatIsNeeded() throws Exception {
        Path old = jdk("jdk-17", "17.0.15");
        Run run = run(Map.of("COFFERDAM_JAVA", old.toString()), "serve");
        assertThat(run.status).isEqualTo(1);
        assertThat(run.out).isEmpty();
        assertThat(run.err).hasSize(1);
        assertThat(run.err.getFirst()).contains(old.toString(), "Java 17.0.15", "needs Java 25", "COFFERDAM_JAVA");
    }

    @Test
    void theOldNumberingOfJava8IsAnOlderJdkToo() throws Exception {
        assertThat(run(Map.of("COFFERDAM_JAVA", jdk("jdk-8", "1.8.0_412").toString()), "serve").err.getFirst()).contains("Java 1.8.0_412");
    }

    @Test
    void aFolderWithoutJavaIsRefused() throws Exception {
        Run run = run(Map.of("COFFERDAM_JAVA", folder.toString()), "serve");
        assertThat(run.status).isEqualTo(1);
        assertThat(run.err).singleElement().asString().contains(folder + " is no JDK", "needs Java 25");
    }

    @Test
    void anOlderJavaHomeIsPassedOverForABundledRuntime() throws Exception {
        Path bundled = jdk("release/runtime", "25.0.3");
        Run run = run(Map.of("JAVA_HOME", jdk("jdk-17", "17.0.15").toString()), "serve");
        assertThat(run.status).isZero();
        assertThat(run.out).contains("java=" + bundled.resolve("bin/java"));
    }

    @Test
    void becomesTheJvmWithCappedMemory() throws Exception {
        Run run = run(Map.of("COFFERDAM_JAVA", jdk("jdk-25", "25.0.3").toString()), "serve", "--port", "a b");
        assertThat(run.out).contains("pid=" + run.pid, "arenas=1");
        assertThat(run.arguments())
            .contains("-XX:+UseSerialGC", "-Xmx64m", "-XX:MaxDirectMemorySize=16m", "--enable-native-access=ALL-UNNAMED")
            .endsWith("-jar", folder.resolve("release/lib/cofferdam.jar").toString(), "serve", "--port", "a b");
    }

    @Test
    void lowPauseChoosesTheCollectorAndIsNotPassedOn() throws Exception {
        Run run = run(Map.of("COFFERDAM_JAVA", jdk("jdk-25", "25.0.3").toString()), "serve", "--low-pause", "--port", "1");
        assertThat(run.arguments()).contains("-XX:+UseZGC").doesNotContain("-XX:+UseSerialGC", "--low-pause").endsWith("serve", "--port",
                "1");
    }

    @Test
    void theUsersOptionsComeAfterOurs() throws Exception {
        Map<String, String> environment = Map.of("COFFERDAM_JAVA", jdk("jdk-25", "25.0.3").toString(), "COFFERDAM_JVM_OPTS",
                "-Xmx99m -Dpattern=*");
        assertThat(run(environment, "serve").arguments()).containsSubsequence("-Xmx64m", "-Xmx99m", "-Dpattern=*", "-jar");
    }

    @Test
    void aReleaseWithoutItsJarSaysSo() throws Exception {
        Files.delete(folder.resolve("release/lib/cofferdam.jar"));
        Run run = run(Map.of("COFFERDAM_JAVA", jdk("jdk-25", "25.0.3").toString()), "serve");
        assertThat(run.status).isEqualTo(1);
        assertThat(run.err).singleElement().asString().contains("lib/cofferdam.jar");
    }

    @Test
    void theRealJarStartsOnThisJdkWithoutAWarning() throws Exception {
        Run run = run(Map.of("COFFERDAM_JAVA", System.getProperty("java.home")), "--version");
        assertThat(run.status).isZero();
        assertThat(run.err).isEmpty();
        assertThat(run.out).singleElement().asString().startsWith("cofferdam 0.").contains("Java 25");
    }

    @Test
    void theRealJarStartsWithLowPauseToo() throws Exception {
        Run run = run(Map.of("COFFERDAM_JAVA", System.getProperty("java.home")), "--version", "--low-pause");
        assertThat(run.status).isZero();
        assertThat(run.err).isEmpty();
    }

    /** A JDK as far as the launcher can tell. */
    private Path jdk(String name, String version) throws IOException {
        Path home = folder.resolve(name);
        Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        Files.writeString(java, """
            #!/bin/sh
            echo "java=$0"
            echo "pid=$$"
            echo "arenas=$MALLOC_ARENA_MAX"
            for argument in "$@"; do echo "argument=$argument"; done
            """);
        assertThat(java.toFile().setExecutable(true)).isTrue();
        return home;
    }

    private Run run(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("/bin/sh", launcher.toString()));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().keySet().removeAll(List.of("COFFERDAM_JAVA", "COFFERDAM_JVM_OPTS", "JAVA_HOME", "JAVA_TOOL_OPTIONS"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the launcher ends within 60 s").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Run(process.pid(), process.exitValue(), Files.readAllLines(out), Files.readAllLines(err));
    }

    private record Run(long pid, int status, List<String> out, List<String> err) {
        List<String> arguments() {
            return out.stream().filter(line -> line.startsWith("argument=")).map(line -> line.substring("argument=".length())).toList();
        }
    }
}

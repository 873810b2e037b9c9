// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.tests.launcher.LauncherHarness.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the real script as an unpacked release (script and {@code lib/cofferdam.jar}, no sources), with JDKs that are only a {@code release}
 * file and a script in place of java, which prints its pid and its arguments. The last tests run the real jar on the real JDK.
 */
class LauncherIT {
    @TempDir Path folder;
    private LauncherHarness launcher;

    @BeforeEach
    void unpackRelease() throws IOException {
        launcher = new LauncherHarness(folder, "release");
        Files.createDirectories(folder.resolve("release/lib"));
        Files.copy(LauncherHarness.CHECKOUT.resolve("cli/target/cofferdam.jar"), folder.resolve("release/lib/cofferdam.jar"));
    }

    @Test
    void anOlderJdkIsRefusedInOneLineThatSaysWhatIsNeeded() throws Exception {
        Path old = launcher.jdk("jdk-17", "17.0.15");
        Run run = launcher.run(Map.of("COFFERDAM_JAVA", old.toString()), "serve");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).hasSize(1);
        assertThat(run.err().getFirst()).contains(old.toString(), "Java 17.0.15", "needs Java 25", "COFFERDAM_JAVA");
    }

    @Test
    void theOldNumberingOfJava8IsAnOlderJdkToo() throws Exception {
        assertThat(launcher.run(Map.of("COFFERDAM_JAVA", launcher.jdk("jdk-8", "1.8.0_412").toString()), "serve").err().getFirst())
            .contains("Java 1.8.0_412");
    }

    @Test
    void aFolderWithoutJavaIsRefused() throws Exception {
        Run run = launcher.run(Map.of("COFFERDAM_JAVA", folder.toString()), "serve");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).singleElement().asString().contains(folder + " is no JDK", "needs Java 25");
    }

    @Test
    void anOlderJavaHomeIsPassedOverForABundledRuntime() throws Exception {
        Path bundled = launcher.jdk("release/runtime", "25.0.3");
        Run run = launcher.run(Map.of("JAVA_HOME", launcher.jdk("jdk-17", "17.0.15").toString()), "serve");
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("java=" + bundled.resolve("bin/java"));
    }

    @Test
    void becomesTheJvmWithCappedMemory() throws Exception {
        Run run = launcher.run(Map.of("COFFERDAM_JAVA", launcher.jdk("jdk-25", "25.0.3").toString()), "serve", "--port", "a b");
        assertThat(run.out()).contains("pid=" + run.pid(), "arenas=1");
        assertThat(run.arguments())
            .contains("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED")
            .anyMatch(argument -> argument.matches("-Xmx\\d+m"))
            .anyMatch(argument -> argument.matches("-XX:MaxDirectMemorySize=\\d+m"))
            .anyMatch(argument -> argument.matches("-XX:MaxMetaspaceSize=\\d+m"))
            .endsWith("-jar", folder.resolve("release/lib/cofferdam.jar").toString(), "serve", "--port", "a b");
    }

    @Test
    void lowPauseChoosesTheCollectorAndIsNotPassedOn() throws Exception {
        Run run = launcher.run(Map.of("COFFERDAM_JAVA", launcher.jdk("jdk-25", "25.0.3").toString()), "serve", "--low-pause", "--port",
                "1");
        assertThat(run.arguments()).contains("-XX:+UseZGC").doesNotContain("-XX:+UseSerialGC", "--low-pause").endsWith("serve", "--port",
                "1");
    }

    @Test
    void theUsersOptionsComeAfterOurs() throws Exception {
        Map<String, String> environment = Map.of("COFFERDAM_JAVA", launcher.jdk("jdk-25", "25.0.3").toString(), "COFFERDAM_JVM_OPTS",
                "-Xmx99m -Dpattern=*");
        assertThat(launcher.run(environment, "serve").arguments()).containsSubsequence("-XX:-UsePerfData", "-Xmx99m", "-Dpattern=*", "-jar")
            .filteredOn(argument -> argument.startsWith("-Xmx")).hasSize(2).endsWith("-Xmx99m");
    }

    @Test
    void aReleaseWithoutItsJarSaysSo() throws Exception {
        Files.delete(folder.resolve("release/lib/cofferdam.jar"));
        Run run = launcher.run(Map.of("COFFERDAM_JAVA", launcher.jdk("jdk-25", "25.0.3").toString()), "serve");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).singleElement().asString().contains("lib/cofferdam.jar");
    }

    @Test
    void theRealJarStartsOnThisJdkWithoutAWarning() throws Exception {
        Run run = launcher.run(Map.of("COFFERDAM_JAVA", System.getProperty("java.home")), "--version");
        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).singleElement().asString().startsWith("cofferdam 0.").contains("Java 25");
    }

    @Test
    void theRealJarStartsWithLowPauseToo() throws Exception {
        Run run = launcher.run(Map.of("COFFERDAM_JAVA", System.getProperty("java.home")), "--version", "--low-pause");
        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
    }

    @Test
    void theRehearsalIsPlayedToItsEnd() throws Exception {
        Run run = launcher.run(Map.of("COFFERDAM_JAVA", System.getProperty("java.home")), "rehearse");
        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).anyMatch(line -> line.contains("shutdown-requested"));
    }
}

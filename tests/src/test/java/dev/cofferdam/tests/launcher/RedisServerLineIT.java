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

/** {@code bin/cofferdam-server} takes redis-server's command line: what it makes of it, with a JDK that only prints its arguments. */
class RedisServerLineIT {
    @TempDir Path folder;
    private LauncherHarness launcher;
    private Path script;
    private Map<String, String> environment;

    @BeforeEach
    void unpackRelease() throws IOException {
        launcher = new LauncherHarness(folder, "release");
        Files.createDirectories(folder.resolve("release/lib"));
        Files.copy(LauncherHarness.CHECKOUT.resolve("cli/target/cofferdam.jar"), folder.resolve("release/lib/cofferdam.jar"));
        script = launcher.copy("bin/cofferdam-server");
        assertThat(folder.resolve("release/cofferdam").toFile().setExecutable(true)).isTrue();
        environment = Map.of("COFFERDAM_JAVA", launcher.jdk("jdk-25", "25.0.3").toString());
    }

    @Test
    void aFileAndDirectivesBecomeAServer() throws Exception {
        Run run = launcher.run(script, environment, "/etc/my.conf", "--save", "", "--port", "7000", "-");
        assertThat(run.out()).contains("pid=" + run.pid());
        assertThat(run.arguments()).endsWith("serve", "/etc/my.conf", "--save", "", "--port", "7000", "-");
    }

    @Test
    void worksThroughALinkNamedRedisServer() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("redis-server"), script);
        assertThat(launcher.run(link, environment).arguments()).endsWith("serve");
    }

    @Test
    void theVersionIsAskedOfTheJar() throws Exception {
        assertThat(launcher.run(script, environment, "-v").arguments()).endsWith("redis-version");
        assertThat(launcher.run(script, environment, "--version").arguments()).endsWith("redis-version");
    }

    @Test
    void helpNeedsNoJava() throws Exception {
        Run run = launcher.run(script, Map.of("COFFERDAM_JAVA", "/nowhere"), "--help");
        assertThat(run.status()).isZero();
        assertThat(run.out().getFirst()).startsWith("usage: cofferdam-server [file]");
    }

    @Test
    void whatIsNotThereIsRefusedWithTheWayOut() throws Exception {
        for (String option : new String[] {"--test-memory", "--check-system", "--sentinel"}) {
            Run run = launcher.run(script, environment, option);
            assertThat(run.status()).as(option).isEqualTo(1);
            assertThat(run.err()).as(option).singleElement().asString().startsWith("cofferdam-server: ");
        }
    }
}

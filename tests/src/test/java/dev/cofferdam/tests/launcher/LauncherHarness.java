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

/** Runs a copy of the real launcher in a folder of the test's own, with programs that are only shell scripts in place of JDK and Maven. */
final class LauncherHarness {
    static final Path CHECKOUT = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());

    /** What one start printed and how it ended. */
    record Run(long pid, int status, List<String> out, List<String> err) {
        /** The arguments a JDK made by {@link #jdk} was given. */
        List<String> arguments() {
            return out.stream().filter(line -> line.startsWith("argument=")).map(line -> line.substring("argument=".length())).toList();
        }
    }

    private final Path folder;
    private final Path launcher;

    /** Copies the script to {@code name} below the folder. */
    LauncherHarness(Path folder, String name) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder.resolve(name));
        this.launcher = Files.copy(CHECKOUT.resolve("cofferdam"), folder.resolve(name).resolve("cofferdam"));
    }

    /** A JDK as far as the launcher can tell; its java prints what it was given, and writes the start-up cache it is asked for. */
    Path jdk(String name, String version) throws IOException {
        Path home = folder.resolve(name);
        script(home.resolve("bin/java"), """
            echo "java=$0"
            echo "pid=$$"
            echo "arenas=$MALLOC_ARENA_MAX"
            for argument in "$@"; do
                echo "argument=$argument"
                case $argument in -XX:AOTCacheOutput=*) echo "$@" >"${argument#*=}" ;; esac
            done
            """);
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    void script(Path path, String text) throws IOException {
        Files.createDirectories(path.getParent());
        Files.writeString(path, "#!/bin/sh\n" + text);
        assertThat(path.toFile().setExecutable(true)).isTrue();
    }

    /** Copies another script of the checkout beside the launcher, and answers where it lies. */
    Path copy(String script) throws IOException {
        Path to = Objects.requireNonNull(launcher.getParent()).resolve(script);
        Files.createDirectories(Objects.requireNonNull(to.getParent()));
        return Files.copy(CHECKOUT.resolve(script), to);
    }

    Run run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        return run(launcher, environment, arguments);
    }

    Run run(Path script, Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", script.toString()));
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
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.cofferdam.tests.serve.ServerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Job, session and cache libraries of other languages, each with its own workers in processes of their own, on a server of which another compartment is full
 * the whole time. A library that is not installed is skipped with a line that says how to get it; where CI is set that is a failure.
 */
class LibrariesIT {
    private static final long RUN_SECONDS = 120;

    @TempDir Path folder;

    @ParameterizedTest(name = "{0}")
    @EnumSource(Library.class)
    void goesOnWhileAnotherCompartmentIsFull(Library library) throws Exception {
        Optional<String> missing = library.missing();
        if (missing.isPresent()) {
            String line = "LibrariesIT does not run " + library + ": " + missing.get();
            if ("true".equals(System.getenv("CI"))) {
                fail(line);
            }
            System.err.println("SKIPPED: " + line);
            Assumptions.abort(line);
        }
        try (ServerProcess server = ServerProcess.serve("--maxmemory", "64mb");
                FullCompartment full = new FullCompartment(server.port(), library.full);
                KeysMade keys = new KeysMade(server.port())) {
            String output = run(library, server.port());
            assertThat(output).endsWith("ALL SEEN\n").doesNotContain("OOM", "ERR ", "WRONGTYPE", "Eviction policy");
            Set<String> made = keys.withCompartments();
            assertThat(library.keys).as("of these keys each was made; there were:\n%s", String.join("\n", made))
                .allMatch(pattern -> made.stream().anyMatch(key -> key.matches(pattern)));
            Set<String> compartments = library.compartments();
            assertThat(made).as("all keys of the library are in its compartments")
                .allMatch(key -> compartments.contains(key.substring(0, key.indexOf(' '))));
            full.assertItWasFullTheWholeTime();
        }
    }

    /** Runs the program to its end and answers what it and its workers printed; fails with all of it unless the status is 0. */
    private String run(Library library, int port) throws Exception {
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(library.command()).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("REDIS_PORT", Integer.toString(port));
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        Process process = builder.start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(RUN_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(ended).as("ended within %d s:\n%s", RUN_SECONDS, text).isTrue();
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }
}

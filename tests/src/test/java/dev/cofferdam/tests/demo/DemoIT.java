// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.tests.serve.UndisturbedRun;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real launcher, both real servers, a short afternoon. */
class DemoIT {
    private static final Path CHECKOUT = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
    private static final long WAIT_SECONDS = 120;
    /** Its roles give up after a second, both servers' alike: a machine that leaves threads waiting for a good part of that fails them by itself. */
    private static final long STARVED_MILLIS = 150;

    @TempDir Path folder;

    private final List<String> lines = new ArrayList<>();
    private Process process;

    @AfterEach
    void end() throws InterruptedException {
        if (process != null) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroyForcibly().waitFor();
        }
    }

    @ParameterizedTest
    @CsvSource({"session-leak, sessions", "jobs-backlog, jobs"})
    void theFaultGetsThroughOnStockAndNotOnCofferdam(String fault, String culprit) throws Exception {
        UndisturbedRun.of("DemoIT " + fault, STARVED_MILLIS, () -> playAndJudge(fault, culprit));
    }

    private void playAndJudge(String fault, String culprit) throws Exception {
        lines.clear();
        boolean stock = hasRedisServer();
        start("--fault", fault, "--seconds", "15");
        assertThat(readToTheEnd()).as(output()).isZero();
        assertThat(lines).as(output()).anyMatch(line -> line.startsWith(" On Cofferdam nothing failed outside of " + culprit));
        assertThat(row("accepted jobs lost").getLast()).as(output()).isEqualTo("0");
        if (stock) {
            assertThat(lines).as(output()).anyMatch(line -> line.matches(" On redis-server .* the fault got through: .*"));
        } else {
            System.out.println("DemoIT: no redis-server installed, Cofferdam ran alone");
            assertThat(lines).as(output()).anyMatch(line -> line.contains("No redis-server in PATH"));
        }
        assertThat(folder).as("files left behind").isEmptyDirectory();
    }

    @Test
    void aSignalEndsTheServersTooAndLeavesNothingBehind() throws Exception {
        start("--seconds", "600");
        readUntil("session-leak:");
        List<ProcessHandle> servers;
        try (Stream<ProcessHandle> children = process.descendants()) {
            servers = children.toList();
        }
        assertThat(servers).hasSize(hasRedisServer() ? 2 : 1);
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        assertThat(readToTheEnd()).as(output()).isNotZero();
        assertThat(servers).noneMatch(ProcessHandle::isAlive);
        assertThat(folder).as("files left behind").isEmptyDirectory();
    }

    @Test
    void aServerThatDoesNotStartIsNamed() throws Exception {
        start("--redis-server", "/bin/false");
        assertThat(readToTheEnd()).isEqualTo(1);
        assertThat(output()).contains("cofferdam: redis-server did not start (/bin/false --port ");
        assertThat(folder).as("files left behind").isEmptyDirectory();
    }

    @Test
    void whatItCannotDoIsRefusedAsACommandLine() throws Exception {
        start("--fault", "fire");
        assertThat(readToTheEnd()).isEqualTo(2);
        assertThat(output()).contains("cofferdam: --fault fire: there are session-leak, ");
    }

    private void start(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(CHECKOUT.resolve("cofferdam").toString(), "demo"));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("COFFERDAM_JAVA", System.getProperty("java.home"));
        builder.environment().put("COFFERDAM_JVM_OPTS", "-Djava.io.tmpdir=" + folder);
        process = builder.start();
    }

    private void readUntil(String text) throws IOException {
        BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            lines.add(line);
            if (line.contains(text)) {
                return;
            }
        }
        throw new AssertionError("no line with '" + text + "' in " + output());
    }

    private int readToTheEnd() throws IOException, InterruptedException {
        BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            lines.add(line);
        }
        assertThat(process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).as(output()).isTrue();
        return process.exitValue();
    }

    /** The cells of a row of the summary, one a server. */
    private List<String> row(String label) {
        return lines.stream().filter(line -> line.startsWith(" " + label)).findFirst()
            .map(line -> List.of(line.substring(label.length() + 1).strip().split(" {2,}")))
            .orElseThrow(() -> new AssertionError("no row '" + label + "' in " + output()));
    }

    private String output() {
        return "\n" + String.join("\n", lines) + "\n";
    }

    private static boolean hasRedisServer() {
        return Stream.of(String.valueOf(System.getenv("PATH")).split(":"))
            .anyMatch(path -> Files.isExecutable(Path.of(path, "redis-server")));
    }
}

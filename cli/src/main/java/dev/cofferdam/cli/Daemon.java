// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code daemonize yes}: starts this very command line once more, in a session of its own and with its streams closed. A Java process cannot fork, so the
 * server's pid is the new one's, as with Redis. Stateless.
 */
final class Daemon {
    /** Set for the process in the background, which must not go there again. */
    private static final String MARK = "COFFERDAM_DAEMON";
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
    private static final Path SETSID = Path.of("/usr/bin/setsid");

    private Daemon() {
    }

    /** True in the process that was started by another one of us. */
    static boolean isThisProcess() {
        return System.getenv(MARK) != null;
    }

    /** Starts the process in the background; the caller ends. */
    static void start() throws IOException {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            command.add(SETSID.toString());
        }
        command.addAll(List.of(Files.readString(COMMAND_LINE, StandardCharsets.UTF_8).split("\0")));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put(MARK, "1");
        builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.start();
    }
}

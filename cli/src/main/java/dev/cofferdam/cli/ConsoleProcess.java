// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli;

import dev.cofferdam.memory.Clock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * {@code cofferdam watch} as a child of the server, for the console of {@code console-port}.
 *
 * <p>A process of its own, because what watches must not share memory, heap or a lock with what is watched. It enters as a user of its own with a password that was drawn
 * for it and comes to it over its standard input, which stays open: when the server is gone, however it went, the input ends and the child with it. A child that ends by
 * itself is started again, more and more slowly. Owns the child and the virtual thread that reads what it says into the log.
 */
final class ConsoleProcess implements AutoCloseable {
    /** The child's user. It reads figures, never keys or values, and speaks on the channels of its events. */
    static final String USER = "cofferdam-console";
    static final List<String> RULES = List.of("resetkeys", "resetchannels", "&cofferdam:*", "-@all", "+hello", "+auth", "+ping", "+info",
            "+command",
            "+compartment|info", "+compartment|prefixes", "+compartment|list", "+client|setname", "+client|list", "+dbsize", "+publish");
    /** Options of the child's virtual machine, given by the launcher. */
    private static final String OPTIONS = "COFFERDAM_WATCH_JVM";
    private static final Duration AGAIN_FIRST = Duration.ofSeconds(1);
    private static final Duration AGAIN_MAX = Duration.ofMinutes(1);
    private static final Duration LIVED_LONG = Duration.ofMinutes(5);
    private static final Duration END_MAX = Duration.ofSeconds(3);

    private final List<String> command;
    private final String password;
    private final Log log;
    private final Clock clock;
    private final Thread thread;
    private volatile boolean ended;
    private volatile @Nullable Process child;

    private ConsoleProcess(List<String> command, String password, Log log, Clock clock) {
        this.command = command;
        this.password = password;
        this.log = log;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("console-process").start(this::run);
    }

    /** Starts it for the server that listens on the port of loopback; its page is on the other port. */
    static ConsoleProcess start(int port, int consolePort, String configuration, String password, Log log, Clock clock) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        String options = System.getenv(OPTIONS);
        command.addAll(List.of((options == null || options.isBlank() ? "-XX:+UseSerialGC -Xmx128m" : options.strip()).split("\\s+")));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "watch", "--companion-of",
                Integer.toString(port),
                "--console-port", Integer.toString(consolePort)));
        if (!configuration.isEmpty()) {
            command.addAll(List.of("--config", configuration));
        }
        return new ConsoleProcess(command, password, log, clock);
    }

    private void run() {
        Duration again = AGAIN_FIRST;
        while (!ended) {
            long startedNanos = clock.monotonicNanos();
            try {
                Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
                child = process;
                if (ended) {
                    process.destroy();
                }
                OutputStream in = process.getOutputStream();
                in.write((password + "\n").getBytes(StandardCharsets.UTF_8));
                in.flush();
                try (BufferedReader said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                    for (String line = said.readLine(); line != null; line = said.readLine()) {
                        log.notice("console: " + line);
                    }
                }
                if (!ended) {
                    log.warning("The console's process has ended; the server goes on and starts it again in " + again.toSeconds() + " s");
                }
            } catch (IOException e) {
                log.warning("The console's process cannot run: " + e.getMessage() + "; next attempt in " + again.toSeconds() + " s");
            }
            again = clock.monotonicNanos() - startedNanos > LIVED_LONG.toNanos() ? AGAIN_FIRST : again;
            long untilNanos = clock.monotonicNanos() + again.toNanos();
            for (long wait = again.toNanos(); wait > 0 && !ended; wait = untilNanos - clock.monotonicNanos()) {
                LockSupport.parkNanos(wait);
            }
            again = again.multipliedBy(2).compareTo(AGAIN_MAX) > 0 ? AGAIN_MAX : again.multipliedBy(2);
        }
    }

    @Override
    public void close() {
        ended = true;
        LockSupport.unpark(thread);
        Process process = child;
        if (process != null) {
            process.destroy();
            try {
                if (!process.waitFor(END_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.resp.client.RespClient;
import dev.cofferdam.resp.client.RespClientOptions;
import dev.cofferdam.resp.client.UnexpectedReplyException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * A server that runs as a child of this process, on a port of its own.
 *
 * <p>Owns the process and ends it at {@link #close()}; what it prints goes to a file of the folder it is given.
 */
final class ChildServer implements AutoCloseable {
    private static final int PORT_TRIES = 3;
    private static final long READY_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long PAGE_BYTES = 4096;
    private static final int LOG_LINES = 5;

    private final Process process;
    private final InetSocketAddress address;

    private ChildServer(Process process, InetSocketAddress address) {
        this.process = process;
        this.address = address;
    }

    /** @param command what to run, by port */
    static ChildServer start(String name, IntFunction<List<String>> command, Path folder, Clock clock) throws InterruptedException {
        for (int attempt = 1;; attempt++) {
            Path log = folder.resolve(name + "-" + attempt + ".log");
            try {
                ChildServer server = launch(command, folder, log);
                if (server.awaitReady(clock)) {
                    return server;
                }
                server.close();
                if (attempt == PORT_TRIES) { // somebody may have taken the port that was free a moment ago; not three times
                    throw new DemoException(
                            name + " did not start (" + String.join(" ", command.apply(server.address.getPort())) + "). It said:\n"
                                    + lastLines(log));
                }
            } catch (IOException e) {
                throw new DemoException(name + " cannot be started: " + e.getMessage());
            }
        }
    }

    private static ChildServer launch(IntFunction<List<String>> command, Path folder, Path log) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Process process = new ProcessBuilder(command.apply(port)).directory(folder.toFile()).redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null"))).redirectOutput(log.toFile()).start();
        return new ChildServer(process, new InetSocketAddress("127.0.0.1", port));
    }

    private boolean awaitReady(Clock clock) throws InterruptedException {
        long end = clock.monotonicNanos() + READY_NANOS;
        while (process.isAlive() && clock.monotonicNanos() < end) {
            try (RespClient client = RespClient.connect(address, RespClientOptions.DEFAULTS, clock)) {
                client.call("PING").orThrow();
                return process.isAlive(); // or somebody else answers there
            } catch (IOException | UnexpectedReplyException e) {
                Thread.sleep(50);
            }
        }
        return false;
    }

    private static String lastLines(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    }

    InetSocketAddress address() {
        return address;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Resident set, or 0 where there is no /proc. */
    long residentBytes() {
        try {
            return Long.parseLong(Files.readString(Path.of("/proc/" + process.pid() + "/statm")).split(" ")[1]) * PAGE_BYTES;
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (process.waitFor(3, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}

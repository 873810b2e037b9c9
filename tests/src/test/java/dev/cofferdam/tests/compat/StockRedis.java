// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.compat;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A stock redis-server of the machine, without persistence, on a free loopback port. Owns the process and ends it at {@link #close()}. */
final class StockRedis implements AutoCloseable {
    private static final int START_TRIES = 100;

    private final Process process;
    private final int port;

    private StockRedis(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Where the program is, or null when it is not installed. */
    static @Nullable Path program() {
        for (String folder : String.valueOf(System.getenv("PATH")).split(File.pathSeparator, -1)) {
            Path candidate = Path.of(folder, "redis-server");
            if (Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    /** @param options more of them, as on its command line */
    static StockRedis start(Path program, String... options) throws IOException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        List<String> line = new ArrayList<>(List.of(program.toString(), "--port", Integer.toString(port), "--bind", "127.0.0.1", "--save",
                "", "--appendonly", "no", "--enable-debug-command", "yes"));
        line.addAll(List.of(options));
        Process process = new ProcessBuilder(line)
            .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        for (int i = 0; i < START_TRIES; i++) {
            try (Socket probe = new Socket("127.0.0.1", port)) {
                return new StockRedis(process, probe.getPort());
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        process.destroyForcibly();
        throw new IOException("redis-server did not answer on port " + port);
    }

    int port() {
        return port;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}

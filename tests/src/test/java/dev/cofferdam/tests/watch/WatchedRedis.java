// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.watch;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.resp.client.RespClient;
import dev.cofferdam.resp.client.RespClientOptions;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A stock redis-server to be watched: without persistence, on a free loopback port. Owns the process and ends it at {@link #close()}. */
final class WatchedRedis implements AutoCloseable {
    private static final int BUS_PORTS = 10_000;
    private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Process process;
    private final int port;
    private final RespClientOptions options;

    private WatchedRedis(Process process, int port, RespClientOptions options) {
        this.process = process;
        this.port = port;
        this.options = options;
    }

    static boolean isInstalled() {
        for (String folder : String.valueOf(System.getenv("PATH")).split(File.pathSeparator, -1)) {
            if (Files.isExecutable(Path.of(folder, "redis-server"))) {
                return true;
            }
        }
        return false;
    }

    static WatchedRedis start(String... arguments) throws IOException, InterruptedException {
        return start(null, arguments);
    }

    /** @param tls how to reach it when its only port is one of TLS */
    static WatchedRedis start(@Nullable SSLContext tls, String... arguments) throws IOException, InterruptedException {
        int port = freePort();
        List<String> command = new ArrayList<>(
                List.of("redis-server", tls == null ? "--port" : "--tls-port", Integer.toString(port), "--bind",
                        "127.0.0.1", "--save", "", "--appendonly", "no"));
        command.addAll(List.of(arguments));
        return run(command, port, tls);
    }

    /** A sentinel that watches one master under the name {@code prod}, and replaces it a second after it is gone. */
    static WatchedRedis sentinel(Path folder, int master) throws IOException, InterruptedException {
        int port = freePort();
        Path file = folder.resolve("sentinel-" + port + ".conf");
        Files.writeString(file, """
                port %d
                bind 127.0.0.1
                dir %s
                sentinel monitor prod 127.0.0.1 %d 1
                sentinel down-after-milliseconds prod 1000
                sentinel failover-timeout prod 1000
                """.formatted(port, folder, master));
        return run(List.of("redis-server", file.toString(), "--sentinel"), port, null);
    }

    /** A node of a cluster that is still to be made. */
    static WatchedRedis clusterNode(Path folder) throws IOException, InterruptedException {
        int port = freePort();
        // Nodes talk to each other on the port that lies so much higher.
        while (port + BUS_PORTS > 65_535 || !isFree(port + BUS_PORTS)) {
            port = freePort();
        }
        return run(List.of("redis-server", "--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                "--dir",
                folder.toString(), "--cluster-enabled", "yes", "--cluster-config-file", "nodes-" + port + ".conf", "--cluster-node-timeout",
                "2000",
                "--cluster-require-full-coverage", "no", "--maxmemory", "64mb"), port, null);
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return free.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static WatchedRedis run(List<String> command, int port, @Nullable SSLContext tls) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        RespClientOptions options = tls == null
                ? RespClientOptions.DEFAULTS
                : RespClientOptions.DEFAULTS.withTls(tls).withHostNameChecked(false);
        WatchedRedis server = new WatchedRedis(process, port, options);
        long end = Clock.system().monotonicNanos() + WAIT_NANOS;
        while (true) {
            try (RespClient client = server.connect()) {
                client.call("PING");
                return server;
            } catch (IOException e) {
                if (!process.isAlive() || Clock.system().monotonicNanos() > end) {
                    process.destroyForcibly();
                    throw new IOException("redis-server did not answer on port " + port, e);
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    RespClient connect() throws IOException {
        return RespClient.connect(new InetSocketAddress("127.0.0.1", port), options, Clock.system());
    }

    /** One command on a connection of its own. */
    String ask(String... words) throws IOException {
        try (RespClient client = connect()) {
            return String.valueOf(client.call(words).asText());
        }
    }

    int port() {
        return port;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}

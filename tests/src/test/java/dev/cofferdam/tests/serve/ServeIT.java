// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees: the start, its report, bad configurations, a port in use, the end. */
class ServeIT {
    private static final String STAMP = "\\d+:M \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d\\.\\d{3} [.*#-] ";

    @TempDir Path folder;

    @Test
    void theStartReportsTheLimitTheCompartmentsAndThatNothingIsKept() throws Exception {
        try (ServerProcess server = ServerProcess.serve("--maxmemory", "64mb")) {
            assertThat(server.lines()).allMatch(line -> line.matches(STAMP + ".*"));
            String log = String.join("\n", server.lines());
            assertThat(log).contains("Memory: maxmemory 64.0 MB + runtime ",
                    "Compartment sessions: reserve 6.4 MB (10%), max 32.0 MB (50%), full evict protect 30m",
                    "Compartment jobs: reserve 6.4 MB (10%)", "Compartment cache: ", "Compartment default: ", "keys all others",
                    "Connections: reserve 5.1 MB (8%)",
                    "# Data lives in memory only: a restart loses it");
            assertThat(server.lines().getLast()).endsWith(" Ready to accept connections");
            assertThat(server.talk("CONFIG GET maxmemory", "COMPARTMENT OF queue:mail"))
                .startsWith("*2\r\n$9\r\nmaxmemory\r\n$8\r\n67108864\r\n$4\r\njobs\r\n");
        }
    }

    @Test
    void aSignalEndsItInGoodOrder() throws Exception {
        Path pidfile = folder.resolve("pid");
        try (ServerProcess server = ServerProcess.serve("--maxmemory", "64mb", "--pidfile", pidfile.toString())) {
            assertThat(pidfile).hasContent(Long.toString(server.pid()));
            server.terminate();
            assertThat(server.awaitEnd()).isZero();
            assertThat(server.lines().getLast()).endsWith("Cofferdam is now ready to exit, bye bye...");
            assertThat(pidfile).doesNotExist();
        }
    }

    @Test
    void shutdownEndsIt() throws Exception {
        try (ServerProcess server = ServerProcess.serve("--maxmemory", "64mb")) {
            assertThat(server.talk("SHUTDOWN NOSAVE")).isEmpty();
            assertThat(server.awaitEnd()).isZero();
        }
    }

    @Test
    void aPortInUseIsNamedWithItsOwnerAndTheWayOut() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                ServerProcess server = ServerProcess.run("serve", "--port", Integer.toString(taken.getLocalPort()), "--maxmemory",
                        "64mb")) {
            assertThat(server.awaitEnd()).isEqualTo(1);
            assertThat(String.join("\n", server.lines())).contains(
                    "Warning: Could not create server TCP listening socket 127.0.0.1:" + taken.getLocalPort()
                            + ": bind: Address already in use",
                    "Failed listening on port " + taken.getLocalPort() + " (TCP), aborting. It belongs to java (pid "
                            + ProcessHandle.current().pid() + "). ",
                    "choose another port: --port ");
        }
    }

    @Test
    void debiansConfigurationFileStartsTheServerUnchanged() throws Exception {
        Path file = Path.of("/etc/redis/redis.conf");
        if (!Files.isReadable(file)) {
            System.err.println("SKIPPED: " + file + " is not there or not readable; it comes with Debian's redis-server");
            Assumptions.abort(file + " is not readable");
        }
        try (ServerProcess server = ServerProcess.serve(file.toString(), "--daemonize", "no", "--logfile", "", "--pidfile", "")) {
            assertThat(server.talk("PING", "CONFIG GET appendfsync")).startsWith("+PONG\r\n*2\r\n$11\r\nappendfsync\r\n$8\r\neverysec\r\n");
        }
    }

    @Test
    void savePointsAreTakenAndNamedAsWithoutEffect() throws Exception {
        try (ServerProcess server = ServerProcess.serve("--maxmemory", "64mb", "--save", "900", "1", "--save", "300", "10")) {
            assertThat(String.join("\n", server.lines())).contains("save 900 1 300 10 has no effect: nothing is saved in this version");
            assertThat(server.talk("CONFIG GET save")).startsWith("*2\r\n$4\r\nsave\r\n$12\r\n900 1 300 10\r\n");
        }
    }

    @Test
    void harnessesFindThePidInTheLog() throws Exception {
        try (ServerProcess server = ServerProcess.serve("--maxmemory", "64mb")) {
            assertThat(server.lines()).anyMatch(line -> line.endsWith(" PID: " + server.pid()));
        }
    }

    @Test
    void aDaemonLeavesTheOneThatStartedIt() throws Exception {
        Path pidfile = folder.resolve("pid");
        Path socket = folder.resolve("socket");
        try (ServerProcess starter = ServerProcess.run("serve", "--maxmemory", "64mb", "--port", "0", "--daemonize", "yes", "--pidfile",
                pidfile.toString(), "--unixsocket", socket.toString(), "--unixsocketperm", "700")) {
            assertThat(starter.awaitEnd()).isZero();
            ProcessHandle daemon = ProcessHandle.of(Long.parseLong(awaitLine(pidfile))).orElseThrow();
            assertThat(daemon.pid()).isNotEqualTo(starter.pid());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket))).isEqualTo("rwx------");
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                client.write(ByteBuffer.wrap("CLIENT INFO\r\nSHUTDOWN NOSAVE\r\n".getBytes(StandardCharsets.US_ASCII)));
                ByteBuffer reply = ByteBuffer.allocate(1024);
                assertThat(client.read(reply)).isPositive();
                assertThat(new String(reply.array(), 0, reply.position(), StandardCharsets.US_ASCII)).contains(" addr=" + socket + ":0 ");
            } finally {
                daemon.onExit().get(60, TimeUnit.SECONDS);
            }
            assertThat(pidfile).doesNotExist();
            assertThat(socket).doesNotExist();
        }
    }

    /** The one line of {@code file}, once it is whole: a file is there before what is written into it. */
    private static String awaitLine(Path file) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < end) {
            String text = Files.exists(file) ? Files.readString(file) : "";
            if (text.endsWith("\n")) {
                return text.strip();
            }
            Thread.sleep(5);
        }
        throw new AssertionError("no whole line in " + file + " within 60 s");
    }

    @Test
    void aBadConfigurationIsRefusedWithAllItsProblems() throws Exception {
        Path file = Files.writeString(folder.resolve("my.conf"), "maxmemory 64mb\nprot 7000\ncompartment jobs reserve lots\n");
        for (String command : new String[] {"serve", "check-config"}) {
            try (ServerProcess server = ServerProcess.run(command, file.toString())) {
                assertThat(server.awaitEnd()).isNotZero();
                assertThat(server.lines()).contains(file + ":2: unknown directive 'prot'; did you mean 'port'?",
                        file + ":3: compartment 'jobs': 'lots' is neither a size, as 64mb, nor a percentage of maxmemory, as 20%");
            }
        }
    }

    @Test
    void budgetsThatDoNotFitAreRefusedWithTheSum() throws Exception {
        try (ServerProcess server = ServerProcess.run("serve", "--maxmemory", "64mb", "--compartment", "geo keys geo:* reserve 40mb")) {
            assertThat(server.awaitEnd()).isEqualTo(1);
            assertThat(server.lines())
                .anyMatch(line -> line.contains("the reserves do not fit into maxmemory: ") && line.contains("geo 40.0 MB")
                        && line.endsWith("but maxmemory is 64.0 MB; lower reserves by 4.8 MB or raise maxmemory"));
        }
    }

    @Test
    void theDefaultFileIsGood() throws Exception {
        Path file = folder.resolve("my.conf");
        try (ServerProcess print = ServerProcess.run("default-config")) {
            assertThat(print.awaitEnd()).isZero();
            Files.write(file, print.lines());
        }
        try (ServerProcess check = ServerProcess.run("check-config", file.toString())) {
            assertThat(check.awaitEnd()).isZero();
            assertThat(check.lines().getFirst()).isEqualTo("The configuration is good.");
        }
    }

    @Test
    void whatIsSetIsWrittenBackAndReadAtTheNextStart() throws Exception {
        Path file = Files.writeString(folder.resolve("my.conf"), "# mine\nmaxmemory 64mb\n");
        try (ServerProcess server = ServerProcess.serve(file.toString())) {
            assertThat(server.talk("CONFIG SET timeout 77", "COMPARTMENT SET jobs max 20mb", "CONFIG REWRITE"))
                .isEqualTo("+OK\r\n+OK\r\n+OK\r\n+OK\r\n");
        }
        assertThat(file).content().startsWith("# mine\nmaxmemory 64mb\n").contains("\ntimeout 77\n", "\ncompartment jobs max 20mb\n");
        try (ServerProcess server = ServerProcess.serve(file.toString())) {
            assertThat(server.talk("CONFIG GET timeout", "COMPARTMENT INFO jobs")).contains("\r\n77\r\n", "max_bytes:20971520\r\n");
        }
    }

    @Test
    void theMetricsPortAnswers() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (ServerProcess server = ServerProcess.serve("--maxmemory", "64mb", "--http-port", Integer.toString(port));
                HttpClient client = HttpClient.newHttpClient()) {
            server.talk("DBSIZE");
            HttpResponse<String> metrics = client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(metrics.body()).contains("redis_commands_total{cmd=\"dbsize\"} 1\n",
                    "cofferdam_compartment_max_bytes{compartment=\"jobs\"} 33554432\n");
            HttpResponse<String> health = client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/healthz")).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(health.body()).isEqualTo("ok\n");
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/** The real jar with certificates that openssl made, on the launcher's small heap, and clients as people have them. */
class TlsIT {
    private static final int MEGABYTE = 1 << 20;
    private static final int ATTEMPTS = 5;

    @TempDir private Path folder;

    @BeforeEach
    void makeCertificates() throws Exception {
        run("openssl", "req", "-x509", "-nodes", "-days", "30", "-subj", "/CN=tests", "-newkey", "rsa:2048", "-keyout", "ca.key", "-out",
                "ca.crt");
        Files.writeString(folder.resolve("names"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
        for (String name : List.of("server", "client")) {
            run("openssl", "req", "-nodes", "-subj", "/CN=" + name, "-newkey", "rsa:2048", "-keyout", name + ".key", "-out", name + ".csr");
            run("openssl", "x509", "-req", "-in", name + ".csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30",
                    "-extfile", "names",
                    "-out", name + ".crt");
        }
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private String[] directives(int tlsPort, String... more) {
        List<String> all = new ArrayList<>(
                List.of("--maxmemory", "640mb", "--tls-port", Integer.toString(tlsPort), "--tls-cert-file", file("server.crt"),
                        "--tls-key-file", file("server.key"), "--tls-ca-cert-file", file("ca.crt")));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    /** A port is free only until somebody else takes it, so this is tried again. */
    private ServerProcess serve(String... more) throws Exception {
        for (int attempt = 1;; attempt++) {
            int port;
            try (ServerSocket free = new ServerSocket(0)) {
                port = free.getLocalPort();
            }
            try {
                return ServerProcess.serveAsLaunched(directives(port, more));
            } catch (AssertionError e) {
                if (attempt == ATTEMPTS || !String.valueOf(e.getMessage()).contains("Failed listening on port")) {
                    throw e;
                }
            }
        }
    }

    @Test
    void clientsOfSeveralLanguagesUseItAndStrangersDoNot() throws Exception {
        try (ServerProcess server = serve()) {
            // --port 0 beside a tls-port: there is no plain one.
            assertThat(server.lines()).filteredOn(line -> line.contains("Listening on")).singleElement().asString().contains("TLS port");
            String port = Integer.toString(server.port());
            List<String> trusting = List.of("/usr/bin/redis-cli", "-p", port, "--tls", "--cacert", file("ca.crt"));
            List<String> known = plus(trusting, "--cert", file("client.crt"), "--key", file("client.key"));
            assertThat(run(plus(known, "SET", "k", "v"))).isEqualTo("OK\n");
            assertThat(run(plus(known, "-3", "GET", "k"))).isEqualTo("v\n");
            assertThat(run(plus(known, "INFO", "server"))).contains("tcp_port:" + port);
            assertThat(run(plus(trusting, "GET", "k"))).doesNotContain("v\n");
            assertThat(run("/usr/bin/redis-cli", "-p", port, "GET", "k")).doesNotContain("v\n");
            server.readUntil("the client shows no certificate");
            server.readUntil("tls-plain-client");
            redisPyUsesIt(port);
            jedisUsesIt(server.port());
            assertThat(run(plus(known, "CONFIG", "SET", "tls-key-file", file("client.key"))))
                .contains("client.key is not the key of the certificate");
            assertThat(run(plus(known, "GET", "k"))).isEqualTo("v\n");
        }
    }

    private void redisPyUsesIt(String port) throws Exception {
        String script = """
                import redis, sys
                r = redis.Redis(host='localhost', port=int(sys.argv[1]), ssl=True, ssl_ca_certs=sys.argv[2] + '/ca.crt', ssl_certfile=sys.argv[2] + '/client.crt',
                                ssl_keyfile=sys.argv[2] + '/client.key', decode_responses=True)
                p = r.pipeline(); [p.incr('n') for i in range(5000)]; assert p.execute()[-1] == 5000
                r.rpush('q', 'job'); assert r.blpop('q', 1) == ('q', 'job')
                print('ALL RIGHT')
                """;
        boolean there = run("/usr/bin/python3", "-c", "import importlib.util; print(importlib.util.find_spec('redis') is not None)")
            .startsWith("True");
        if (there) {
            assertThat(run("/usr/bin/python3", "-c", script, port, folder.toString())).isEqualTo("ALL RIGHT\n");
        }
    }

    private void jedisUsesIt(int port) throws Exception {
        DefaultJedisClientConfig config = DefaultJedisClientConfig.builder().ssl(true).sslSocketFactory(context().getSocketFactory())
            .build();
        try (Jedis jedis = new Jedis(new HostAndPort("localhost", port), config)) {
            Pipeline pipeline = jedis.pipelined();
            for (int i = 0; i < 1000; i++) {
                pipeline.set("cache:" + i, "x".repeat(i));
            }
            pipeline.sync();
            assertThat(jedis.strlen("cache:999")).isEqualTo(999);
            assertThat(jedis.get("cache:500")).isEqualTo("x".repeat(500));
        }
    }

    @Test
    void aHundredMegabytesGoUpAndComeBack() throws Exception {
        byte[] part = new byte[MEGABYTE];
        for (int i = 0; i < part.length; i++) {
            part[i] = (byte) (i * 31 + i / 251);
        }
        try (ServerProcess server = serve("--compartment", "connections max 300mb", "--compartment", "cache max 400mb")) {
            try {
                goThere(server.port(), part);
            } catch (IOException e) {
                server.terminate();
                server.awaitEnd();
                throw new AssertionError("the server's log:\n" + String.join("\n", server.lines()), e);
            }
        }
    }

    private void goThere(int port, byte[] part) throws Exception {
        try (SSLSocket socket = (SSLSocket) context().getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.setSoTimeout(60_000);
            OutputStream out = socket.getOutputStream();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            out.write(("*3\r\n$3\r\nSET\r\n$9\r\ncache:big\r\n$" + 100 * MEGABYTE + "\r\n").getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 100; i++) {
                out.write(part);
            }
            out.write("\r\n*2\r\n$3\r\nGET\r\n$9\r\ncache:big\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(in.readNBytes(5), StandardCharsets.US_ASCII)).isEqualTo("+OK\r\n");
            byte[] head = ("$" + 100 * MEGABYTE + "\r\n").getBytes(StandardCharsets.US_ASCII);
            assertThat(in.readNBytes(head.length)).isEqualTo(head);
            byte[] back = new byte[MEGABYTE];
            for (int i = 0; i < 100; i++) {
                in.readFully(back);
                assertThat(Arrays.equals(back, part)).as("megabyte %d", i).isTrue();
            }
            assertThat(in.readNBytes(2)).isEqualTo(new byte[] {'\r', '\n'});
        }
    }

    @Test
    void filesThatDoNotFitRefuseTheStartByName() throws Exception {
        Files.copy(folder.resolve("client.key"), folder.resolve("wrong.key"));
        List<String> start = new ArrayList<>(List.of("serve", "--port", "0"));
        start.addAll(List.of(directives(1)));
        start.addAll(List.of("--tls-key-file", file("wrong.key")));
        try (ServerProcess server = ServerProcess.run(start.toArray(String[]::new))) {
            assertThat(server.awaitEnd()).isEqualTo(1);
            assertThat(String.join("\n", server.lines())).contains("wrong.key is not the key of the certificate", "server.crt",
                    "Failed to configure TLS. Check logs for more info.")
                .doesNotContain("Ready to accept");
        }
        start.set(0, "check-config");
        try (ServerProcess check = ServerProcess.run(start.toArray(String[]::new))) {
            assertThat(check.awaitEnd()).isNotZero();
            assertThat(String.join("\n", check.lines())).contains("wrong.key is not the key of the certificate", "1 problem");
        }
    }

    private SSLContext context() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(
                new ByteArrayInputStream(Files.readAllBytes(folder.resolve("ca.crt")))));
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        run("openssl", "pkcs12", "-export", "-in", "client.crt", "-inkey", "client.key", "-passout", "pass:x", "-out", "client.p12");
        KeyStore own = KeyStore.getInstance(folder.resolve("client.p12").toFile(), "x".toCharArray());
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(own, "x".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static List<String> plus(List<String> words, String... more) {
        List<String> all = new ArrayList<>(words);
        all.addAll(List.of(more));
        return all;
    }

    private String run(String... words) throws IOException, InterruptedException {
        return run(List.of(words));
    }

    /** The program's whole output; openssl must succeed, others may not, and some are not everywhere. */
    private String run(List<String> words) throws IOException, InterruptedException {
        Path program = Path.of(words.getFirst());
        assumeTrue(!program.isAbsolute() || Files.isExecutable(program), "SKIPPED: " + program + " is not installed; .ci/run installs it");
        Process process = new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor() == 0 || program.isAbsolute()).as("%s: %s", words, out).isTrue();
        return out;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cofferdam.server.net.LoopHarness.RawClient;
import dev.cofferdam.server.tls.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that speak TLS, on a real socket: what they are told and what is kept for them. */
class TlsLoopTest {
    @TempDir private Path folder;

    @Test
    void commandsAndRepliesGoThroughBothVersions() throws Exception {
        try (TlsHarness harness = new TlsHarness(folder, "no")) {
            for (String protocol : new String[] {"TLSv1.3", "TLSv1.2"}) {
                try (RawClient client = harness.connect(harness.certificates.clientContext("ca", null),
                        new Socket("127.0.0.1", harness.port), protocol)) {
                    assertThat(((SSLSocket) client.socket).getSession().getProtocol()).isEqualTo(protocol);
                    assertThat(client.ask("SET", "a", protocol)).isEqualTo("+OK");
                    assertThat(client.command("GET", "a").read(13)).isEqualTo("$7\r\n" + protocol + "\r\n");
                }
            }
            assertThat(harness.plain.server.statistics().tlsHandshakes).isEqualTo(2);
        }
    }

    @Test
    void aCertificateIsAskedForOrNot() throws Exception {
        try (TlsHarness harness = new TlsHarness(folder, "yes")) {
            try (RawClient client = harness.connect("client")) {
                assertThat(client.ask("PING")).isEqualTo("+PONG");
            }
            assertThatThrownBy(() -> {
                try (RawClient client = harness.connect((String) null)) {
                    client.ask("PING"); // in TLS 1.3 the client hears of it with its first answer
                }
            }).isInstanceOf(IOException.class);
            assertThat(harness.logs("tls-handshake-failed", "the client shows no certificate")).isTrue();
        }
    }

    @Test
    void whoDoesNotSpeakTlsIsToldInTheLog() throws Exception {
        try (TlsHarness harness = new TlsHarness(folder, "no");
                RawClient plainOnTls = new RawClient(harness.port, 0, harness.plain.events)) {
            assertThat(plainOnTls.command("PING").isAtEnd()).isTrue();
            assertThat(harness.logs("tls-plain-client", "redis-cli --tls")).isTrue();
            assertThatThrownBy(() -> harness.connect(harness.certificates.clientContext("ca", null),
                    new Socket("127.0.0.1", harness.plain.server.operations().port())))
                .isInstanceOf(IOException.class);
            assertThat(harness.logs("plain-tls-client", "tls-port")).isTrue();
            try (RawClient client = harness.connect((String) null)) {
                assertThat(client.ask("PING")).isEqualTo("+PONG");
            }
        }
    }

    @Test
    void whoseCertificateIsNotTrustedIsTurnedAwayWithTheReason() throws Exception {
        try (TlsHarness harness = new TlsHarness(folder, "optional")) {
            // Called as the one that is trusted, or the client would not even show what it signed.
            harness.certificates.authority("stranger", "ca");
            harness.certificates.issue("unknown", "stranger", TestCertificates.EC, 30);
            harness.certificates.issue("late", "ca", TestCertificates.EC, -1);
            try (RawClient without = harness.connect((String) null); RawClient with = harness.connect("client")) {
                assertThat(without.ask("PING")).isEqualTo("+PONG");
                assertThat(with.ask("PING")).isEqualTo("+PONG");
            }
            assertThat(isTurnedAway(harness, "unknown")).isTrue();
            assertThat(harness.logs("tls-handshake-failed", "signed by nobody in tls-ca-cert-file")).isTrue();
            assertThat(isTurnedAway(harness, "late")).isTrue();
            assertThat(harness.logs("tls-handshake-failed", "certificate is out of date")).isTrue();
            // And a client that does not trust the server says so in the handshake.
            assertThatThrownBy(
                    () -> harness.connect(harness.certificates.clientContext("stranger", null), new Socket("127.0.0.1", harness.port)))
                .isInstanceOf(IOException.class);
            assertThat(harness.logs("tls-handshake-failed", "the client refuses the server's certificate")).isTrue();
            assertThat(LoopHarness.eventually(() -> harness.loop().tlsClients() == 0)).isTrue();
            assertThat(harness.plain.server.statistics().tlsHandshakesFailed).isEqualTo(3);
        }
    }

    private static boolean isTurnedAway(TlsHarness harness, String shown) throws Exception {
        try (RawClient client = harness.connect(shown)) {
            client.ask("PING");
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void certificatesAreReadAnewWhileTheServerRunsOrRefusedWhole() throws Exception {
        try (TlsHarness harness = new TlsHarness(folder, "no")) {
            harness.configure("no");
            harness.certificates.issue("second", "ca", TestCertificates.RSA, 30);
            try (RawClient before = harness.connect((String) null)) {
                assertThat(serverName(before)).contains("CN=server");
                assertThat(before.ask("CONFIG", "SET", "tls-key-file", harness.file("second.key")))
                    .startsWith(
                            "-ERR CONFIG SET failed (possibly related to argument 'tls-key-file') - Unable to update TLS configuration. Check server logs.")
                    .contains("second.key is not the key of the certificate", "server.crt");
                assertThat(before.ask("CONFIG", "SET", "tls-ca-cert-file", "/nowhere", "maxclients", "77", "tls-auth-clients", "yes"))
                    .contains("tls-ca-cert-file /nowhere: no such file");
                assertThat(harness.plain.server.settings().maxClients()).isNotEqualTo(77);
                try (RawClient still = harness.connect((String) null)) {
                    assertThat(serverName(still)).contains("CN=server");
                }
                assertThat(before.ask("CONFIG", "SET", "tls-cert-file", harness.file("second.crt"), "tls-key-file",
                        harness.file("second.key")))
                    .isEqualTo("+OK");
                try (RawClient after = harness.connect((String) null)) {
                    assertThat(serverName(after)).contains("CN=second");
                    assertThat(after.ask("PING")).isEqualTo("+PONG");
                }
                // The same name with other contents: renewed in place.
                Files.copy(folder.resolve("server.crt"), folder.resolve("second.crt"), StandardCopyOption.REPLACE_EXISTING);
                Files.copy(folder.resolve("server.key"), folder.resolve("second.key"), StandardCopyOption.REPLACE_EXISTING);
                assertThat(before.ask("CONFIG", "SET", "tls-cert-file", harness.file("second.crt"))).isEqualTo("+OK");
                try (RawClient renewed = harness.connect((String) null)) {
                    assertThat(serverName(renewed)).contains("CN=server");
                }
                assertThat(before.ask("PING")).isEqualTo("+PONG");
                assertThat(before.ask("CONFIG", "SET", "tls-port", "0")).isEqualTo("+OK");
                assertThat(before.ask("PING")).isEqualTo("+PONG");
                assertThatThrownBy(() -> harness.connect((String) null)).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void portsAreExchangedButNeverAllClosed() throws Exception {
        try (TlsHarness harness = new TlsHarness(folder, "no")) {
            harness.configure("no");
            try (RawClient client = harness.connect((String) null)) {
                assertThat(client.ask("CONFIG", "SET", "port", "0")).isEqualTo("+OK");
                assertThat(harness.plain.server.operations().ports()).isEqualTo(new Ports(Ports.NONE, harness.port));
                assertThat(LoopHarness.eventually(() -> isRefused(harness.plain))).isTrue(); // the system closes it with the loop's next turn
                assertThat(client.ask("CONFIG", "SET", "tls-port", "0")).contains("would leave no port to connect to");
                try (RawClient still = harness.connect((String) null)) {
                    assertThat(still.ask("PING")).isEqualTo("+PONG");
                }
                // A port that somebody else has: nothing changes.
                try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
                    assertThat(client.ask("CONFIG", "SET", "tls-port", Integer.toString(taken.getLocalPort())))
                        .isEqualTo(
                                "-ERR CONFIG SET failed (possibly related to argument 'tls-port') - Unable to listen on this port. Check server logs.");
                }
                try (RawClient still = harness.connect((String) null)) {
                    assertThat(still.ask("PING")).isEqualTo("+PONG");
                }
            }
        }
    }

    private static boolean isRefused(LoopHarness harness) {
        try (RawClient client = harness.connect()) {
            return client.isAtEnd();
        } catch (IOException e) {
            return true;
        }
    }

    private static String serverName(RawClient client) throws IOException {
        return ((SSLSocket) client.socket).getSession().getPeerPrincipal().getName();
    }

    @Test
    void handshakesThatComeToNothingKeepNobodyOut() throws Exception {
        try (TlsHarness harness = new TlsHarness(folder, "no")) {
            byte[] hello = {22, 3, 1, 2, 0, 1, 0, 1};
            List<Socket> stuck = new ArrayList<>();
            try {
                for (int i = 0; i < TlsHandshakes.MAX + 10; i++) {
                    Socket socket = new Socket("127.0.0.1", harness.port);
                    stuck.add(socket);
                    socket.getOutputStream().write(hello);
                }
                assertThat(harness.logs("tls-handshake-failed", "gave way to newer ones")).isTrue();
                try (RawClient client = harness.connect((String) null)) {
                    assertThat(client.ask("PING")).isEqualTo("+PONG");
                    assertThat(harness.loop().tlsClients()).isLessThanOrEqualTo(TlsHandshakes.MAX + 1);
                    EventLoop loop = harness.loop();
                    long late = System.currentTimeMillis() + TlsHandshakes.MAX_MILLIS + 1000;
                    assertThat(LoopHarness.eventually(() -> loop.ask(() -> {
                        loop.tls().handshakes().expire(late);
                        return loop.tlsClients();
                    }, -1) == 1)).isTrue();
                    assertThat(client.ask("PING")).isEqualTo("+PONG");
                }
            } finally {
                for (Socket socket : stuck) {
                    socket.close();
                }
            }
        }
    }

    @Test
    void garbageAndHandshakesThatBreakOffCostTheirClientOnly() throws Exception {
        Random random = new Random(7);
        try (TlsHarness harness = new TlsHarness(folder, "no"); RawClient good = harness.connect((String) null)) {
            for (int i = 0; i < 200; i++) {
                byte[] garbage = new byte[1 + random.nextInt(600)];
                random.nextBytes(garbage);
                if (i % 2 == 0) { // begins as a handshake does
                    garbage[0] = 22;
                    if (garbage.length > 4) {
                        garbage[1] = 3;
                        garbage[2] = (byte) (1 + i % 4);
                        garbage[3] = 0;
                    }
                }
                try (Socket socket = new Socket("127.0.0.1", harness.port)) {
                    socket.getOutputStream().write(garbage);
                }
            }
            assertThat(good.ask("PING")).isEqualTo("+PONG");
            assertThat(LoopHarness.eventually(() -> harness.loop().tlsClients() == 1)).isTrue();
            assertThat(harness.plain.events)
                .noneMatch(line -> line.contains("internal-error") || line.contains("client-failed") || line.contains("event-loop-error"));
        }
    }

    @Test
    void newKeysArePossibleAndNewHandshakesAreNot() throws Exception {
        try (TlsHarness harness = new TlsHarness(folder, "no")) {
            SSLContext context = harness.certificates.clientContext("ca", null);
            try (RawClient client = harness.connect(context, new Socket("127.0.0.1", harness.port), "TLSv1.3")) {
                for (int i = 0; i < 20; i++) {
                    ((SSLSocket) client.socket).startHandshake(); // once open, this is a key update
                    assertThat(client.ask("PING")).isEqualTo("+PONG");
                }
            }
            try (RawClient client = harness.connect(context, new Socket("127.0.0.1", harness.port), "TLSv1.2")) {
                assertThat(client.ask("PING")).isEqualTo("+PONG");
                assertThatThrownBy(() -> {
                    ((SSLSocket) client.socket).startHandshake();
                    client.ask("PING");
                }).isInstanceOf(IOException.class);
                assertThat(harness.logs("tls-broken", "asks for a new handshake")).isTrue();
            }
        }
    }

    @Test
    void aClientThatSaysGoodbyeIsStillAnswered() throws Exception {
        try (TlsHarness harness = new TlsHarness(folder, "no"); RawClient client = harness.connect((String) null)) {
            client.command("PING");
            client.socket.shutdownOutput();
            assertThat(client.line()).isEqualTo("+PONG");
            assertThat(client.isAtEnd()).isTrue();
            assertThat(LoopHarness.eventually(() -> harness.loop().tlsClients() == 0)).isTrue();
        }
    }

    @Test
    void sessionsAreTakenUpAgainOnlyWhereTheyAreCached() throws Exception {
        for (boolean cached : new boolean[] {true, false}) {
            try (TlsHarness harness = new TlsHarness(Files.createDirectory(folder.resolve("cached-" + cached)), "no")) {
                harness.configure("no");
                try (RawClient client = harness.connect((String) null)) {
                    assertThat(client.ask("CONFIG", "SET", "tls-session-caching", cached ? "yes" : "no")).isEqualTo("+OK");
                }
                SSLContext context = harness.certificates.clientContext("ca", null);
                long[] created = new long[2];
                for (int i = 0; i < 2; i++) {
                    try (RawClient client = harness.connect(context, new Socket("127.0.0.1", harness.port), "TLSv1.2")) {
                        assertThat(client.ask("PING")).isEqualTo("+PONG");
                        created[i] = ((SSLSocket) client.socket).getSession().getCreationTime();
                    }
                    long now = System.currentTimeMillis();
                    assertThat(LoopHarness.eventually(() -> System.currentTimeMillis() > now)).isTrue();
                }
                assertThat(created[0] == created[1]).as("taken up again").isEqualTo(cached);
            }
        }
    }
}

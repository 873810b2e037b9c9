// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.server.config.CommandLine;
import dev.cofferdam.server.config.ConfigLoader;
import dev.cofferdam.server.config.Configuration;
import dev.cofferdam.server.config.MemoryLimit;
import dev.cofferdam.server.net.LoopHarness.RawClient;
import dev.cofferdam.server.tls.TestCertificates;
import dev.cofferdam.server.tls.TlsContext;
import dev.cofferdam.server.tls.TlsSettings;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A server on two real loopback sockets, one of which speaks TLS, and clients of it. */
final class TlsHarness implements AutoCloseable {
    final LoopHarness plain;
    final TestCertificates certificates;
    final int port;

    TlsHarness(Path folder, String authClients) throws Exception {
        this(folder, authClients, 64 << 20, 16 << 20);
    }

    TlsHarness(Path folder, String authClients, long maxBytes, long connectionsMaxBytes) throws Exception {
        certificates = new TestCertificates(folder);
        certificates.issue("server", "ca", TestCertificates.EC, 30);
        certificates.issue("client", "ca", TestCertificates.EC, 30);
        plain = new LoopHarness(maxBytes, connectionsMaxBytes);
        TlsContext context = TlsContext.load(settings("server", authClients), System.currentTimeMillis());
        port = loop().ask(() -> {
            loop().useTls(context);
            int plainPort = plain.server.operations().ports().plain();
            return loop().listenOn(List.of("127.0.0.1"), new Ports(plainPort, 0)).tls();
        }, -1);
    }

    TlsSettings settings(String name, String authClients) {
        return new TlsSettings(1, file(name + ".crt"), file(name + ".key"), "", file("ca.crt"), "", authClients, "", "", "", false, true, 0,
                300);
    }

    String file(String name) {
        return certificates.file(name).toString();
    }

    /** Gives the server a configuration that says what it does already, so that CONFIG SET can change it. */
    void configure(String authClients) throws Exception {
        Configuration configuration = ConfigLoader.load(CommandLine.of(List.of("--bind", "127.0.0.1", "--port",
                Integer.toString(plain.server.operations().ports().plain()), "--tls-port", Integer.toString(port), "--tls-cert-file",
                file("server.crt"),
                "--tls-key-file", file("server.key"), "--tls-auth-clients", authClients, "--maxmemory", "64mb")),
                MemoryLimit.ofThisMachine());
        loop().ask(() -> {
            Ports ports = plain.server.operations().ports();
            plain.server.operations().configure(configuration);
            plain.server.operations().setPorts(new Ports(ports.plain(), port));
            return true;
        }, false);
    }

    EventLoop loop() {
        return Objects.requireNonNull(plain.server.loop());
    }

    /** @param shown the client's certificate; null for none */
    RawClient connect(@Nullable String shown) throws Exception {
        return connect(certificates.clientContext("ca", shown), new Socket("127.0.0.1", port));
    }

    RawClient connect(SSLContext context, Socket socket, String... protocols) throws IOException {
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", port, true);
        if (protocols.length > 0) {
            tls.setEnabledProtocols(protocols);
        }
        tls.setSoTimeout(LoopHarness.PATIENCE_MILLIS);
        tls.startHandshake();
        return new RawClient(tls, plain.events);
    }

    /** Waits until the log has a line with all of these. */
    boolean logs(String... words) throws InterruptedException {
        return LoopHarness.eventually(() -> plain.events.stream().anyMatch(line -> {
            for (String word : words) {
                if (!line.contains(word)) {
                    return false;
                }
            }
            return true;
        }));
    }

    @Override
    public void close() {
        plain.close();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cofferdam.server.net.LoopHarness.RawClient;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
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
}

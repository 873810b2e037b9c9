// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cofferdam.watch.HandClock;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is let in, and who is cut off. */
@Timeout(120)
class WebServerTest {
    private static final AccessToken VIEWER = new AccessToken("Vera", Role.VIEWER, "viewer-viewer-viewer");

    private static WebServer server(HandClock clock, List<AccessToken> tokens) throws Exception {
        return new WebServer(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), tokens, clock);
    }

    /** Speaks HTTP by hand: clients in libraries do not send what must be refused. */
    private static String raw(int port, String request) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aPageElsewhereThatPointsItsNameHereSeesNothing() throws Exception {
        try (WebServer server = server(new HandClock(), List.of(VIEWER))) {
            server.get("/look", Role.VIEWER, call -> call.json(Json.members("seen", true)));
            server.start();
            String end = "\r\nConnection: close\r\n\r\n";
            assertThat(raw(server.port(), "GET /look HTTP/1.1\r\nHost: localhost:1" + end)).startsWith("HTTP/1.1 200");
            assertThat(raw(server.port(), "GET /look HTTP/1.1\r\nHost: evil.example" + end)).startsWith("HTTP/1.1 401");
            assertThat(raw(server.port(), "GET /look HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 10.1.1.1" + end))
                .startsWith("HTTP/1.1 401");
            assertThat(raw(server.port(), "GET /look HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Bearer " + VIEWER.secret() + end))
                .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void offLoopbackNobodyLooksWithoutAToken() throws Exception {
        assertThat(Access.isOwnName("127.0.0.1:8080")).isTrue();
        assertThat(Access.isOwnName("[::1]:8080")).isTrue();
        assertThat(Access.isOwnName("127.0.0.1.evil.example")).isFalse();
        assertThat(Access.isOwnName("localhost.evil.example:80")).isFalse();
        assertThat(Access.isOwnName(null)).isFalse();
        try (WebServer server = new WebServer(new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 0), List.of(VIEWER),
                new HandClock())) {
            server.get("/look", Role.VIEWER, call -> call.json(Json.members("seen", true)));
            server.start();
            assertThat(raw(server.port(), "GET /look HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")).startsWith("HTTP/1.1 401");
        }
    }

    @Test
    void aShortTokenIsRefusedAndNoneIsPrinted() {
        assertThatThrownBy(() -> new AccessToken("Vera", Role.VIEWER, "short")).hasMessageContaining("at least 16");
        assertThat(VIEWER.toString()).doesNotContain(VIEWER.secret());
        assertThat(TokenSeed.draw()).hasSize(24).isNotEqualTo(TokenSeed.draw());
    }

    @Test
    void aFailureIsAnAnswerWithoutAStackTrace() throws Exception {
        try (WebServer server = server(new HandClock(), List.of())) {
            server.get("/fails", Role.PUBLIC, call -> {
                throw new IllegalStateException("inner secret");
            });
            server.start();
            assertThat(raw(server.port(), "GET /fails HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")).startsWith("HTTP/1.1 500")
                .contains("application/problem+json").doesNotContain("inner secret");
            assertThat(server.failedRequests()).isEqualTo(1);
        }
    }

    @Test
    void aReaderThatDoesNotReadIsCutOff() throws Exception {
        HandClock clock = new HandClock();
        CountDownLatch ended = new CountDownLatch(1);
        try (WebServer server = server(clock, List.of())) {
            byte[] large = new byte[64 << 20];
            server.get("/large", Role.PUBLIC, call -> {
                try {
                    call.send(200, "application/octet-stream", large);
                } finally {
                    ended.countDown();
                }
            });
            server.start();
            try (Socket socket = new Socket()) {
                socket.setReceiveBufferSize(4096);
                socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
                OutputStream out = socket.getOutputStream();
                out.write("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
                InputStream in = socket.getInputStream();
                assertThat(in.read()).isEqualTo('H');
                clock.passMillis(60_000);
                ended.await();
                assertThat(server.slowReaders()).isEqualTo(1);
            }
        }
    }

    @Test
    void moreRequestsThanCanBeServedAreToldToComeAgain() throws Exception {
        CountDownLatch inside = new CountDownLatch(WebServer.REQUESTS_MAX);
        CountDownLatch go = new CountDownLatch(1);
        try (WebServer server = server(new HandClock(), List.of())) {
            server.get("/wait", Role.PUBLIC, call -> {
                inside.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                call.json(Json.members("waited", true));
            });
            server.start();
            String request = "GET /wait HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            for (int i = 0; i < WebServer.REQUESTS_MAX; i++) {
                Thread.startVirtualThread(() -> {
                    try {
                        raw(server.port(), request);
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                });
            }
            inside.await();
            assertThat(raw(server.port(), request)).startsWith("HTTP/1.1 503").containsIgnoringCase("Retry-After: 1");
            assertThat(server.refusedRequests()).isEqualTo(1);
            go.countDown();
        }
    }
}

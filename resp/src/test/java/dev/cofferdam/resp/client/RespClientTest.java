// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cofferdam.memory.Clock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The client against a peer that says what a test tells it to. */
class RespClientTest {
    private static final RespClientOptions OPTIONS = RespClientOptions.DEFAULTS;

    private final ServerSocket listener;

    RespClientTest() throws IOException {
        listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
    }

    @Test
    void aRequestIsWrittenAsTheProtocolSays() throws Exception {
        CompletableFuture<String> heard = peer("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\n42\r\n".length(), "+OK\r\n");
        try (RespClient client = connect(OPTIONS)) {
            assertThat(client.call(Request.of("SET", "k").and(42)).asText()).isEqualTo("OK");
        }
        assertThat(heard.get()).isEqualTo("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\n42\r\n");
    }

    @Test
    void repliesOfAPipelineComeInOrderAndAFailureIsOneOfThem() throws Exception {
        peer(1, "+a\r\n-ERR b\r\n:3\r\n");
        try (RespClient client = connect(OPTIONS)) {
            List<Reply> replies = client.pipeline(List.of(Request.of("A"), Request.of("B"), Request.of("C")));
            assertThat(replies).containsExactly(new Reply.Status("a"), new Reply.Failure("ERR b"), new Reply.Whole(3));
            assertThat(client.isOpen()).isTrue();
        }
    }

    /** More than both sides' buffers hold, from a server that answers each command before it reads the next: would hang if all were written first. */
    @Test
    void aLongPipelineToAServerThatWaitsForItsReader() throws Exception {
        int requests = 700;
        Request request = Request.of("ECHO").and(new byte[10_000]);
        byte[] wire = new byte[request.sizeBytes() + 100];
        int length = 10_000 + "*2\r\n$4\r\nECHO\r\n$10000\r\n\r\n".length();
        byte[] reply = ("$20000\r\n" + "x".repeat(20_000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        serve(socket -> {
            for (int i = 0; i < requests; i++) {
                socket.getInputStream().readNBytes(wire, 0, length);
                socket.getOutputStream().write(reply);
            }
        });
        try (RespClient client = connect(OPTIONS)) {
            List<Request> all = new ArrayList<>();
            for (int i = 0; i < requests; i++) {
                all.add(request);
            }
            assertThat(client.pipeline(all, Duration.ofSeconds(30))).hasSize(requests).allMatch(r -> r.asBytes().length == 20_000);
        }
    }

    @Test
    void aReplyThatDoesNotComeIsATimeoutAndTheConnectionIsGone() throws Exception {
        peer(1, "$5\r\nhal");
        try (RespClient client = connect(OPTIONS.withReplyTimeout(Duration.ofMillis(50)))) {
            assertThatThrownBy(() -> client.call("GET", "k")).isInstanceOf(SocketTimeoutException.class);
            assertThat(client.isOpen()).isFalse();
            assertThatThrownBy(() -> client.call("GET", "k")).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void theTimeoutIsForTheWholeReplyNotForEachByteOfIt() throws Exception {
        FakeClock clock = new FakeClock();
        byte[] some = new byte[1000];
        serve(socket -> {
            socket.getInputStream().read();
            socket.getOutputStream().write("$50000000\r\n".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 50_000; i++) { // every single read is in time
                socket.getOutputStream().write(some);
            }
            socket.getOutputStream().write("\r\n".getBytes(StandardCharsets.US_ASCII));
        });
        try (RespClient client = RespClient.connect(address(), OPTIONS.withReplyTimeout(Duration.ofSeconds(30)), clock)) {
            assertThatThrownBy(() -> client.call("GET", "k")).isInstanceOf(SocketTimeoutException.class);
            assertThat(client.isOpen()).isFalse();
        }
    }

    @Test
    void aReplyBeyondTheLimitEndsTheConnection() throws Exception {
        peer(1, "$1000000\r\n");
        try (RespClient client = connect(OPTIONS.withReplyMaxBytes(100_000))) {
            assertThatThrownBy(() -> client.call("GET", "k")).isInstanceOf(ProtocolException.class).hasMessageContaining("100000");
            assertThat(client.isOpen()).isFalse();
        }
    }

    @Test
    void helloCarriesTheAccess() throws Exception {
        String hello = "*5\r\n$5\r\nHELLO\r\n$1\r\n3\r\n$4\r\nAUTH\r\n$7\r\ndefault\r\n$2\r\npw\r\n";
        CompletableFuture<String> heard = peer(hello.length(), "%1\r\n+proto\r\n:3\r\n");
        connect(OPTIONS.withProtocol(3).withAccess(null, "pw")).close();
        assertThat(heard.get()).isEqualTo(hello);
    }

    @Test
    void aRefusedPasswordIsSaidAndNothingStaysOpen() throws Exception {
        peer(1, "-WRONGPASS invalid username-password pair\r\n");
        assertThatThrownBy(() -> connect(OPTIONS.withAccess("app", "pw"))).isInstanceOf(UnexpectedReplyException.class)
            .hasMessageContaining("WRONGPASS").hasMessageNotContaining("pw'");
    }

    @Test
    void pushesGoToTheirListenerAndNotIntoReplies() throws Exception {
        peer(1, ">2\r\n+invalidate\r\n+k\r\n:1\r\n");
        List<List<Reply>> pushes = new ArrayList<>();
        try (RespClient client = connect(OPTIONS)) {
            client.onPush(pushes::add);
            assertThat(client.call("INCR", "n").asLong()).isEqualTo(1);
        }
        assertThat(pushes).containsExactly(List.of(new Reply.Status("invalidate"), new Reply.Status("k")));
    }

    @Test
    void closingFromAnotherThreadEndsTheWait() throws Exception {
        CompletableFuture<String> heard = peer(1, "");
        RespClient client = connect(OPTIONS);
        heard.thenRun(client::close);
        assertThatThrownBy(() -> client.call(Request.of("BRPOP", "q", "0"), Duration.ofMinutes(5))).isInstanceOf(IOException.class);
    }

    private RespClient connect(RespClientOptions options) throws IOException {
        return RespClient.connect(address(), options, Clock.system());
    }

    private InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    /** Reads so many bytes, answers, and keeps the connection; completes with what it read. */
    private CompletableFuture<String> peer(int bytes, String answer) {
        CompletableFuture<String> heard = new CompletableFuture<>();
        serve(socket -> {
            String text = new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.US_ASCII);
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            heard.complete(text);
            socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        });
        return heard;
    }

    private interface Peer {
        void talk(Socket socket) throws IOException;
    }

    private void serve(Peer peer) {
        Thread.ofVirtual().start(() -> {
            try (Socket socket = listener.accept()) {
                peer.talk(socket);
            } catch (SocketException e) {
                // The client has closed: the test is over.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** A second goes by at each look. */
    private static final class FakeClock implements Clock {
        private long nanos;

        @Override
        public long wallMillis() {
            return nanos / 1_000_000;
        }

        @Override
        public long monotonicNanos() {
            return nanos += 1_000_000_000L;
        }
    }
}

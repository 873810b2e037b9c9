// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.server.net.LoopHarness.RawClient;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Much and little over TLS: records in pieces, long values, pipelines, messages, clients that wait and clients that do not read. */
class TlsTrafficTest {
    private static final int MEGABYTE = 1 << 20;

    @TempDir private Path folder;

    /** Gives the kernel one byte at a time. */
    private static final class Dribbling extends Socket {
        Dribbling(int port) throws IOException {
            setTcpNoDelay(true);
            connect(new InetSocketAddress("127.0.0.1", port));
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    for (int i = 0; i < length; i++) {
                        out.write(bytes[from + i]);
                    }
                }
            };
        }
    }

    @Test
    void recordsMayComeByteByByte() throws Exception {
        try (TlsHarness harness = new TlsHarness(folder, "yes")) {
            SSLContext context = harness.certificates.clientContext("ca", "client");
            for (String protocol : new String[] {"TLSv1.3", "TLSv1.2"}) {
                try (RawClient client = harness.connect(context, new Dribbling(harness.port), protocol)) {
                    assertThat(client.ask("SET", "a", "x".repeat(3000))).isEqualTo("+OK");
                    assertThat(client.send(RawClient.resp("STRLEN", "a") + RawClient.resp("PING")).line()).isEqualTo(":3000");
                    assertThat(client.line()).isEqualTo("+PONG");
                }
            }
        }
    }

    @Test
    void longValuesGoBothWays() throws Exception {
        try (TlsHarness harness = new TlsHarness(folder, "no", 256 << 20, 96 << 20); RawClient client = harness.connect((String) null)) {
            String value = text(20 * MEGABYTE);
            // The command's end and the next ones come in one record: what does not belong to it is kept.
            client.send(RawClient.resp("SET", "a", value) + RawClient.resp("PING") + RawClient.resp("STRLEN", "a") + "*1\r\n$4\r\nPI");
            assertThat(client.line()).isEqualTo("+OK");
            assertThat(client.line()).isEqualTo("+PONG");
            assertThat(client.line()).isEqualTo(":" + value.length());
            assertThat(client.send("NG\r\n").line()).isEqualTo("+PONG");
            assertThat(client.command("GET", "a").line()).isEqualTo("$" + value.length());
            assertThat(client.read(value.length()).equals(value)).isTrue();
            assertThat(client.line()).isEmpty();
            assertThat(client.ask("PING")).isEqualTo("+PONG");
        }
    }

    private static String text(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; text.length() < length; i++) {
            text.append(i).append(' ');
        }
        return text.substring(0, length);
    }

    @Test
    void pipelinesAreAnsweredInOrder() throws Exception {
        try (TlsHarness harness = new TlsHarness(folder, "no"); RawClient client = harness.connect((String) null)) {
            StringBuilder commands = new StringBuilder();
            StringBuilder expected = new StringBuilder();
            for (int i = 0; i < 20_000; i++) {
                commands.append(RawClient.resp("INCR", "n"));
                expected.append(':').append(i + 1).append("\r\n");
            }
            Thread writer = new Thread(() -> {
                try {
                    client.send(commands.toString());
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            writer.start();
            assertThat(client.read(expected.length())).isEqualTo(expected.toString());
            writer.join();
        }
    }

    @Test
    void messagesAndWaitingCommandsWorkAsOnAPlainConnection() throws Exception {
        try (TlsHarness harness = new TlsHarness(folder, "no");
                RawClient listener = harness.connect((String) null);
                RawClient waiter = harness.connect((String) null);
                RawClient plain = harness.plain.connect()) {
            assertThat(listener.command("SUBSCRIBE", "news").read("*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n".length())).contains(":1");
            waiter.command("BLPOP", "list", "0");
            assertThat(LoopHarness.eventually(() -> harness.plain.server.waitingClients() == 1)).isTrue();
            assertThat(plain.ask("PUBLISH", "news", "hello")).isEqualTo(":1");
            String message = "*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n";
            assertThat(listener.read(message.length())).isEqualTo(message);
            String large = "y".repeat(MEGABYTE);
            assertThat(plain.ask("PUBLISH", "news", large)).isEqualTo(":1");
            assertThat(listener.read(("*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$1048576\r\n" + large + "\r\n").length())).endsWith("y\r\n");
            assertThat(plain.ask("RPUSH", "list", "job")).isEqualTo(":1");
            assertThat(waiter.read("*2\r\n$4\r\nlist\r\n$3\r\njob\r\n".length())).contains("job");
            // A worker that leaves while it waits gets nothing.
            waiter.command("BLPOP", "list", "0");
            assertThat(LoopHarness.eventually(() -> harness.plain.server.waitingClients() == 1)).isTrue();
            waiter.close();
            assertThat(LoopHarness.eventually(() -> harness.plain.server.waitingClients() == 0)).isTrue();
            assertThat(plain.ask("RPUSH", "list", "kept")).isEqualTo(":1");
            assertThat(plain.ask("LLEN", "list")).isEqualTo(":1");
        }
    }

    @Test
    void twoHundredClientsConnectAtOnce() throws Exception {
        try (TlsHarness harness = new TlsHarness(folder, "yes")) {
            SSLContext context = harness.certificates.clientContext("ca", "client");
            List<RawClient> clients = new ArrayList<>();
            List<Throwable> failures = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    for (int k = 0; k < 25; k++) {
                        try {
                            RawClient client = harness.connect(context, new Socket("127.0.0.1", harness.port));
                            synchronized (clients) {
                                clients.add(client);
                            }
                            if (!client.ask("INCR", "n").startsWith(":")) {
                                throw new IOException("no answer");
                            }
                        } catch (IOException | RuntimeException e) {
                            synchronized (failures) {
                                failures.add(e);
                            }
                        }
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failures).isEmpty();
            assertThat(clients.getFirst().ask("INCR", "n")).isEqualTo(":201");
            assertThat(harness.loop().tlsClients()).isEqualTo(200);
            for (RawClient client : clients) {
                client.close();
            }
            assertThat(LoopHarness.eventually(() -> harness.loop().tlsClients() == 0)).isTrue();
        }
    }

    @Test
    void whoDoesNotReadIsNotReadFromAndCostsLittle() throws Exception {
        try (TlsHarness harness = new TlsHarness(folder, "no", 64 << 20, 16 << 20);
                RawClient plain = harness.plain.connect();
                RawClient lazy = harness.connect((String) null)) {
            String value = "v".repeat(100_000);
            assertThat(plain.ask("SET", "a", value)).isEqualTo("+OK");
            StringBuilder many = new StringBuilder();
            for (int i = 0; i < 300; i++) {
                many.append(RawClient.resp("GET", "a"));
            }
            lazy.send(many.toString());
            // 30 MB are asked for and nothing is read: the socket is full and the rest waits.
            assertThat(LoopHarness.eventually(() -> output(harness) > 0)).isTrue();
            assertThat(plain.ask("PING")).isEqualTo("+PONG");
            assertThat(harness.plain.server.connections().usedBytes()).isLessThan(8 << 20);
            long total = 300L * ("$100000\r\n".length() + value.length() + 2);
            long read = 0;
            while (read < total) {
                int part = (int) Math.min(total - read, 100_011);
                assertThat(lazy.read(part)).hasSize(part);
                read += part;
            }
            assertThat(lazy.ask("PING")).isEqualTo("+PONG");
        }
    }

    @Test
    void whoDoesNotReadIsCutAtTheLimitAndNamed() throws Exception {
        try (TlsHarness harness = new TlsHarness(folder, "no", 64 << 20, 16 << 20);
                RawClient plain = harness.plain.connect();
                RawClient lazy = harness.connect((String) null)) {
            harness.configure("no");
            assertThat(plain.ask("CONFIG", "SET", "client-output-buffer-limit", "pubsub 1mb 0 0")).isEqualTo("+OK");
            lazy.command("CLIENT", "SETNAME", "lazy").line();
            lazy.command("SUBSCRIBE", "news").read("*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n".length());
            String message = "m".repeat(100_000);
            assertThat(LoopHarness.eventually(() -> {
                try {
                    plain.ask("PUBLISH", "news", message);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
                return harness.plain.events.stream().anyMatch(line -> line.contains("client-cut") && line.contains("name=\"lazy\""));
            })).isTrue();
            assertThat(plain.ask("PING")).isEqualTo("+PONG");
            assertThat(harness.loop().tlsClients()).isZero();
        }
    }

    private static long output(TlsHarness harness) {
        return harness.loop().ask(() -> {
            long[] most = {0};
            harness.plain.server.clients().forEach(client -> most[0] = Math.max(most[0], client.outputBytes()));
            return most[0];
        }, 0L);
    }
}

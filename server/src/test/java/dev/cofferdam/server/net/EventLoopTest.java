// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.server.config.OutputLimits;
import dev.cofferdam.server.config.OutputLimits.Limit;
import dev.cofferdam.server.net.LoopHarness.RawClient;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventLoopTest {
    private LoopHarness harness;

    @BeforeEach
    void open() throws IOException {
        harness = new LoopHarness(32 << 20, 8 << 20);
    }

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void answersEveryCommandOfAPipelineInOrder() throws IOException {
        try (RawClient client = harness.connect()) {
            StringBuilder sent = new StringBuilder();
            StringBuilder expected = new StringBuilder();
            for (int i = 0; i < 50_000; i++) {
                String text = "message-" + i;
                sent.append(RawClient.resp("ECHO", text));
                expected.append('$').append(text.length()).append("\r\n").append(text).append("\r\n");
            }
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    client.send(sent.toString());
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(client.read(expected.length())).isEqualTo(expected.toString());
            assertThat(writer.isAlive()).isFalse();
        }
    }

    @Test
    void takesACommandByteForByte() throws IOException {
        try (RawClient client = harness.connect()) {
            String command = RawClient.resp("ECHO", "abc") + "PING\r\n";
            for (int i = 0; i < command.length(); i++) {
                client.send(command.substring(i, i + 1));
            }
            assertThat(client.read("$3\r\nabc\r\n+PONG\r\n".length())).isEqualTo("$3\r\nabc\r\n+PONG\r\n");
        }
    }

    @Test
    void readsALargeArgumentAndAnswersItWhole() throws IOException {
        try (RawClient client = harness.connect()) {
            String large = "x".repeat(3_000_000);
            client.command("ECHO", large).command("PING");
            assertThat(client.line()).isEqualTo("$3000000");
            assertThat(client.read(3_000_002)).isEqualTo(large + "\r\n");
            assertThat(client.line()).isEqualTo("+PONG");
        }
    }

    @Test
    void refusesWhatConnectionsCanNeverHoldAndStaysConnected() throws IOException {
        try (RawClient client = harness.connect()) {
            String large = "x".repeat(9 << 20);
            client.command("ECHO", large).command("ECHO", "after");
            assertThat(client.line()).startsWith("-ERR command of at least 9437").contains("'connections' can hold");
            assertThat(client.read("$5\r\nafter\r\n".length())).isEqualTo("$5\r\nafter\r\n");
            assertThat(harness.server.statistics().oversizedCommands).isEqualTo(1);
        }
    }

    @Test
    void protocolErrorsAreAnsweredAndEndTheConnection() throws IOException {
        try (RawClient client = harness.connect()) {
            client.send("*1\r\n$4\r\nPING\r\n*1\r\n:4\r\n");
            assertThat(client.line()).isEqualTo("+PONG");
            assertThat(client.line()).isEqualTo("-ERR Protocol error: expected '$', got ':'");
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void replyRulesDropExactlyWhatTheySay() throws IOException {
        try (RawClient client = harness.connect()) {
            client.command("PING").command("CLIENT", "REPLY", "SKIP").command("ECHO", "dropped").command("ECHO", "sent");
            assertThat(client.read("+PONG\r\n$4\r\nsent\r\n".length())).isEqualTo("+PONG\r\n$4\r\nsent\r\n");
            client.command("CLIENT", "REPLY", "OFF").command("ECHO", "dropped").command("PING").command("CLIENT", "REPLY", "ON");
            assertThat(client.ask("PING")).isEqualTo("+OK");
            assertThat(client.line()).isEqualTo("+PONG");
        }
    }

    @Test
    void quitAnswersAndCloses() throws IOException {
        try (RawClient client = harness.connect()) {
            assertThat(client.command("QUIT").command("PING").line()).isEqualTo("+OK");
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void killsByIdAndKeepsTheOthers() throws IOException {
        try (RawClient victim = harness.connect(); RawClient client = harness.connect()) {
            String id = victim.ask("CLIENT", "ID").substring(1);
            assertThat(client.ask("CLIENT", "KILL", "ID", id)).isEqualTo(":1");
            assertThat(victim.isAtEnd()).isTrue();
            assertThat(client.ask("PING")).isEqualTo("+PONG");
            assertThat(client.ask("CLIENT", "KILL", "ID", id)).isEqualTo(":0");
        }
    }

    @Test
    void aReaderThatStallsIsNotReadFromAndCostsABoundedSum() throws Exception {
        harness.server.settings().setOutputPauseBytes(1 << 20);
        try (RawClient slow = harness.connectWithSmallBuffer(); RawClient other = harness.connect()) {
            String command = RawClient.resp("ECHO", "x".repeat(100_000));
            Thread flood = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 1000; i++) {
                        slow.send(command);
                    }
                } catch (IOException e) {
                    // The test closes the socket under it.
                }
            });
            assertThat(LoopHarness.eventually(() -> harness.server.connections().usedBytes() > 1 << 20)).isTrue();
            for (int i = 0; i < 2000; i++) {
                assertThat(other.ask("PING")).isEqualTo("+PONG");
                assertThat(harness.server.connections().usedBytes()).isLessThan(3 << 20);
            }
            slow.close();
            flood.join();
            assertThat(LoopHarness.eventually(() -> harness.server.connections().usedBytes() < 1 << 20)).isTrue();
        }
    }

    @Test
    void theHardLimitCutsAndNamesTheClient() throws Exception {
        // Backpressure would keep it below the limit for ever: it shall not step in here.
        harness.server.settings().setOutputPauseBytes(6 << 20);
        harness.server.settings().setOutputLimits(new OutputLimits(new Limit(500_000, 0, 0), Limit.NONE, Limit.NONE));
        try (RawClient slow = harness.connectWithSmallBuffer()) {
            slow.command("CLIENT", "SETNAME", "sleeper");
            assertThat(slow.line()).isEqualTo("+OK");
            String command = RawClient.resp("ECHO", "x".repeat(100_000));
            try {
                for (int i = 0; i < 200; i++) {
                    slow.send(command);
                }
            } catch (IOException e) {
                // It is cut while it sends.
            }
            assertThat(LoopHarness.eventually(() -> harness.server.statistics().clientsCutForOutput == 1)).isTrue();
            assertThat(harness.events)
                .anyMatch(line -> line.startsWith("client-cut reason=output-hard-limit") && line.contains("name=\"sleeper\"")
                        && line.contains("limit_bytes=500000"));
        }
    }

    @Test
    void uploadsThatStallGiveWayToThoseThatWait() throws Exception {
        harness.server.settings().setUploadStallMillis(300);
        try (RawClient stalled = harness.connect(); RawClient next = harness.connect()) {
            stalled.send("*2\r\n$4\r\nECHO\r\n$6000000\r\nabc");
            assertThat(LoopHarness.eventually(() -> harness.server.connections().usedBytes() > 6_000_000)).isTrue();
            String large = "y".repeat(5_000_000);
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    next.command("STRLEN-IS-UNKNOWN", large);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(next.line()).startsWith("-ERR unknown command");
            writer.join();
            assertThat(stalled.isAtEnd()).isTrue();
            assertThat(harness.events)
                .anyMatch(line -> line.startsWith("client-cut reason=upload-stalled") && line.contains("announced_bytes=6000"));
        }
    }

    @Test
    void whoSendsMoreThanTheQueryBufferLimitIsCutAndNamed() throws Exception {
        harness.server.settings().setQueryBufferBytes(1 << 20);
        try (RawClient large = harness.connect(); RawClient other = harness.connect()) {
            large.ask("CLIENT", "SETNAME", "uploader");
            assertThat(other.ask("SET", "key", "x".repeat(1_000_000))).isEqualTo("+OK");
            large.send("*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$3000000\r\n");
            Thread upload = Thread.ofVirtual().start(() -> {
                try {
                    large.send("x".repeat(3_000_000));
                } catch (IOException e) {
                    // It is cut while it sends.
                }
            });
            assertThat(LoopHarness.eventually(() -> harness.server.statistics().clientsCutForInput == 1)).isTrue();
            upload.join();
            assertThat(harness.events).anyMatch(line -> line.startsWith("client-cut reason=query-buffer-limit")
                    && line.contains("name=\"uploader\"") && line.contains("limit_bytes=1048576"));
            assertThat(other.ask("STRLEN", "key")).isEqualTo(":1000000");
        }
    }

    @Test
    void theSystemAsksAfterSilentClientsAsConfigured() throws Exception {
        harness.server.settings().setKeepAliveSeconds(60);
        try (RawClient asked = harness.connect()) {
            asked.ask("PING");
            Connection connection = (Connection) harness.server.clients().find(1);
            assertThat(connection.channel.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
            assertThat(connection.channel.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(60);
            assertThat(connection.channel.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL)).isEqualTo(20);
            harness.server.settings().setKeepAliveSeconds(0);
            try (RawClient left = harness.connect()) {
                left.ask("PING");
                Connection second = (Connection) harness.server.clients().find(2);
                assertThat(second.channel.getOption(StandardSocketOptions.SO_KEEPALIVE)).isFalse();
            }
        }
    }

    @Test
    void whatAClientDoesAfterNoTouchIsNoUse() throws Exception {
        harness.close();
        harness = new LoopHarness(32 << 20, 8 << 20, FullPolicy.EVICT, 32 << 20, table -> {
        });
        try (RawClient quiet = harness.connect()) {
            quiet.ask("SET", "o1", "x");
            String unused = quiet.ask("OBJECT", "FREQ", "o1");
            quiet.ask("CLIENT", "NO-TOUCH", "ON");
            quiet.command("GET", "o1").command("GET", "o1").command("MGET", "o1", "o1");
            assertThat(quiet.read(2 * 7 + 4 + 2 * 7)).endsWith("x\r\n");
            assertThat(quiet.ask("OBJECT", "FREQ", "o1")).isEqualTo(unused);
            assertThat(quiet.ask("TOUCH", "o1")).isEqualTo(":1");
            assertThat(quiet.ask("OBJECT", "FREQ", "o1")).isNotEqualTo(unused);
        }
    }

    @Test
    void idleConnectionsHoldNoBuffers() throws IOException {
        long before = harness.server.connections().usedBytes();
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            RawClient client = harness.connect();
            assertThat(client.ask("PING")).isEqualTo("+PONG");
            clients.add(client);
        }
        assertThat(harness.server.connections().usedBytes()).isEqualTo(before);
        for (RawClient client : clients) {
            client.close();
        }
    }
}

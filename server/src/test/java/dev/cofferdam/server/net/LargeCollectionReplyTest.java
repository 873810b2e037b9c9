// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.server.net.LoopHarness.RawClient;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replies from large collections, which are copied: they arrive whole if they fit into connections beside everybody else's, or their client is cut. */
class LargeCollectionReplyTest {
    private static final int FIELDS = 3000;
    private static final int FIELD_BYTES = 4000;
    private static final int CONNECTIONS_MAX = 8 << 20;
    private LoopHarness harness;
    private long idleBytes;

    @BeforeEach
    void open() throws IOException {
        harness = new LoopHarness(96 << 20, CONNECTIONS_MAX);
        try (RawClient writer = harness.connect()) {
            String value = "v".repeat(FIELD_BYTES);
            for (int i = 0; i < FIELDS; i++) {
                writer.command("HSET", "hash", "field" + i, value).command("RPUSH", "list", value).command("ZADD", "zset", "" + i,
                        value + i);
                writer.line();
                writer.line();
                writer.line();
            }
            writer.ask("PING");
        }
        idleBytes = harness.server.connections().usedBytes();
    }

    @AfterEach
    void close() {
        harness.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HGETALL hash", "HVALS hash", "LRANGE list 0 -1", "ZRANGE zset 0 -1"})
    void aReplyLargerThanConnectionsCutsItsClientAndNobodyElse(String command) throws Exception {
        try (RawClient greedy = harness.connect();
                RawClient stalled = harness.connectWithSmallBuffer();
                RawClient other = harness.connect()) {
            greedy.ask("CLIENT", "SETNAME", "reporter");
            // It has unread replies of its own, and must keep them.
            stalled.command("LRANGE", "list", "0", "1300");
            greedy.command(command.split(" "));
            for (int i = 0; i < 200; i++) {
                assertThat(other.ask("PING")).isEqualTo("+PONG");
            }
            assertThat(greedy.isAtEnd()).isTrue();
            String[] words = command.split(" ");
            assertThat(harness.events)
                .anyMatch(line -> line.startsWith("client-cut reason=reply-too-large") && line.contains("name=\"reporter\"")
                        && line.contains("cmd=" + words[0].toLowerCase(java.util.Locale.ROOT) + " key=\"" + words[1] + "\"")
                        && line.contains("reply_bytes=12") && line.contains("connections_max_bytes=" + CONNECTIONS_MAX));
            assertThat(stalled.line()).isEqualTo("*1301");
            String element = "$" + FIELD_BYTES + "\r\n" + "v".repeat(FIELD_BYTES) + "\r\n";
            for (int i = 0; i < 1301; i++) {
                assertThat(stalled.read(element.length()).equals(element)).isTrue();
            }
            assertThat(harness.server.statistics().clientsCutForOutput).isEqualTo(1);
            assertThat(LoopHarness.eventually(() -> harness.server.connections().usedBytes() <= idleBytes + (1 << 17))).isTrue();
        }
    }

    @Test
    void aReplyThatFitsArrivesWholeHoweverSlowlyItIsRead() throws Exception {
        try (RawClient slow = harness.connectWithSmallBuffer(); RawClient writer = harness.connect()) {
            slow.command("LRANGE", "list", "0", "1499");
            assertThat(LoopHarness.eventually(() -> harness.server.connections().usedBytes() > idleBytes + (1 << 20))).isTrue();
            // A copy of the moment: what happens to the list afterwards does not show.
            assertThat(writer.ask("DEL", "list")).isEqualTo(":1");
            assertThat(slow.line()).isEqualTo("*1500");
            String element = "$" + FIELD_BYTES + "\r\n" + "v".repeat(FIELD_BYTES) + "\r\n";
            for (int i = 0; i < 1500; i++) {
                assertThat(slow.read(element.length()).equals(element)).isTrue();
            }
            assertThat(slow.ask("PING")).isEqualTo("+PONG");
        }
    }
}

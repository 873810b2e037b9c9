// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyReaderTest {
    private static final long LIMIT_BYTES = 1 << 20;

    @Test
    void readsEveryKindOfBothProtocols() throws IOException {
        assertThat(read("+OK\r\n")).isEqualTo(new Reply.Status("OK"));
        assertThat(read("-OOM no room\r\n")).isEqualTo(new Reply.Failure("OOM no room"));
        assertThat(read("!6\r\nERR \r\n\r\n")).isEqualTo(new Reply.Failure("ERR \r\n"));
        assertThat(read(":-42\r\n").asLong()).isEqualTo(-42);
        assertThat(read("$5\r\na\r\nbc\r\n").asText()).isEqualTo("a\r\nbc");
        assertThat(read("=7\r\ntxt:abc\r\n").asText()).isEqualTo("abc");
        assertThat(read(",-1.5e3\r\n")).isEqualTo(new Reply.Real(-1500));
        assertThat(read(",-inf\r\n")).isEqualTo(new Reply.Real(Double.NEGATIVE_INFINITY));
        assertThat(read("#t\r\n")).isEqualTo(new Reply.Flag(true));
        assertThat(read("(12345678901234567890\r\n")).isEqualTo(new Reply.BigNumber("12345678901234567890"));
        for (String nothing : new String[] {"$-1\r\n", "*-1\r\n", "_\r\n"}) {
            assertThat(read(nothing)).isEqualTo(Reply.NOTHING);
        }
        Reply two = new Reply.Items(List.of(new Reply.Whole(1), new Reply.Items(List.of())));
        assertThat(read("*2\r\n:1\r\n*0\r\n")).isEqualTo(two);
        assertThat(read("~2\r\n:1\r\n*0\r\n")).isEqualTo(two);
        assertThat(read("%1\r\n:1\r\n*0\r\n")).isEqualTo(two);
        assertThat(read("|1\r\n+ttl\r\n:3\r\n*2\r\n:1\r\n*0\r\n")).isEqualTo(two);
        assertThat(read(">1\r\n+hey\r\n")).isEqualTo(new Reply.Push(List.of(new Reply.Status("hey"))));
    }

    @Test
    void whereTheBytesAreCutDoesNotMatter() throws IOException {
        String longText = "x".repeat(100_000);
        String wire = "*3\r\n$100000\r\n" + longText + "\r\n:12\r\n+" + "y".repeat(20_000) + "\r\n";
        for (int step : new int[] {1, 7, 8191, 8192, 8193}) {
            List<Reply> items = new ReplyReader(inSteps(wire, step), LIMIT_BYTES).read().asList();
            assertThat(items.get(0).asText()).isEqualTo(longText);
            assertThat(items.get(1).asLong()).isEqualTo(12);
            assertThat(items.get(2).asText()).hasSize(20_000);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello\r\n", ":1x\r\n", ":1\n", "$3\r\nabcd\r\n", "$-2\r\n", "*-7\r\n", ">-1\r\n", "=2\r\nab\r\n", "#x\r\n",
        ",one\r\n", "$?\r\n",
        "$99999999999\r\n", "*99999999999\r\n"})
    void whatIsNoReplyIsRefused(String wire) {
        assertThatThrownBy(() -> read(wire)).isInstanceOf(ProtocolException.class);
    }

    /** A claim costs nothing: the stream ends after it, and what ends the reading is the limit, not the end. */
    @ParameterizedTest
    @ValueSource(strings = {"$2000000000\r\n", "*40000\r\n", "%20000\r\n", "*2\r\n$600000\r\n"})
    void claimsBeyondTheLimitAreRefusedBeforeAnythingIsMade(String claim) {
        String wire = claim.startsWith("*2\r") ? claim + "x".repeat(600_000) + "\r\n$600000\r\n" : claim;
        assertThatThrownBy(() -> read(wire)).isInstanceOf(ProtocolException.class).hasMessageContaining("limit of " + LIMIT_BYTES);
    }

    @Test
    void aNestWithoutEndIsRefused() {
        assertThatThrownBy(() -> read("*1\r\n".repeat(1000))).isInstanceOf(ProtocolException.class).hasMessageContaining("nested");
    }

    @Test
    void aStreamThatEndsWithinAReplySaysSo() {
        assertThatThrownBy(() -> read("$5\r\nab")).isInstanceOf(EOFException.class);
    }

    @Test
    void anotherKindThanExpectedNamesWhatCame() throws IOException {
        Reply failure = read("-OOM no room\r\n");
        assertThatThrownBy(failure::asLong).isInstanceOf(UnexpectedReplyException.class).hasMessageContaining("a number")
            .hasMessageContaining("OOM no room");
        assertThat(((Reply.Failure) failure).code()).isEqualTo("OOM");
    }

    private static Reply read(String wire) throws IOException {
        return new ReplyReader(inSteps(wire, Integer.MAX_VALUE), LIMIT_BYTES).read();
    }

    private static InputStream inSteps(String wire, int step) {
        return new ByteArrayInputStream(wire.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read(byte[] bytes, int offset, int length) {
                return super.read(bytes, offset, Math.min(step, length));
            }
        };
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sortedsets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.server.command.CommandHarness;
import dev.cofferdam.server.command.CommandHarness.TestClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** BZPOPMIN, BZPOPMAX and BZMPOP: who waits first is served first, by whatever makes the key ready. */
class SortedSetWaitingTest {
    private final CommandHarness harness = CommandHarness.single(16 << 20);

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void whoCameFirstIsServedFirst() {
        TestClient first = harness.client();
        TestClient second = harness.client();
        assertThat(first.run("BZPOPMIN", "z", "0")).isEmpty();
        assertThat(second.run("BZPOPMAX", "z", "other", "0")).isEmpty();
        assertThat(harness.run("ZADD", "z", "1", "a", "2", "b", "3", "c")).isEqualTo(":3\r\n");
        assertThat(first.received()).isEqualTo("*3\r\n$1\r\nz\r\n$1\r\na\r\n$1\r\n1\r\n");
        assertThat(second.received()).isEqualTo("*3\r\n$1\r\nz\r\n$1\r\nc\r\n$1\r\n3\r\n");
        assertThat(harness.run("ZRANGE", "z", "0", "-1")).isEqualTo("*1\r\n$1\r\nb\r\n");
    }

    @Test
    void storedResultsAndIncrementsWakeToo() {
        TestClient first = harness.client();
        assertThat(first.run("BZMPOP", "0", "2", "x", "z", "MAX", "COUNT", "2")).isEmpty();
        harness.run("ZADD", "source", "1", "a", "2", "b", "3", "c");
        assertThat(harness.run("ZRANGESTORE", "z", "source", "0", "-1")).isEqualTo(":3\r\n");
        assertThat(first.received()).isEqualTo("*2\r\n$1\r\nz\r\n*2\r\n*2\r\n$1\r\nc\r\n$1\r\n3\r\n*2\r\n$1\r\nb\r\n$1\r\n2\r\n");
        assertThat(first.run("BZPOPMIN", "y", "0")).isEmpty();
        harness.run("ZINCRBY", "y", "2.5", "m");
        assertThat(first.received()).isEqualTo("*3\r\n$1\r\ny\r\n$1\r\nm\r\n$3\r\n2.5\r\n");
        assertThat(harness.run("ZCARD", "y")).isEqualTo(":0\r\n");
    }

    @Test
    void aWaitEndsWithItsTimeAndNeverBeginsInATransaction() {
        TestClient first = harness.client();
        assertThat(first.run("BZPOPMIN", "z", "0.1")).isEmpty();
        harness.advanceMillis(200);
        assertThat(first.received()).isEqualTo("*-1\r\n");
        first.run("MULTI");
        first.run("BZPOPMIN", "z", "0");
        first.run("BZMPOP", "0", "1", "z", "MIN");
        assertThat(first.run("EXEC")).isEqualTo("*2\r\n*-1\r\n*-1\r\n");
    }

    @Test
    void aKeyOfAnotherTypeDoesNotWake() {
        TestClient first = harness.client();
        assertThat(first.run("BZPOPMIN", "z", "0")).isEmpty();
        harness.run("SET", "z", "text");
        assertThat(first.received()).isEmpty();
        harness.run("GETDEL", "z");
        harness.run("ZADD", "z", "1", "a");
        assertThat(first.received()).startsWith("*3\r\n");
        harness.run("SET", "z", "text");
        assertThat(first.run("BZPOPMIN", "z", "0")).isEqualTo("-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
    }
}

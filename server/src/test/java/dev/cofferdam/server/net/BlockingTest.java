// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.server.net.LoopHarness.RawClient;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that wait for a key, over real sockets: who came first is served first, and leaves no trace when it goes. */
class BlockingTest {
    private LoopHarness harness;

    @BeforeEach
    void open() throws IOException {
        harness = new LoopHarness(32 << 20, 8 << 20);
    }

    @AfterEach
    void close() {
        harness.close();
    }

    private void waitFor(int waiting) throws InterruptedException {
        assertThat(LoopHarness.eventually(() -> harness.server.blocking().waitingClients() == waiting)).isTrue();
    }

    @Test
    void servesInOrderOfArrival() throws Exception {
        try (RawClient first = harness.connect(); RawClient second = harness.connect(); RawClient pusher = harness.connect()) {
            first.command("BLPOP", "jobs", "0");
            waitFor(1);
            second.command("BRPOP", "jobs", "0");
            waitFor(2);
            assertThat(pusher.ask("RPUSH", "jobs", "a", "b", "c")).isEqualTo(":3");
            assertThat(first.read(21)).isEqualTo("*2\r\n$4\r\njobs\r\n$1\r\na\r\n");
            assertThat(second.read(21)).isEqualTo("*2\r\n$4\r\njobs\r\n$1\r\nc\r\n");
            assertThat(pusher.ask("LLEN", "jobs")).isEqualTo(":1");
        }
    }

    @Test
    void whatWasSentBehindAWaitingCommandRunsAfterIt() throws Exception {
        try (RawClient waiter = harness.connect(); RawClient pusher = harness.connect()) {
            waiter.send(RawClient.resp("BLPOP", "jobs", "0") + RawClient.resp("SET", "done", "1"));
            waitFor(1);
            assertThat(pusher.ask("EXISTS", "done")).isEqualTo(":0");
            assertThat(pusher.ask("RPUSH", "jobs", "a")).isEqualTo(":1");
            assertThat(waiter.read("*2\r\n$4\r\njobs\r\n$1\r\na\r\n+OK\r\n".length())).isEqualTo("*2\r\n$4\r\njobs\r\n$1\r\na\r\n+OK\r\n");
        }
    }

    @Test
    void aWaitingClientThatLeavesTakesNothing() throws Exception {
        try (RawClient pusher = harness.connect()) {
            RawClient leaver = harness.connect();
            leaver.command("BLPOP", "jobs", "0");
            waitFor(1);
            leaver.close();
            waitFor(0);
            assertThat(pusher.ask("RPUSH", "jobs", "a")).isEqualTo(":1");
            assertThat(pusher.ask("LLEN", "jobs")).isEqualTo(":1");
        }
    }

    @Test
    void aWaitEndsWithItsTimeout() throws Exception {
        try (RawClient waiter = harness.connect()) {
            waiter.command("BLPOP", "jobs", "0.05").command("PING");
            assertThat(waiter.line()).isEqualTo("*-1");
            assertThat(waiter.line()).isEqualTo("+PONG");
            assertThat(harness.server.blocking().waitingClients()).isZero();
        }
    }

    @Test
    void unblockEndsAWaitWithNilOrAnError() throws Exception {
        try (RawClient waiter = harness.connect(); RawClient other = harness.connect()) {
            String id = waiter.ask("CLIENT", "ID").substring(1);
            waiter.command("BLPOP", "jobs", "0");
            waitFor(1);
            assertThat(other.ask("CLIENT", "UNBLOCK", id, "ERROR")).isEqualTo(":1");
            assertThat(waiter.line()).isEqualTo("-UNBLOCKED client unblocked via CLIENT UNBLOCK");
            assertThat(other.ask("CLIENT", "UNBLOCK", id)).isEqualTo(":0");
        }
    }

    @Test
    void aChainOfMovesIsServedWithinOneCommand() throws Exception {
        try (RawClient mover = harness.connect(); RawClient last = harness.connect(); RawClient pusher = harness.connect()) {
            mover.command("BLMOVE", "from", "to", "LEFT", "RIGHT", "0");
            waitFor(1);
            last.command("BLPOP", "to", "0");
            waitFor(2);
            assertThat(pusher.command("RPUSH", "from", "x").command("EXISTS", "from", "to").line()).isEqualTo(":1");
            assertThat(pusher.line()).isEqualTo(":0");
            assertThat(mover.read(7)).isEqualTo("$1\r\nx\r\n");
            assertThat(last.read(19)).isEqualTo("*2\r\n$2\r\nto\r\n$1\r\nx\r\n");
        }
    }
}

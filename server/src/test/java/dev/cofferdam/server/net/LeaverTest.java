// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.server.net.LoopHarness.RawClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A client that leaves while it waits is given nothing, even when it leaves behind the loop's back: every acknowledged job is either delivered to somebody
 * who was there, or still in its list.
 */
class LeaverTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261123L);

    private final Stall stall = new Stall();

    private static void waitFor(LoopHarness harness, int waiting) throws InterruptedException {
        assertThat(LoopHarness.eventually(() -> harness.server.blocking().waitingClients() == waiting)).isTrue();
    }

    @Test
    void aWaiterThatLeftAfterThePushWasSentAndBeforeItWasReadIsGivenNothing() throws Exception {
        for (String[] wait : new String[][] {{"BRPOP", "jobs", "0"}, {"BLMPOP", "0", "1", "jobs", "LEFT"},
            {"BLMOVE", "jobs", "mine", "LEFT", "LEFT", "0"}}) {
            try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20, stall::declare);
                    RawClient staller = harness.connect();
                    RawClient pusher = harness.connect()) {
                RawClient leaver = harness.connect();
                leaver.command(wait);
                waitFor(harness, 1);
                stall.begin(staller);
                pusher.command("RPUSH", "jobs", "a");
                leaver.close();
                stall.end();
                assertThat(pusher.line()).as(wait[0]).isEqualTo(":1");
                assertThat(pusher.ask("LLEN", "jobs")).as(wait[0]).isEqualTo(":1");
                assertThat(pusher.ask("EXISTS", "mine")).isEqualTo(":0");
                assertThat(harness.server.blocking().waitingClients()).isZero();
            }
        }
    }

    @Test
    void theNextInLineIsServedInstead() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20, stall::declare);
                RawClient staller = harness.connect();
                RawClient pusher = harness.connect();
                RawClient second = harness.connect()) {
            RawClient leaver = harness.connect();
            leaver.command("BLPOP", "jobs", "0");
            waitFor(harness, 1);
            second.command("BLPOP", "jobs", "0").command("PING");
            waitFor(harness, 2);
            stall.begin(staller);
            pusher.command("RPUSH", "jobs", "a");
            leaver.close();
            second.command("ECHO", "x");
            stall.end();
            assertThat(second.read(21)).isEqualTo("*2\r\n$4\r\njobs\r\n$1\r\na\r\n");
            assertThat(second.line()).as("what it had sent meanwhile is kept, in order").isEqualTo("+PONG");
            assertThat(second.read(7)).isEqualTo("$1\r\nx\r\n");
        }
    }

    /** Its BLPOP was read, but had to wait for CLIENT PAUSE to end; when it ended nobody was there. */
    @Test
    void aClientThatLeftWhileItWasHeldBackTakesNothing() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20); RawClient other = harness.connect()) {
            RawClient leaver = harness.connect();
            assertThat(other.ask("RPUSH", "jobs", "a")).isEqualTo(":1");
            assertThat(other.ask("CLIENT", "PAUSE", "60000", "WRITE")).isEqualTo("+OK");
            long before = harness.server.statistics().inputBytes;
            leaver.command("BLPOP", "jobs", "0");
            assertThat(LoopHarness.eventually(() -> harness.server.statistics().inputBytes > before)).isTrue();
            leaver.close();
            assertThat(other.ask("CLIENT", "UNPAUSE")).isEqualTo("+OK");
            assertThat(LoopHarness.eventually(() -> harness.server.clients().count() == 1)).isTrue();
            assertThat(other.ask("LLEN", "jobs")).isEqualTo(":1");
        }
    }

    @Test
    void whateverLeavesNoAcknowledgedJobIsLost() throws Exception {
        Random random = new Random(SEED);
        try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20, stall::declare);
                RawClient staller = harness.connect();
                RawClient pusher = harness.connect()) {
            int left = 0;
            for (int round = 0; round < 150; round++) {
                List<RawClient> waiters = new ArrayList<>();
                for (int i = 1 + random.nextInt(8); i > 0; i--) {
                    RawClient waiter = harness.connect();
                    waiter.command("BRPOP", "jobs", "0");
                    waiters.add(waiter);
                    waitFor(harness, waiters.size());
                }
                stall.begin(staller);
                int pushed = 0;
                List<RawClient> there = new ArrayList<>(waiters);
                for (int step = random.nextInt(12); step >= 0; step--) {
                    if (random.nextBoolean() || there.isEmpty()) {
                        pusher.command("LPUSH", "jobs", "job" + round);
                        pushed++;
                    } else {
                        there.remove(random.nextInt(there.size())).close();
                        left++;
                    }
                }
                stall.end();
                assertThat(staller.line()).isEqualTo("+OK");
                for (int i = 0; i < pushed; i++) {
                    assertThat(pusher.line()).startsWith(":");
                }
                // In order of arrival, one each; a reply that does not come makes the read fail.
                int delivered = Math.min(pushed, there.size());
                for (RawClient waiter : there.subList(0, delivered)) {
                    assertThat(waiter.line()).isEqualTo("*2");
                }
                assertThat(pusher.ask("LLEN", "jobs")).as("seed %d, round %d (repeat with -Dcofferdam.seed=)", SEED, round)
                    .isEqualTo(":" + (pushed - delivered));
                for (RawClient waiter : there) {
                    waiter.close();
                }
                waitFor(harness, 0);
                assertThat(pusher.ask("DEL", "jobs")).startsWith(":");
            }
            assertThat(left).as("clients that left").isGreaterThan(200);
        }
    }
}

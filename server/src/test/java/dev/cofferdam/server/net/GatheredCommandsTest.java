// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.server.net.LoopHarness.RawClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What many clients sent while the loop was busy is read in one turn: single commands are executed together, and nobody's bytes are mistaken for another's. */
class GatheredCommandsTest {
    private final Stall stall = new Stall();

    /** More clients than a batch holds, each with one command. */
    @Test
    void everyClientIsAnsweredItsOwn() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20, stall::declare); RawClient staller = harness.connect()) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                clients.add(harness.connect());
                assertThat(clients.get(i).ask("SET", "key" + i, "value" + i)).isEqualTo("+OK");
            }
            for (int round = 0; round < 5; round++) {
                stall.begin(staller);
                for (int i = 0; i < clients.size(); i++) {
                    clients.get(i).command("GET", "key" + i);
                }
                stall.end();
                for (int i = 0; i < clients.size(); i++) {
                    assertThat(clients.get(i).line()).isEqualTo("$" + ("value" + i).length());
                    assertThat(clients.get(i).line()).isEqualTo("value" + i);
                }
                assertThat(staller.line()).isEqualTo("+OK");
            }
        }
    }

    /** Single commands, pipelines, inline commands, halves, wrong ones and waiting clients in one turn. */
    @Test
    void mixesWithEverythingElseThatIsRead() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20, stall::declare);
                RawClient staller = harness.connect();
                RawClient one = harness.connect();
                RawClient pipeline = harness.connect();
                RawClient inline = harness.connect();
                RawClient half = harness.connect();
                RawClient waiter = harness.connect();
                RawClient wrong = harness.connect();
                RawClient pusher = harness.connect()) {
            waiter.command("BLPOP", "jobs", "0");
            assertThat(LoopHarness.eventually(() -> harness.server.blocking().waitingClients() == 1)).isTrue();
            stall.begin(staller);
            one.command("INCR", "n");
            pipeline.command("INCR", "n").command("INCR", "n").command("PING");
            inline.send("incrby \"n\" 10\r\n");
            String whole = RawClient.resp("INCRBY", "n", "100");
            half.send(whole.substring(0, 20));
            pusher.command("RPUSH", "jobs", "a");
            waiter.command("PING");
            wrong.send("*1\r\n!3\r\n");
            stall.end();
            assertThat(one.line()).startsWith(":");
            assertThat(pipeline.line()).startsWith(":");
            assertThat(pipeline.line()).startsWith(":");
            assertThat(pipeline.line()).isEqualTo("+PONG");
            assertThat(inline.line()).startsWith(":");
            half.send(whole.substring(20));
            assertThat(half.line()).isEqualTo(":113");
            assertThat(pusher.line()).isEqualTo(":1");
            assertThat(waiter.read(21)).isEqualTo("*2\r\n$4\r\njobs\r\n$1\r\na\r\n");
            assertThat(waiter.line()).isEqualTo("+PONG");
            assertThat(wrong.line()).startsWith("-ERR Protocol error: expected '$'");
        }
    }

    /** A client that a command of the same turn closes executes nothing any more, or did before; either way the others go on. */
    @Test
    void aClientClosedByAnotherInTheSameTurnHarmsNobody() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20, stall::declare);
                RawClient staller = harness.connect();
                RawClient killer = harness.connect();
                RawClient other = harness.connect()) {
            for (int round = 0; round < 20; round++) {
                RawClient victim = harness.connect();
                String id = victim.ask("CLIENT", "ID").substring(1);
                stall.begin(staller);
                killer.command("CLIENT", "KILL", "ID", id);
                victim.command("SET", "from", "victim");
                other.command("SET", "from", "other");
                stall.end();
                assertThat(killer.line()).isEqualTo(":1");
                assertThat(other.line()).isEqualTo("+OK");
                assertThat(other.ask("GET", "from")).startsWith("$");
                assertThat(other.line()).isIn("other", "victim");
                assertThat(staller.line()).isEqualTo("+OK");
                victim.close();
            }
        }
    }
}

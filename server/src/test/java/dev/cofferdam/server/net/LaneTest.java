// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.server.command.Arity;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.Flag;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.KeyUse;
import dev.cofferdam.server.command.Memory;
import dev.cofferdam.server.net.LoopHarness.RawClient;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A long command runs beside the loop: who needs its compartment waits, everybody else does not notice. */
class LaneTest {
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private volatile String thread = "";

    private void declare(CommandTable table) {
        table.group("test").command("SLOWECHO").summary("Waits, then answers.").since("0.1").complexity("O(N)").arity(Arity.exactly(3))
            .flags(Flag.WRITE)
            .memory(Memory.NEUTRAL).keys(KeySpec.key(1, KeyUse.UPDATES)).handledBy(this::slow);
    }

    private static void declareGreedy(CommandTable table) {
        table.group("test").command("GREEDY").summary("Finds the heap full.").since("0.1").complexity("O(N)").arity(Arity.exactly(2))
            .flags(Flag.WRITE).memory(Memory.GROWS).keys(KeySpec.key(1, KeyUse.UPDATES)).bound(call -> 100).handledBy(call -> {
                if (!call.heavy(1_000_000)) {
                    throw new OutOfMemoryError("said by the test");
                }
            });
    }

    @Test
    void aCommandThatFindsTheHeapFullGivesItsCompartmentBack() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20, LaneTest::declareGreedy); RawClient client = harness.connect()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.ask("GREEDY", "key")).startsWith("-ERR internal error in 'greedy'");
                assertThat(client.ask("SET", "key", "value")).isEqualTo("+OK");
            }
            assertThat(harness.events)
                .anyMatch(line -> line.startsWith("command-failed command=greedy") && line.contains("OutOfMemoryError"));
        }
    }

    private void slow(Call call) {
        if (call.heavy(1_000_000)) {
            return;
        }
        thread = Thread.currentThread().getName();
        entered.countDown();
        try {
            assertThat(release.await(LoopHarness.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        Key key = call.key(1);
        call.changed(key, "test");
        call.reply().array(2);
        for (int i = 0; i < 2; i++) {
            call.reply().bulk(call.address(2), call.length(2));
        }
    }

    @Test
    void othersGoOnWhileACompartmentIsInItsLane() throws Exception {
        String value = "v".repeat(300_000);
        try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20, this::declare);
                RawClient slow = harness.connect();
                RawClient same = harness.connect();
                RawClient other = harness.connect()) {
            assertThat(same.ask("SET", "k", "before")).isEqualTo("+OK");
            slow.command("SLOWECHO", "k", value).command("ECHO", "then");
            assertThat(entered.await(LoopHarness.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
            same.command("GET", "k").command("PING");
            for (int i = 0; i < 100; i++) {
                assertThat(other.ask("SET", "other", "x")).isEqualTo("+OK");
                assertThat(other.ask("PING")).isEqualTo("+PONG");
            }
            assertThat(other.ask("DBSIZE-LIKE")).startsWith("-ERR unknown");
            release.countDown();
            String bulk = "$300000\r\n" + value + "\r\n";
            String expected = "*2\r\n" + bulk + bulk + "$4\r\nthen\r\n";
            assertThat(slow.read(expected.length())).isEqualTo(expected);
            assertThat(same.read("$6\r\nbefore\r\n+PONG\r\n".length())).isEqualTo("$6\r\nbefore\r\n+PONG\r\n");
            assertThat(thread).isEqualTo("lane-default");
            assertThat(harness.server.statistics().laneCommands).isEqualTo(1);
        }
    }

    /** Keys that SORT names by patterns are not looked at while their compartment is with its lane; what names none goes on. */
    @Test
    void sortWaitsForTheCompartmentsItsPatternsReach() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20, this::declare);
                RawClient slow = harness.connect();
                RawClient sorting = harness.connect();
                RawClient other = harness.connect()) {
            assertThat(sorting.ask("RPUSH", "l", "1", "2")).isEqualTo(":2");
            assertThat(sorting.ask("SET", "o2", "-1")).isEqualTo("+OK");
            slow.command("SLOWECHO", "o", "v");
            assertThat(entered.await(LoopHarness.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
            sorting.command("SORT", "l", "BY", "o*", "LIMIT", "0", "1");
            assertThat(other.ask("SORT", "l", "GET", "#", "STORE", "d")).isEqualTo(":2");
            assertThat(other.ask("PING")).isEqualTo("+PONG");
            assertThat(sorting.hasNothing()).isTrue();
            release.countDown();
            assertThat(sorting.read("*1\r\n$1\r\n2\r\n".length())).isEqualTo("*1\r\n$1\r\n2\r\n");
        }
    }

    @Test
    void aChangeInALaneBreaksTransactionsThatWatchTheKey() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20, this::declare);
                RawClient slow = harness.connect();
                RawClient watcher = harness.connect()) {
            assertThat(watcher.ask("WATCH", "k")).isEqualTo("+OK");
            release.countDown();
            assertThat(slow.ask("SLOWECHO", "k", "v")).isEqualTo("*2");
            watcher.ask("MULTI");
            watcher.ask("PING");
            assertThat(watcher.ask("EXEC")).isEqualTo("*-1");
        }
    }

    @Test
    void aClientThatLeavesWhileItsCommandIsInALaneIsClosedAfterwards() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20, this::declare); RawClient other = harness.connect()) {
            RawClient slow = harness.connect();
            String id = slow.ask("CLIENT", "ID").substring(1);
            slow.command("SLOWECHO", "k", "v");
            assertThat(entered.await(LoopHarness.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
            assertThat(other.ask("CLIENT", "KILL", "ID", id)).isEqualTo(":1");
            release.countDown();
            assertThat(other.ask("GET", "k")).isEqualTo("$-1");
            assertThat(slow.isAtEnd()).isTrue();
            slow.close();
        }
    }

    @Test
    void aTourHoldsOneCompartmentAtATime() throws Exception {
        CountDownLatch inDefault = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20,
                table -> table.group("test").command("TOUR").summary("Visits.").since("0.1")
                    .complexity("O(N)").arity(Arity.exactly(1)).flags(Flag.READONLY).memory(Memory.NEUTRAL)
                    .visitsEachCompartment(0, (call, compartment, write) -> {
                        if (write && Thread.currentThread().getName().startsWith("lane") && compartment.name().equals("default")) {
                            inDefault.countDown();
                            await(goOn);
                        }
                        if (write) {
                            call.reply().bulk(compartment.name());
                        }
                        return 1;
                    }));
                RawClient tour = harness.connect();
                RawClient other = harness.connect();
                RawClient same = harness.connect()) {
            assertThat(tour.ask("TOUR")).isEqualTo("*2");
            assertThat(tour.read(24)).isEqualTo("$7\r\ndefault\r\n$5\r\nother\r\n");
            harness.server.settings().setLaneThresholdElements(-1);
            tour.command("TOUR").command("PING");
            assertThat(inDefault.await(LoopHarness.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
            same.command("SET", "k", "v");
            assertThat(other.ask("SET", "other", "x")).isEqualTo("+OK");
            goOn.countDown();
            assertThat(tour.read("*2\r\n$7\r\ndefault\r\n$5\r\nother\r\n+PONG\r\n".length()))
                .isEqualTo("*2\r\n$7\r\ndefault\r\n$5\r\nother\r\n+PONG\r\n");
            assertThat(same.line()).isEqualTo("+OK");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(LoopHarness.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

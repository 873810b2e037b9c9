// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.server.config.OutputLimits;
import dev.cofferdam.server.config.OutputLimits.Limit;
import dev.cofferdam.server.net.LoopHarness.RawClient;
import java.io.IOException;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Replies of megabytes are sent beside the loop: whole, in order with all others, and without a byte lost when their client is. */
class LongRepliesTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 42);
    private static final int ELEMENTS = 6000;
    private static final String ELEMENT = "v".repeat(1000);
    private static final String BULK = "$1000\r\n" + ELEMENT + "\r\n";
    private static final String PONG = "+PONG\r\n";
    private LoopHarness harness;
    private long idleBytes;

    @BeforeEach
    void open() throws IOException {
        harness = new LoopHarness(96 << 20, 48 << 20);
        try (RawClient writer = harness.connect()) {
            for (int i = 0; i < ELEMENTS; i++) {
                assertThat(writer.ask("RPUSH", "list", ELEMENT)).isEqualTo(":" + (i + 1));
            }
        }
        idleBytes = harness.server.connections().usedBytes();
    }

    @AfterEach
    void close() {
        harness.close();
    }

    private void askForAll(RawClient client) throws IOException {
        client.command("LRANGE", "list", "0", "-1");
    }

    private static void readAll(RawClient client) throws IOException {
        assertThat(client.line()).isEqualTo("*" + ELEMENTS);
        for (int i = 0; i < ELEMENTS; i++) {
            assertThat(client.read(BULK.length()).equals(BULK)).isTrue();
        }
    }

    private boolean isGivenBack() throws InterruptedException {
        return LoopHarness.eventually(() -> harness.server.connections().usedBytes() <= idleBytes + (1 << 17));
    }

    @Test
    void theyArriveWholeAndInOrderWithOtherReplies() throws Exception {
        try (RawClient reader = harness.connectWithSmallBuffer(); RawClient other = harness.connect()) {
            assertThat(reader.ask("SET", "large", "x".repeat(700_000))).isEqualTo("+OK");
            reader.command("PING");
            askForAll(reader);
            reader.command("PING");
            askForAll(reader);
            askForAll(reader);
            reader.command("GET", "large").command("PING");
            assertThat(reader.read(PONG.length())).isEqualTo(PONG);
            readAll(reader);
            assertThat(other.ask("PING")).isEqualTo("+PONG");
            assertThat(reader.read(PONG.length())).isEqualTo(PONG);
            readAll(reader);
            readAll(reader);
            assertThat(reader.line()).isEqualTo("$700000");
            assertThat(reader.read(700_002)).isEqualTo("x".repeat(700_000) + "\r\n");
            assertThat(reader.read(PONG.length())).isEqualTo(PONG);
            assertThat(Thread.getAllStackTraces().keySet()).anyMatch(thread -> thread.getName().equals("long-replies"));
            assertThat(isGivenBack()).isTrue();
        }
    }

    @Test
    void whoReadsSeveralAtOnceGetsEachOfThem() throws Exception {
        RawClient[] readers = new RawClient[4];
        for (int i = 0; i < readers.length; i++) {
            readers[i] = harness.connectWithSmallBuffer();
            askForAll(readers[i]);
        }
        for (RawClient reader : readers) {
            assertThat(reader.line()).isEqualTo("*" + ELEMENTS);
        }
        for (int i = 0; i < ELEMENTS; i++) {
            for (RawClient reader : readers) {
                assertThat(reader.read(BULK.length()).equals(BULK)).isTrue();
            }
        }
        for (RawClient reader : readers) {
            assertThat(reader.ask("PING")).isEqualTo("+PONG");
            reader.close();
        }
        assertThat(isGivenBack()).isTrue();
    }

    /** More is unsent than a client may have for its commands to be read. */
    @Test
    void commandsBehindThemAreExecutedWhenTheyAreRead() throws Exception {
        try (RawClient reader = harness.connectWithSmallBuffer()) {
            askForAll(reader);
            int commands = 20_000;
            reader.send(RawClient.resp("PING").repeat(commands));
            readAll(reader);
            for (int i = 0; i < commands; i++) {
                assertThat(reader.read(PONG.length())).isEqualTo(PONG);
            }
        }
    }

    @Test
    void whoSaysQuitBehindOneGetsItFirst() throws Exception {
        try (RawClient reader = harness.connectWithSmallBuffer()) {
            askForAll(reader);
            reader.command("QUIT");
            readAll(reader);
            assertThat(reader.line()).isEqualTo("+OK");
            assertThat(reader.isAtEnd()).isTrue();
            assertThat(isGivenBack()).isTrue();
        }
    }

    @Test
    void memoryIsBackWhenItsClientIsKilled() throws Exception {
        try (RawClient reader = harness.connectWithSmallBuffer(); RawClient other = harness.connect()) {
            String id = reader.ask("CLIENT", "ID").substring(1);
            askForAll(reader);
            assertThat(LoopHarness.eventually(() -> harness.server.connections().usedBytes() > idleBytes + (2 << 20))).isTrue();
            assertThat(reader.line()).isEqualTo("*" + ELEMENTS);
            assertThat(other.ask("CLIENT", "KILL", "ID", id)).isEqualTo(":1");
            assertThat(isGivenBack()).isTrue();
            assertThat(countTillEnd(reader)).isLessThan((long) ELEMENTS * BULK.length());
        }
    }

    private static long countTillEnd(RawClient reader) throws IOException {
        long count = 0;
        while (!reader.isAtEnd()) {
            count++;
        }
        return count;
    }

    /** What is being sent counts for client-output-buffer-limit as what waits to be. */
    @Test
    void aSoftLimitHoldsForThem() throws Exception {
        try (RawClient reader = harness.connectWithSmallBuffer()) {
            harness.server.settings().setOutputLimits(new OutputLimits(new Limit(0, 1 << 20, 1), Limit.NONE, Limit.NONE));
            for (int i = 0; i < 4; i++) { // the kernel has room for megabytes of them
                askForAll(reader);
            }
            assertThat(LoopHarness
                .eventually(() -> harness.events.stream().anyMatch(line -> line.startsWith("client-cut reason=output-soft-limit"))))
                .isTrue();
            assertThat(isGivenBack()).isTrue();
            countTillEnd(reader);
        }
    }

    /** At any moment: the loop takes back what is left while the other thread sends. */
    @Test
    void clientsThatGoInTheMiddleOfOneLeaveNothingBehind() throws Exception {
        System.out.println("LongRepliesTest: -Dcofferdam.seed=" + SEED);
        Random random = new Random(SEED);
        try (RawClient other = harness.connect()) {
            for (int i = 0; i < 200; i++) {
                try (RawClient reader = random.nextBoolean() ? harness.connect() : harness.connectWithSmallBuffer()) {
                    String id = reader.ask("CLIENT", "ID").substring(1);
                    askForAll(reader);
                    if (random.nextInt(4) == 0) {
                        askForAll(reader);
                    }
                    reader.read(1 + random.nextInt(random.nextBoolean() ? 10_000 : ELEMENTS * BULK.length()));
                    if (random.nextBoolean()) {
                        other.ask("CLIENT", "KILL", "ID", id);
                    }
                }
            }
            assertThat(isGivenBack()).isTrue();
            assertThat(other.ask("PING")).isEqualTo("+PONG");
            assertThat(LoopHarness.eventually(() -> harness.server.clients().count() == 1)).isTrue();
        }
        assertThat(harness.events).noneMatch(line -> line.contains("-error ") || line.startsWith("client-failed"));
    }

    @Test
    void theyAreSentSlowlyWhileOthersAreActiveAndProcessorsAreFew() {
        EventLoop loop = Objects.requireNonNull(harness.server.loop());
        LongReplies few = new LongReplies(loop, harness.server, 4);
        LongReplies enough = new LongReplies(loop, harness.server, 5);
        assertThat(few.rests()).isFalse();
        few.noteShortCommands(100);
        enough.noteShortCommands(100);
        assertThat(few.rests()).isTrue();
        assertThat(enough.rests()).isFalse();
        few.noteShortCommands(102);
        assertThat(few.rests()).isFalse();
        few.noteShortCommands(105);
        assertThat(few.rests()).isTrue();
        few.noteShortCommands(0); // CONFIG RESETSTAT
        assertThat(few.rests()).isFalse();
    }

    /** The harness audits the arena when it is closed. */
    @Test
    void theServerEndsInTheMiddleOfOne() throws Exception {
        try (RawClient reader = harness.connectWithSmallBuffer()) {
            askForAll(reader);
            assertThat(reader.line()).isEqualTo("*" + ELEMENTS);
            harness.server.stop();
            assertThat(harness.server.connections().usedBytes()).isLessThanOrEqualTo(idleBytes + (1 << 17));
        }
    }
}

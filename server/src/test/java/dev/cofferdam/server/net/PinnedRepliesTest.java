// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.server.net.LoopHarness.RawClient;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replies that refer to large values: what a slow reader gets when the value changes or goes meanwhile, and who pays. */
class PinnedRepliesTest {
    /** More than what the kernel takes for a reader that stalls. */
    private static final int LARGE = 12 << 20;
    private static final String VALUE = text(LARGE, 'v');
    private LoopHarness harness;
    private long idleBytes;

    @BeforeEach
    void open() throws IOException {
        harness = new LoopHarness(160 << 20, 64 << 20);
        idleBytes = harness.server.connections().usedBytes();
    }

    @AfterEach
    void close() {
        harness.close();
    }

    /** Different at every place, so that bytes in the wrong place are noticed. */
    private static String text(int length, char start) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; text.length() < length; i++) {
            text.append(start).append(i).append(',');
        }
        text.setLength(length);
        return text.toString();
    }

    private void set(String key, String value) throws IOException {
        try (RawClient client = harness.connect()) {
            assertThat(client.ask("SET", key, value)).isEqualTo("+OK");
        }
    }

    private RawClient stalledReader(String... command) throws Exception {
        RawClient slow = harness.connectWithSmallBuffer();
        slow.command(command);
        eventually(() -> pinnedBytes() > 0);
        return slow;
    }

    private long pinnedBytes() {
        return harness.server.keyspace().compartment(0).heap().pins().pinnedBytes();
    }

    private long extraBytes() {
        return harness.server.connections().usedBytes() - idleBytes;
    }

    private static void eventually(BooleanSupplier condition) throws InterruptedException {
        assertThat(LoopHarness.eventually(condition)).isTrue();
    }

    private void reads(RawClient slow, String value) throws IOException {
        assertThat(slow.line()).isEqualTo("$" + value.length());
        assertThat(slow.read(value.length()).equals(value)).as("the value as it was when it was asked for").isTrue();
        assertThat(slow.read(2)).isEqualTo("\r\n");
        assertThat(slow.ask("PING")).isEqualTo("+PONG");
    }

    @Test
    void aStalledReaderOfALargeValueCostsConnectionsNextToNothing() throws Exception {
        set("key", VALUE);
        try (RawClient slow = stalledReader("GET", "key")) {
            assertThat(pinnedBytes()).isGreaterThanOrEqualTo(LARGE);
            assertThat(extraBytes()).isLessThan(1 << 20);
            reads(slow, VALUE);
            assertThat(pinnedBytes()).isZero();
            assertThat(extraBytes()).isLessThan(1 << 20);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"DEL key", "UNLINK key", "SET key small", "FLUSHALL", "GETDEL key", "RENAME longer-than-before key"})
    void aValueThatGoesIsTheReadersUntilTheyHaveIt(String command) throws Exception {
        set("longer-than-before", "x");
        set("key", VALUE);
        try (RawClient slow = stalledReader("GET", "key");
                RawClient second = stalledReader("GETRANGE", "key", "1", "-1");
                RawClient writer = harness.connect()) {
            eventually(() -> second.socket.isConnected() && harness.server.clients().count() >= 3);
            writer.command(command.split(" "));
            if (command.startsWith("GETDEL")) {
                reads(writer, VALUE);
            } else {
                writer.line();
            }
            eventually(() -> pinnedBytes() == 0);
            assertThat(extraBytes()).isBetween((long) LARGE, LARGE + (1L << 20));
            assertThat(harness.server.keyspace().compartment(0).usedBytes()).as("the compartment has its memory back").isLessThan(1 << 20);
            reads(slow, VALUE);
            reads(second, VALUE.substring(1));
            assertThat(extraBytes()).isLessThan(1 << 20);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SETRANGE key 100 changed", "SETRANGE key 0 c", "APPEND key more", "EXPIRE key 1000", "RENAME key other-name",
        "RENAME key k", "SETEX key 100 small"})
    void aValueThatChangesWhereItLiesIsSentAsItWas(String command) throws Exception {
        set("key", VALUE);
        try (RawClient slow = stalledReader("GET", "key"); RawClient writer = harness.connect()) {
            writer.command(command.split(" "));
            assertThat(writer.line()).doesNotStartWith("-");
            reads(slow, VALUE);
            assertThat(extraBytes()).isLessThan(1 << 20);
            assertThat(pinnedBytes()).isZero();
        }
    }

    @Test
    void aValueOfTheSameSizeOverwritesWithoutDisturbingTheReader() throws Exception {
        set("key", VALUE);
        String other = text(LARGE, 'w');
        try (RawClient slow = stalledReader("GET", "key"); RawClient writer = harness.connect()) {
            assertThat(writer.ask("SET", "key", other)).isEqualTo("+OK");
            reads(slow, VALUE);
            writer.command("GET", "key");
            reads(writer, other);
        }
    }

    @Test
    void fieldsAndElementsAreReferredToAsWell() throws Exception {
        try (RawClient writer = harness.connect()) {
            assertThat(writer.ask("HSET", "hash", "field", VALUE, "small", "1")).isEqualTo(":2");
            assertThat(writer.ask("RPUSH", "list", "a", text(LARGE, 'l'), "b")).isEqualTo(":3");
            try (RawClient slow = stalledReader("HGET", "hash", "field"); RawClient lister = harness.connectWithSmallBuffer()) {
                lister.command("LINDEX", "list", "1");
                eventually(() -> pinnedBytes() > LARGE + 1000);
                assertThat(extraBytes()).isLessThan(1 << 20);
                assertThat(writer.ask("HSET", "hash", "field", VALUE.substring(1))).isEqualTo(":0");
                assertThat(writer.ask("LSET", "list", "1", text(LARGE, 'm'))).isEqualTo("+OK");
                reads(slow, VALUE);
                reads(lister, text(LARGE, 'l'));
            }
            writer.command("LINDEX", "list", "1");
            reads(writer, text(LARGE, 'm'));
        }
    }

    @Test
    void aPoppedElementIsTheReadersAtOnce() throws Exception {
        try (RawClient writer = harness.connect(); RawClient slow = harness.connectWithSmallBuffer()) {
            assertThat(writer.ask("RPUSH", "list", VALUE)).isEqualTo(":1");
            slow.command("LPOP", "list");
            eventually(() -> extraBytes() >= LARGE);
            eventually(() -> harness.server.keyspace().compartment(0).usedBytes() < 1 << 20);
            assertThat(writer.ask("EXISTS", "list")).isEqualTo(":0");
            reads(slow, VALUE);
            assertThat(extraBytes()).isLessThan(1 << 20);
        }
    }

    @Test
    void aTransactionSeesItsOwnChangesInOrder() throws Exception {
        set("key", VALUE);
        try (RawClient slow = harness.connectWithSmallBuffer()) {
            slow.command("MULTI").command("GET", "key").command("SETRANGE", "key", "0", "changed").command("GETDEL", "key").command("EXEC");
            assertThat(slow.line()).isEqualTo("+OK");
            for (int i = 0; i < 3; i++) {
                assertThat(slow.line()).isEqualTo("+QUEUED");
            }
            assertThat(slow.line()).isEqualTo("*3");
            assertThat(slow.line()).isEqualTo("$" + LARGE);
            assertThat(slow.read(LARGE).equals(VALUE)).isTrue();
            assertThat(slow.read(2)).isEqualTo("\r\n");
            assertThat(slow.line()).isEqualTo(":" + LARGE);
            reads(slow, "changed" + VALUE.substring(7));
        }
    }

    @Test
    void manyLargeValuesInOneReplyNeedRoomForTheirNotesOnly() throws Exception {
        for (int i = 0; i < 6; i++) {
            set("key" + i, VALUE);
        }
        try (RawClient slow = stalledReader("MGET", "key0", "key1", "key2", "key3", "key4", "key5", "none")) {
            eventually(() -> pinnedBytes() > 5L * LARGE);
            assertThat(extraBytes()).isLessThan(1 << 20);
            assertThat(slow.line()).isEqualTo("*7");
            for (int i = 0; i < 6; i++) {
                assertThat(slow.line()).isEqualTo("$" + LARGE);
                assertThat(slow.read(LARGE).equals(VALUE)).isTrue();
                assertThat(slow.read(2)).isEqualTo("\r\n");
            }
            assertThat(slow.line()).isEqualTo("$-1");
        }
    }

    @Test
    void aReaderThatLeavesReleasesTheValue() throws Exception {
        set("key", VALUE);
        try (RawClient writer = harness.connect()) {
            stalledReader("GET", "key").close();
            eventually(() -> pinnedBytes() == 0);
            RawClient second = stalledReader("GET", "key");
            assertThat(writer.ask("DEL", "key")).isEqualTo(":1");
            second.close();
            eventually(() -> extraBytes() < 1 << 20);
        }
    }

    @Test
    void whatConnectionsCannotPayCutsTheReaderAndNamesIt() throws Exception {
        harness.close();
        harness = new LoopHarness(96 << 20, 4 << 20);
        idleBytes = harness.server.connections().usedBytes();
        harness.server.settings().setMaxBulkBytes(64 << 20);
        try (RawClient writer = harness.connect()) {
            // In pieces: as one command it would not fit.
            for (int i = 0; i < 12; i++) {
                writer.ask("APPEND", "key", VALUE.substring(i << 20, i + 1 << 20));
            }
            RawClient slow = harness.connectWithSmallBuffer();
            slow.ask("CLIENT", "SETNAME", "sleeper");
            slow.command("GET", "key");
            eventually(() -> pinnedBytes() > 0);
            assertThat(writer.ask("DEL", "key")).isEqualTo(":1");
            assertThat(harness.events).anyMatch(line -> line.startsWith("client-cut reason=output-value-gone")
                    && line.contains("name=\"sleeper\"") && line.contains("cmd=get"));
            eventually(() -> extraBytes() < 1 << 20);
            assertThat(harness.server.keyspace().compartment(0).usedBytes()).isLessThan(1 << 20);
            assertThat(writer.ask("PING")).isEqualTo("+PONG");
            slow.close();
        }
    }

    @Test
    void anEvictedValueNoLongerCostsItsCompartment() throws Exception {
        harness.close();
        harness = new LoopHarness(128 << 20, 32 << 20, FullPolicy.EVICT, 40 << 20, table -> {
        });
        try (RawClient slow = harness.connectWithSmallBuffer(); RawClient writer = harness.connect()) {
            assertThat(writer.ask("SET", "o1", VALUE)).isEqualTo("+OK");
            slow.command("GET", "o1");
            eventually(() -> harness.server.keyspace().compartment(1).heap().pins().pinnedBytes() > 0);
            // Used more often than the one that is read, so that this one's turn comes.
            for (int i = 2; i < 400 && writer.ask("EXISTS", "o1").equals(":1"); i++) {
                assertThat(writer.ask("SET", "o" + i, text(2 << 20, 'e'))).isEqualTo("+OK");
                assertThat(writer.ask("STRLEN", "o" + i)).isEqualTo(":" + (2 << 20));
                assertThat(writer.ask("STRLEN", "o" + i)).isEqualTo(":" + (2 << 20));
                assertThat(harness.server.keyspace().compartment(1).usedBytes()).isLessThanOrEqualTo(40 << 20);
            }
            assertThat(harness.server.keyspace().compartment(1).evictedKeys()).isPositive();
            assertThat(writer.ask("EXISTS", "o1")).isEqualTo(":0");
            reads(slow, VALUE);
        }
    }
}

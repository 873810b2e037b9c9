// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.KeyspaceAudit;
import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.command.CommandHarness;
import dev.cofferdam.server.dump.RdbLoader;
import dev.cofferdam.server.effects.KeyspaceContent;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a snapshot's file says beside the keys, and what becomes of one that gets no memory. What it holds while commands go on is in {@code SnapshotPropertyTest}. */
class SnapshotTest {
    private static final String LIBRARY = "#!lua name=lib\nredis.register_function('f', function() return 1 end)";

    private static CommandHarness filled() {
        CommandHarness harness = CommandHarness.single(32 << 20);
        for (int i = 0; i < 500; i++) {
            harness.run("SET", "s" + i, "value".repeat(i % 90));
            harness.run("RPUSH", "l" + i % 40, "element" + i);
            harness.run("HSET", "h" + i % 30, "field" + i, "value" + i);
        }
        harness.run("SELECT", "7");
        harness.run("SET", "k", "v", "PXAT", "1900000000000");
        harness.run("SELECT", "0");
        assertThat(harness.run("FUNCTION", "LOAD", LIBRARY)).isEqualTo("$3\r\nlib\r\n");
        return harness;
    }

    /** Takes everything. */
    private static final class File implements SnapshotOutput {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public long roomBytes() {
            return Long.MAX_VALUE;
        }

        @Override
        public void write(long address, long length) {
            bytes.writeBytes(Mem.bytes(address, (int) length));
        }
    }

    @Test
    void theFileHasKeysDeadlinesLibrariesAndNotes() {
        try (CommandHarness harness = filled(); CommandHarness copy = CommandHarness.single(32 << 20)) {
            File file = new File();
            try (Snapshot snapshot = Snapshot.begin(harness.server, "a".repeat(40), 77)) {
                assertThat(snapshot.isReady()).isTrue();
                while (!snapshot.advance(1_000_000, file)) {
                    assertThat(snapshot.failure()).isNull();
                }
                assertThat(snapshot.keys()).isEqualTo(571);
            }
            RdbLoader loader = new RdbLoader(copy.server.keyspace(), copy.server.connections());
            loader.load(file.bytes.toByteArray());
            assertThat(loader.keys).isEqualTo(571);
            assertThat(loader.libraries).containsExactly(LIBRARY);
            assertThat(loader.notes).containsEntry("redis-ver", "7.0.15").containsEntry("redis-bits", "64")
                .containsEntry("repl-id", "a".repeat(40)).containsEntry("repl-offset", "77")
                .containsEntry("ctime", "1700000000");
            assertThat(KeyspaceContent.of(copy.server.keyspace())).isEqualTo(KeyspaceContent.of(harness.server.keyspace())).hasSize(571);
            copy.run("SELECT", "7");
            assertThat(copy.run("PEXPIRETIME", "k")).isEqualTo(":1900000000000\r\n");
        }
    }

    /** Whichever reservation is the first that is refused: it is said, nothing stays behind, and the keyspace is as it was. */
    @Test
    void withoutMemoryItEndsAndLeavesNothing() {
        int refused = 0;
        try (CommandHarness harness = filled()) {
            Account connections = harness.server.connections();
            Map<String, String> content = KeyspaceContent.of(harness.server.keyspace());
            long used = connections.usedBytes();
            boolean complete = false;
            for (int nth = 1; !complete; nth++) {
                connections.refuseReservations(nth, Integer.MAX_VALUE - nth);
                try (Snapshot snapshot = Snapshot.begin(harness.server, "", 0)) {
                    File file = new File();
                    for (int turn = 0; turn < 1000 && !complete && snapshot.failure() == null; turn++) {
                        complete = snapshot.advance(1_000_000, file);
                    }
                    if (!complete) {
                        refused++;
                        assertThat(snapshot.failure()).as("refused from number %d on", nth).contains("'connections' uses");
                        assertThat(snapshot.isReady()).isFalse();
                    }
                }
                connections.refuseReservations(0, 0);
                assertThat(connections.usedBytes()).as("refused from number %d on", nth).isEqualTo(used);
            }
            assertThat(refused).isPositive();
            assertThat(KeyspaceContent.of(harness.server.keyspace())).isEqualTo(content);
            assertThat(KeyspaceAudit.of(harness.server.keyspace())).isEmpty();
        }
    }

    /** A value that does not fit into what connections may use cannot be sent: that is said with the number of bytes, and no command notices. */
    @Test
    void aValueThatConnectionsCannotHoldEndsIt() {
        try (CommandHarness harness = CommandHarness.single(32 << 20)) {
            harness.run("SET", "k", "v");
            harness.run("SETRANGE", "large", "6000000", "x");
            Account connections = harness.server.connections();
            connections.setBudget(0, connections.usedBytes() + (2 << 20));
            try (Snapshot snapshot = Snapshot.begin(harness.server, "", 0)) {
                assertThat(snapshot.failure()).isNull();
                while (snapshot.failure() == null) {
                    assertThat(snapshot.advance(1_000_000, new File())).isFalse();
                }
                assertThat(snapshot.failure()).contains("no memory to keep a value until it is sent");
            }
            assertThat(harness.run("GET", "k")).isEqualTo("$1\r\nv\r\n");
        }
    }
}

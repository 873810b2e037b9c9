// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.KeyspaceAudit;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.Server;
import dev.cofferdam.server.command.CommandHarness;
import dev.cofferdam.server.dump.RdbLoader;
import dev.cofferdam.server.effects.KeyspaceContent;
import dev.cofferdam.server.net.LoopHarness.RawClient;
import dev.cofferdam.server.replication.Snapshot;
import dev.cofferdam.server.replication.SnapshotOutput;
import java.io.ByteArrayOutputStream;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** A snapshot on a running loop: a large value is written in its compartment's lane, and what is given up meanwhile comes back all the same. */
class SnapshotLaneTest {
    private static final long SLICE_NANOS = 200_000;

    /** The file so far; on the loop's thread. */
    private static final class File implements SnapshotOutput {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public long roomBytes() {
            return 50_000;
        }

        @Override
        public void write(long address, long length) {
            bytes.writeBytes(Mem.bytes(address, (int) length));
        }
    }

    private static <T> T onLoop(Server server, Callable<T> what) {
        return Objects.requireNonNull(Objects.requireNonNull(server.loop()).ask(what, null));
    }

    private static void fill(RawClient client, int elements) throws Exception {
        for (int i = 0; i < 300; i++) {
            assertThat(client.ask("SET", "s" + i, "v" + i)).isEqualTo("+OK");
        }
        String[] push = new String[elements + 2];
        push[0] = "RPUSH";
        push[1] = "l";
        for (int i = 0; i < elements; i++) {
            push[i + 2] = "element-number:" + i;
        }
        assertThat(client.ask(push)).isEqualTo(":" + elements);
    }

    @Test
    void aLargeValueIsWrittenInTheLane() throws Exception {
        try (LoopHarness harness = new LoopHarness(64 << 20, 16 << 20);
                RawClient client = harness.connect();
                CommandHarness copy = CommandHarness.single(32 << 20)) {
            fill(client, 60_000);
            Server server = harness.server;
            long lanes = server.statistics().laneCommands;
            File file = new File();
            Snapshot snapshot = onLoop(server, () -> Snapshot.begin(server, "", 0));
            while (!onLoop(server, () -> snapshot.advance(SLICE_NANOS, file))) {
                assertThat(snapshot.failure()).isNull();
                assertThat(client.ask("GET", "s7")).isEqualTo("$2");
                assertThat(client.line()).isEqualTo("v7");
            }
            onLoop(server, () -> {
                snapshot.close();
                assertThat(KeyspaceAudit.of(server.keyspace())).isEmpty();
                return true;
            });
            assertThat(server.statistics().laneCommands).isEqualTo(lanes + 1);
            RdbLoader loader = new RdbLoader(copy.server.keyspace(), copy.server.connections());
            loader.load(file.bytes.toByteArray());
            assertThat(loader.keys).isEqualTo(301);
            assertThat(KeyspaceContent.of(copy.server.keyspace())).isEqualTo(onLoop(server, () -> KeyspaceContent.of(server.keyspace())));
        }
    }

    @Test
    void whatIsGivenUpWhileTheLaneWritesComesBack() throws Exception {
        try (LoopHarness harness = new LoopHarness(64 << 20, 16 << 20); RawClient client = harness.connect()) {
            fill(client, 60_000);
            Server server = harness.server;
            long lanes = server.statistics().laneCommands;
            File file = new File();
            long[] used = {0};
            Snapshot snapshot = onLoop(server, () -> {
                used[0] = server.connections().usedBytes();
                return Snapshot.begin(server, "", 0);
            });
            boolean given = false;
            while (!given) {
                given = onLoop(server, () -> {
                    assertThat(snapshot.advance(SLICE_NANOS, file)).as("the list is to come").isFalse();
                    boolean writes = server.statistics().laneCommands > lanes;
                    if (writes) {
                        assertThat(snapshot.isReady()).isFalse();
                        snapshot.close();
                    }
                    return writes;
                });
            }
            assertThat(client.ask("LLEN", "l")).isEqualTo(":60000"); // waits for the lane
            assertThat(LoopHarness.eventually(() -> onLoop(server, () -> server.connections().usedBytes() == used[0]))).isTrue();
            onLoop(server, () -> {
                assertThat(snapshot.advance(SLICE_NANOS, file)).isFalse();
                assertThat(KeyspaceAudit.of(server.keyspace())).isEmpty();
                return true;
            });
        }
    }
}

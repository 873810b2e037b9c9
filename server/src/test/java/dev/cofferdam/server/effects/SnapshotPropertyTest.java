// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.CompartmentOptions;
import dev.cofferdam.keyspace.Effect;
import dev.cofferdam.keyspace.EffectKind;
import dev.cofferdam.keyspace.EffectSink;
import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.keyspace.KeyspaceAudit;
import dev.cofferdam.keyspace.Router;
import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.ReplyRoom;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.ServerOptions;
import dev.cofferdam.server.command.CommandHarness;
import dev.cofferdam.server.dump.RdbLoader;
import dev.cofferdam.server.replication.Passage;
import dev.cofferdam.server.replication.Snapshot;
import dev.cofferdam.server.replication.SnapshotOutput;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A snapshot beside random commands of all families over several compartments and databases, taken in slices of random size at random moments: the file, and then what
 * was forwarded, make a second keyspace with the same content.
 */
class SnapshotPropertyTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261123L);
    private static final int ROUNDS = Integer.getInteger("cofferdam.rounds", 6);
    private static final long MAX_BYTES = 32L << 20;
    private static final long STARTED_MILLIS = 1_700_000_000_000L;
    private static final List<CompartmentOptions> COMPARTMENTS = List.of(
            new CompartmentOptions("default", 0, 20L << 20, FullPolicy.REJECT),
            new CompartmentOptions("jobs", 0, 3L << 20, FullPolicy.REJECT),
            new CompartmentOptions("cache", 0, 1L << 20, FullPolicy.EVICT),
            new CompartmentOptions("third", 0, 6L << 20, FullPolicy.REJECT));
    /** By the first letter; database 3 apart from that. */
    private static final Router ROUTER = (database, address,
            length) -> database == 3 ? 3 : length == 0 ? 0 : switch (Mem.getByte(address)) {
                case 'j' -> 1;
                case 'c' -> 2;
                default -> 0;
            };

    private final Set<Passage> seen = EnumSet.noneOf(Passage.class);

    @Test
    void theFileAndWhatWasForwardedAreTheKeyspace() {
        int snapshots = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long seed = SEED + round;
            try (Round played = new Round(seed, MAX_BYTES)) {
                snapshots += played.play();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "seed " + seed + ": again with -Dtest=SnapshotPropertyTest -Dcofferdam.rounds=1 -Dcofferdam.seed=" + seed, e);
            }
        }
        if (ROUNDS > 1) {
            assertThat(seen).as("passages that happened").containsExactlyInAnyOrder(Passage.values());
            assertThat(snapshots).as("files that were whole").isGreaterThan(ROUNDS);
        }
    }

    /** What was forwarded of one compartment: an effect, or the value that a key has now. */
    private record Forwarded(int compartment, EffectLog.Entry effect, String dump, long deadline) {
    }

    private final class Round implements AutoCloseable {
        private static final int COMMANDS = 9_000;
        private final Random random;
        private final RandomCommands commands;
        private final CommandHarness harness;
        private final long usedBefore;
        private Taking taking;
        private int wholes;

        Round(long seed, long maxBytes) {
            random = new Random(seed);
            commands = new RandomCommands(random);
            harness = new CommandHarness(
                    new ServerOptions(List.of("127.0.0.1"), 0, maxBytes, 1 << 15, 0, maxBytes, COMPARTMENTS, ROUTER, seed));
            usedBefore = harness.server.connections().usedBytes();
        }

        int play() {
            for (int i = 0; i < COMMANDS; i++) {
                command(i);
                if (taking == null && random.nextInt(600) == 0) {
                    for (int key = random.nextInt(600); key >= 0; key -= 2) {
                        harness.run("SET", "many" + key, "value" + key);
                    }
                    taking = new Taking();
                } else if (taking != null && random.nextInt(4) == 0) {
                    slice();
                }
            }
            while (taking != null) {
                slice();
            }
            assertThat(KeyspaceAudit.of(harness.server.keyspace())).isEmpty();
            return wholes;
        }

        private void command(int number) {
            if (random.nextInt(12) == 0) {
                harness.advanceMillis(1 + random.nextInt(150));
                harness.server.housekeeping();
            }
            if (random.nextInt(40) == 0) {
                harness.run("SELECT", Integer.toString(Math.max(0, random.nextInt(7) - 3)));
            }
            switch (random.nextInt(number % 1000 == 0 ? 3 : taking == null ? 3000 : 200)) {
                case 0 -> harness.run(commands.call(List.of("FLUSHALL", "FLUSHDB", "COMPARTMENT|FLUSH", "SWAPDB").get(random.nextInt(4))));
                case 1, 2, 3, 4, 5 -> {
                    harness.run("MULTI");
                    for (int i = random.nextInt(8); i >= 0; i--) {
                        harness.run(commands.next());
                    }
                    harness.run("EXEC");
                }
                default -> {
                    String[] next = switch (random.nextInt(8)) {
                        case 0, 1 -> commands.filler();
                        case 2, 3, 4 -> amongMany();
                        default -> commands.next();
                    };
                    if (!next[0].startsWith("B")) {
                        harness.run(next);
                    }
                }
            }
        }

        /** Values that go from key to key, of which there are so many that the walk is between them. */
        private String[] amongMany() {
            String from = "many" + random.nextInt(600);
            String to = "many" + random.nextInt(600);
            return switch (random.nextInt(5)) {
                case 0 -> new String[] {"RENAME", from, to};
                case 1 -> new String[] {"COPY", from, to, "REPLACE"};
                case 2 -> new String[] {"SET", from, to, "PX", Integer.toString(1 + random.nextInt(200_000))};
                case 3 -> new String[] {"RPUSH", from, to, from};
                default -> new String[] {"HSET", from, to, from};
            };
        }

        private void slice() {
            if (!taking.goOn()) {
                return;
            }
            Taking done = taking;
            taking = null;
            done.end();
            assertThat(harness.server.connections().usedBytes()).as("connections").isEqualTo(usedBefore);
        }

        @Override
        public void close() {
            harness.close();
        }

        /** One snapshot under way. */
        private final class Taking implements SnapshotOutput {
            private final Snapshot snapshot = Snapshot.begin(harness.server, "", 0);
            private final ByteArrayOutputStream file = new ByteArrayOutputStream();
            private final List<Forwarded> forwarded = new ArrayList<>();
            private long room;

            Taking() {
                for (int i = 0; i < COMPARTMENTS.size(); i++) {
                    harness.server.keyspace().compartment(i).listen(new Listener(i));
                }
            }

            /** True when it is over, one way or the other. */
            boolean goOn() {
                room = random.nextInt(3) == 0 ? random.nextInt(3_000) : random.nextInt(40_000);
                return snapshot.advance(random.nextInt(8) == 0 ? Long.MAX_VALUE / 2 : 0, this) || snapshot.failure() != null;
            }

            void end() {
                for (int i = 0; i < COMPARTMENTS.size(); i++) {
                    harness.server.keyspace().compartment(i).listen(null);
                }
                if (snapshot.failure() == null) {
                    assertThat(snapshot.takenBytes()).isEqualTo(file.size());
                    compare();
                    wholes++;
                } else {
                    assertThat(snapshot.failure()).contains("SWAPDB");
                }
                snapshot.close();
            }

            private void compare() {
                try (EffectReplay replica = new EffectReplay(COMPARTMENTS, ROUTER, STARTED_MILLIS, 99)) {
                    RdbLoader loader = new RdbLoader(replica.keyspace, replica.account());
                    loader.load(file.toByteArray());
                    assertThat(loader.keys).isEqualTo(snapshot.keys());
                    for (Forwarded each : forwarded) {
                        apply(replica, each);
                    }
                    Map<String, String> content = KeyspaceContent.of(harness.server.keyspace());
                    assertThat(KeyspaceContent.of(replica.keyspace)).isEqualTo(content);
                    assertThat(KeyspaceAudit.of(replica.keyspace)).isEmpty();
                }
            }

            private void apply(EffectReplay replica, Forwarded each) {
                Compartment home = replica.keyspace.compartment(each.compartment);
                if (each.dump == null) {
                    replica.apply(home, each.effect);
                    return;
                }
                replica.restore((int) each.effect.number(), each.effect.first(), each.dump, each.deadline);
            }

            @Override
            public long roomBytes() {
                return room;
            }

            @Override
            public void write(long address, long length) {
                assertThat(length).isPositive().isLessThanOrEqualTo(room);
                room -= length;
                file.writeBytes(Mem.bytes(address, (int) length));
            }

            /** Copies what is to be forwarded. */
            private final class Listener implements EffectSink {
                private final int compartment;

                Listener(int compartment) {
                    this.compartment = compartment;
                }

                @Override
                public void begin(long group) {
                }

                @Override
                public void effect(Effect effect) {
                    Passage passage = snapshot.passage(compartment, effect);
                    seen.add(passage);
                    EffectLog.Entry entry = EffectLog.Entry.of(effect);
                    switch (passage) {
                        case FORWARDED -> forwarded.add(new Forwarded(compartment, entry, null, 0));
                        case DELETION_FORWARDED -> forwarded.add(new Forwarded(compartment,
                                new EffectLog.Entry(EffectKind.DELETED, entry.database(), entry.key(), 0, 0, "", "", ""), null, 0));
                        case VALUE_FORWARDED ->
                            forwarded.add(new Forwarded(compartment, entry, dump(effect), snapshot.deadlineMillis(compartment, effect)));
                        case DROPPED -> {
                        }
                    }
                }

                private String dump(Effect effect) {
                    Bytes bytes = new Bytes();
                    assertThat(snapshot.dump(compartment, effect, bytes.writer)).isTrue();
                    return bytes.bulk();
                }

                @Override
                public void end(long group, int compartments) {
                }
            }

            /** What a reply writer wrote. */
            private final class Bytes implements ReplyRoom {
                private static final int BUFFER_BYTES = 1 << 16;
                private final ByteArrayOutputStream all = new ByteArrayOutputStream();
                private final Account account = harness.server.connections();
                private final long buffer = account.takeRun(BUFFER_BYTES);
                final ReplyWriter writer = new ReplyWriter(this);

                Bytes() {
                    writer.attach(buffer, BUFFER_BYTES);
                }

                String bulk() {
                    makeRoom(writer, 0);
                    account.returnRun(buffer, BUFFER_BYTES);
                    String text = all.toString(StandardCharsets.ISO_8859_1);
                    int line = text.indexOf("\r\n");
                    assertThat(Integer.parseInt(text.substring(1, line))).isEqualTo(text.length() - line - 4);
                    return text.substring(line + 2, text.length() - 2);
                }

                @Override
                public void makeRoom(ReplyWriter from, int bytes) {
                    all.writeBytes(Mem.bytes(from.start(), from.writtenBytes()));
                    from.attach(buffer, BUFFER_BYTES);
                }

                @Override
                public boolean takeReference(ReplyWriter from, long address, long length) {
                    return false;
                }
            }
        }
    }
}

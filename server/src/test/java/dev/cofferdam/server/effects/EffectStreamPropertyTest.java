// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.CompartmentOptions;
import dev.cofferdam.keyspace.EffectKind;
import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.keyspace.KeyspaceAudit;
import dev.cofferdam.keyspace.Router;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.ServerOptions;
import dev.cofferdam.server.command.Command;
import dev.cofferdam.server.command.CommandHarness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The streams of effects are all there is to know: random commands of all families, with expiry, eviction, transactions and waiting clients, over several
 * compartments and databases; then each stream alone, one compartment after the other, makes a second keyspace with the same content.
 */
class EffectStreamPropertyTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261123L);
    private static final int ROUNDS = Integer.getInteger("cofferdam.rounds", 4);
    private static final int STEPS = 6_000;
    /** What a missing effect should have changed may be deleted before the end of a round. */
    private static final int CANARY_ROUNDS_MAX = 10;
    private static final long MAX_BYTES = 32L << 20;
    private static final long STARTED_MILLIS = 1_700_000_000_000L;
    private static final int WAITING_MAX = 4;

    private static final List<CompartmentOptions> COMPARTMENTS = List.of(
            new CompartmentOptions("default", 0, 20L << 20, FullPolicy.REJECT),
            new CompartmentOptions("jobs", 0, 3L << 20, FullPolicy.REJECT),
            new CompartmentOptions("cache", 0, 1L << 20, FullPolicy.EVICT),
            new CompartmentOptions("third", 0, 6L << 20, FullPolicy.REJECT));

    /** By the first letter. */
    private static final Router BY_KEY = (database, address, length) -> length == 0 ? 0 : switch (Mem.getByte(address)) {
        case 'j' -> 1;
        case 'c' -> 2;
        default -> 0;
    };
    /** Database 3 apart from that: keys change their compartment with their database. */
    private static final Router BY_DATABASE_TOO = (database, address,
            length) -> database == 3 ? 3 : BY_KEY.route(database, address, length);

    /** These tell of a change, as in Redis, even when it comes to nothing: a list turned onto itself, nothing cut off, a union that is there already, two empty databases. */
    private static final Set<String> MAY_COME_TO_NOTHING = Set.of("LMOVE", "BLMOVE", "RPOPLPUSH", "BRPOPLPUSH", "LTRIM", "PFMERGE",
            "SWAPDB",
            "EXEC");

    private final Set<EffectKind> kindsSeen = EnumSet.noneOf(EffectKind.class);
    private final Set<String> commandsHeard = new TreeSet<>();
    private final Set<String> writers = new TreeSet<>();
    private final Set<String> changedUnheard = new TreeSet<>();

    @Test
    void replayedStreamsMakeTheSameContent() {
        for (int round = 0; round < ROUNDS; round++) {
            long seed = SEED + round;
            try (Round played = new Round(seed)) {
                played.play();
                played.compareWithReplica();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "seed " + seed + ": again with -Dtest=EffectStreamPropertyTest -Dcofferdam.rounds=1 -Dcofferdam.seed=" + seed
                                + (round % 2 == 0 ? "" : " (second router)"),
                        e);
            }
        }
        if (ROUNDS > 1) {
            assertThat(kindsSeen).as("kinds of effects that happened").containsExactlyInAnyOrder(EffectKind.values());
            assertThat(commandsHeard).as("commands that had an effect").containsAll(writers);
        }
        assertThat(changedUnheard).as("commands that said they changed a key and had no effect").isSubsetOf(MAY_COME_TO_NOTHING);
    }

    /** The guard is seen to fail: whichever kind a primitive forgot to tell, the comparison says so. */
    @Test
    void aKindThatIsNotToldIsMissed() {
        Set<EffectKind> unnoticed = EnumSet.allOf(EffectKind.class);
        for (int round = 0; round < CANARY_ROUNDS_MAX && !unnoticed.isEmpty(); round++) {
            try (Round played = new Round(SEED + round)) {
                played.play();
                unnoticed.removeIf(kind -> played.hasSeen(kind) && played.notices(kind));
            }
        }
        assertThat(unnoticed).as("seed %d: kinds without which a stream passes for complete", SEED).isEmpty();
    }

    private final class Round implements AutoCloseable {
        private final Random random;
        private final RandomCommands commands;
        private final CommandHarness harness;
        private final Router router;
        private final EffectLog[] logs = new EffectLog[COMPARTMENTS.size()];
        private final List<CommandHarness.TestClient> waiting = new ArrayList<>();
        private final long seed;

        Round(long seed) {
            this.seed = seed;
            router = seed % 2 == 0 ? BY_KEY : BY_DATABASE_TOO;
            random = new Random(seed);
            commands = new RandomCommands(random);
            harness = new CommandHarness(
                    new ServerOptions(List.of("127.0.0.1"), 0, MAX_BYTES, 1 << 15, 0, MAX_BYTES, COMPARTMENTS, router, seed));
            for (int i = 0; i < logs.length; i++) {
                logs[i] = new EffectLog();
                harness.server.keyspace().compartment(i).listen(logs[i]);
            }
        }

        void play() {
            everyWriterIsKnown();
            for (int i = 0; i < STEPS; i++) {
                step();
                switch (i) {
                    case STEPS / 8 -> one(commands.call("COMPARTMENT|FLUSH"));
                    case STEPS / 6 -> one(commands.call("FLUSHALL"));
                    case STEPS / 4 -> one(commands.call("FLUSHDB"));
                    default -> {
                    }
                }
            }
            checkGroups();
            assertThat(KeyspaceAudit.of(harness.server.keyspace())).as("audit of the source").isEmpty();
        }

        void compareWithReplica() {
            try (EffectReplay replica = newReplica()) {
                replay(replica);
                assertThat(KeyspaceContent.of(replica.keyspace)).isEqualTo(KeyspaceContent.of(harness.server.keyspace()));
                assertThat(KeyspaceAudit.of(replica.keyspace)).as("audit of the replica").isEmpty();
            }
        }

        private EffectReplay newReplica() {
            return new EffectReplay(COMPARTMENTS, router, STARTED_MILLIS, ~seed);
        }

        /** True when a replica that never hears of effects of this kind is found out. */
        boolean notices(EffectKind missing) {
            try (EffectReplay replica = newReplica()) {
                for (int i = 0; i < logs.length; i++) {
                    for (EffectLog.Entry entry : logs[i].entries) {
                        if (entry.kind() != missing) {
                            replica.apply(replica.keyspace.compartment(i), entry);
                        }
                    }
                }
                return !KeyspaceContent.of(replica.keyspace).equals(KeyspaceContent.of(harness.server.keyspace()));
            } catch (AssertionError e) {
                return true; // an effect that does not fit what is there
            }
        }

        boolean hasSeen(EffectKind kind) {
            return Arrays.stream(logs).flatMap(log -> log.entries.stream()).anyMatch(entry -> entry.kind() == kind);
        }

        @Override
        public void close() {
            harness.close();
        }

        /** Who adds a command that writes teaches {@link RandomCommands} to call it. */
        private void everyWriterIsKnown() {
            for (Command command : harness.server.commands().all()) {
                // Libraries of functions are no keys: FUNCTION changes nothing that a compartment holds.
                // MIGRATE is declared as in Redis and always refused: it changes nothing.
                if (command.writes() && !command.name().startsWith("function|") && !command.name().equals("migrate")) {
                    writers.add(command.name().toUpperCase(Locale.ROOT));
                }
            }
            assertThat(commands.commands()).containsAll(writers);
        }

        private void step() {
            if (random.nextInt(12) == 0) {
                harness.advanceMillis(1 + random.nextInt(150));
                harness.server.housekeeping();
                forgetServed();
            }
            if (random.nextInt(40) == 0) {
                harness.run("SELECT", Integer.toString(Math.max(0, random.nextInt(7) - 3)));
            }
            if (random.nextInt(3) == 0) {
                harness.run(commands.filler());
            } else if (random.nextInt(60) == 0) {
                transaction();
            } else {
                one(commands.next());
            }
        }

        private void forgetServed() {
            for (Iterator<CommandHarness.TestClient> each = waiting.iterator(); each.hasNext();) {
                if (!each.next().received().isEmpty()) {
                    each.remove();
                }
            }
        }

        private void one(String[] arguments) {
            long changes = harness.server.statistics().changes;
            long groups = groups();
            if (arguments[0].startsWith("B")) {
                forgetServed();
                if (waiting.size() < WAITING_MAX) {
                    CommandHarness.TestClient client = harness.client();
                    if (client.run(arguments).isEmpty()) {
                        waiting.add(client);
                    }
                }
            } else {
                harness.run(arguments);
            }
            compare(String.join(" ", arguments), changes, groups);
        }

        /** A command that has an effect says so to those who wait or watch, and the other way round. */
        private void compare(String command, long changes, long groups) {
            boolean changed = harness.server.statistics().changes > changes;
            boolean heard = groups() > groups;
            assertThat(changed || !heard).as("%s had effects and did not say that it changed a key", command).isTrue();
            if (heard) {
                String[] words = command.split(" ");
                commandsHeard.add(words[0].equals("COMPARTMENT") || words[0].equals("XGROUP") ? words[0] + "|" + words[1] : words[0]);
            } else if (changed) {
                changedUnheard.add(command.split(" ")[0]);
            }
        }

        private long groups() {
            long sum = 0;
            for (EffectLog log : logs) {
                assertThat(log.isOpen()).as("a group is open between commands").isFalse();
                sum += log.groups.size();
            }
            return sum;
        }

        private void transaction() {
            long changes = harness.server.statistics().changes;
            long groups = groups();
            harness.run("MULTI");
            for (int i = random.nextInt(8); i >= 0; i--) {
                harness.run(commands.next());
            }
            harness.run(random.nextInt(8) == 0 ? "DISCARD" : "EXEC");
            compare("EXEC", changes, groups);
        }

        /** The compartments of a group agree about who is in it, and all that are said to be in it are. */
        private void checkGroups() {
            int several = 0;
            for (int i = 0; i < logs.length; i++) {
                for (var group : logs[i].groups.entrySet()) {
                    int members = 0;
                    for (int other = 0; other < logs.length; other++) {
                        Integer there = logs[other].groups.get(group.getKey());
                        members |= there == null ? 0 : 1 << other;
                        assertThat(there == null || there.equals(group.getValue())).as("group %s agrees", group).isTrue();
                    }
                    assertThat(members).as("compartments of group %d", group.getKey()).isEqualTo(group.getValue());
                    several += Integer.bitCount(members) > 1 ? 1 : 0;
                }
            }
            assertThat(several).as("groups over several compartments").isPositive();
        }

        /** One compartment after the other; what the replica tells meanwhile is the stream again. */
        private void replay(EffectReplay replica) {
            for (int i = 0; i < logs.length; i++) {
                EffectLog second = new EffectLog();
                replica.keyspace.compartment(i).listen(second);
                for (EffectLog.Entry entry : logs[i].entries) {
                    kindsSeen.add(entry.kind());
                    replica.apply(replica.keyspace.compartment(i), entry);
                }
                assertThat(second.entries.stream().map(EffectLog.Entry::plain)).as("the replica's own stream of compartment %d", i)
                    .isEqualTo(logs[i].entries.stream().map(EffectLog.Entry::plain).toList());
            }
        }
    }
}

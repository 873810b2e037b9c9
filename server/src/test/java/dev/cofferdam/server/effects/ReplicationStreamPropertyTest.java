// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.CompartmentOptions;
import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.keyspace.Router;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.ServerOptions;
import dev.cofferdam.server.command.CommandHarness;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What a replica gets is all there is to know: random commands of all families, with expiry, eviction and transactions over several compartments; then the stream, as it
 * was sent, is executed by a second server without compartments, whose clock stands still, and which has the same content.
 */
class ReplicationStreamPropertyTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261123L);
    private static final int ROUNDS = Integer.getInteger("cofferdam.rounds", 3);
    private static final int STEPS = 4_000;
    private static final long MAX_BYTES = 32L << 20;
    private static final long REPLICA_BYTES = 128L << 20;

    private static final List<CompartmentOptions> COMPARTMENTS = List.of(
            new CompartmentOptions("default", 0, 20L << 20, FullPolicy.REJECT),
            new CompartmentOptions("jobs", 0, 3L << 20, FullPolicy.REJECT),
            new CompartmentOptions("cache", 0, 1L << 20, FullPolicy.EVICT));
    private static final Router BY_KEY = (database, address, length) -> length == 0 ? 0 : switch (Mem.getByte(address)) {
        case 'j' -> 1;
        case 'c' -> 2;
        default -> 0;
    };

    @Test
    void theStreamMakesTheSameContent() {
        for (int round = 0; round < ROUNDS; round++) {
            long seed = SEED + round;
            try {
                play(seed);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "seed " + seed + ": again with -Dtest=ReplicationStreamPropertyTest -Dcofferdam.rounds=1 -Dcofferdam.seed=" + seed,
                        e);
            }
        }
    }

    private static void play(long seed) {
        Random random = new Random(seed);
        RandomCommands commands = new RandomCommands(random);
        try (CommandHarness master = new CommandHarness(
                new ServerOptions(List.of("127.0.0.1"), 0, MAX_BYTES, 1 << 15, 0, MAX_BYTES, COMPARTMENTS, BY_KEY, seed));
                CommandHarness replica = CommandHarness.single(REPLICA_BYTES)) {
            CommandHarness.TestClient link = master.client();
            link.run("SYNC");
            String file = link.received();
            for (int turns = 0; file.isEmpty() && turns < 1000; turns++) {
                master.server.replication().turn();
                file = link.received();
            }
            assertThat(file).as("the file of an empty keyspace").startsWith("$").contains("REDIS0010");
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < STEPS; i++) {
                String asked = step(master, commands, random, i);
                String stream = link.received();
                assertThat(link.isClosed()).as("the replica was cut by: %s", asked).isFalse();
                sent.add(asked + " => " + stream.replace("\r\n", " "));
                for (String reply : split(replica.firstClient().runRaw(stream))) {
                    assertThat(reply).as("the replica's reply to: %s", sent.getLast()).doesNotMatch("-[A-Z]+ .*");
                }
            }
            assertSame(KeyspaceContent.of(replica.server.keyspace()), KeyspaceContent.of(master.server.keyspace()), sent);
        }
    }

    /** The compartment, which stands first, is the master's own affair. */
    private static void assertSame(Map<String, String> replica, Map<String, String> master, List<String> sent) {
        assertThat(replica.keySet()).isEqualTo(master.keySet());
        for (Map.Entry<String, String> key : master.entrySet()) {
            String name = key.getKey().substring(key.getKey().indexOf(' ') + 1);
            assertThat(value(replica.get(key.getKey())))
                .as("%s after %s", key.getKey(), sent.stream().filter(line -> line.contains(name)).toList())
                .isEqualTo(value(key.getValue()));
        }
    }

    private static String value(String content) {
        // A replica takes no time of delivery that lies ahead of its clock, and this one's stands still.
        return content.substring(content.indexOf(' ')).replaceAll("(\\d+-\\d+) \\d{13} (\\d+)", "$1 $2");
    }

    private static List<String> split(String replies) {
        return List.of(replies.split("\r\n"));
    }

    private static String step(CommandHarness master, RandomCommands commands, Random random, int i) {
        if (random.nextInt(12) == 0) {
            master.advanceMillis(1 + random.nextInt(150));
            master.server.housekeeping();
        }
        if (random.nextInt(40) == 0) {
            master.run("SELECT", Integer.toString(random.nextInt(4)));
        }
        if (i == STEPS / 4 || i == STEPS / 8) {
            return ran(master, commands.call(i == STEPS / 4 ? "FLUSHDB" : "FLUSHALL"));
        }
        if (random.nextInt(60) == 0) {
            master.run("MULTI");
            StringBuilder all = new StringBuilder("MULTI");
            for (int n = random.nextInt(8); n >= 0; n--) {
                all.append("; ").append(ran(master, next(commands)));
            }
            master.run("EXEC");
            return all.toString();
        }
        return ran(master, random.nextInt(3) == 0 ? commands.filler() : next(commands));
    }

    /** No client waits here, and no compartment is emptied alone: a replica cannot know which keys that were, and comes again. */
    private static String[] next(RandomCommands commands) {
        String[] call = commands.next();
        while (call[0].startsWith("B") && !call[0].startsWith("BIT") || call[0].equals("COMPARTMENT")) {
            call = commands.next();
        }
        return call;
    }

    private static String ran(CommandHarness master, String[] call) {
        master.run(call);
        return String.join(" ", call);
    }
}

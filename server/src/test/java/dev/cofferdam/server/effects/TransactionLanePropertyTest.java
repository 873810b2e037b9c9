// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.CompartmentOptions;
import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.keyspace.KeyspaceAudit;
import dev.cofferdam.keyspace.Router;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.ServerOptions;
import dev.cofferdam.server.command.CommandHarness;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random transactions of all families run twice: in a server where nothing is long, so on the loop, and in one where nearly everything is, so that they go to a
 * lane before their first command or in their middle. Replies, effects and contents are the same. Lanes run in place here; with threads of their own:
 * {@code net.TransactionLaneTest}.
 */
class TransactionLanePropertyTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261123L);
    private static final int ROUNDS = Integer.getInteger("cofferdam.rounds", 4);
    private static final int TRANSACTIONS = 700;
    private static final long MAX_BYTES = 64L << 20;
    private static final long[] THRESHOLDS = {-1, 0, 1, 3, 8, 20, 60};
    private static final String[] SCRIPTS = {"return redis.call('GET', KEYS[1])",
        "redis.call('SET', KEYS[1], ARGV[1]) return redis.call('STRLEN', KEYS[1])",
        "redis.call('SADD', 'd:s:1', ARGV[1]) return redis.call('SCARD', 'j:s:1')", "return {1, 2, redis.pcall('INCR', KEYS[1])}",
        "local n = 0 for i = 1, 100 do n = n + i end return n"};

    private static final List<CompartmentOptions> COMPARTMENTS = List.of(
            new CompartmentOptions("default", 0, MAX_BYTES, FullPolicy.REJECT),
            new CompartmentOptions("jobs", 0, MAX_BYTES, FullPolicy.REJECT),
            new CompartmentOptions("cache", 0, MAX_BYTES, FullPolicy.REJECT));
    private static final Router ROUTER = (database, address, length) -> length == 0 ? 0 : switch (Mem.getByte(address)) {
        case 'j' -> 1;
        case 'c' -> 2;
        default -> 0;
    };

    @Test
    void whatATransactionDoesDoesNotDependOnWhereItRuns() {
        for (int round = 0; round < ROUNDS; round++) {
            long seed = SEED + round;
            try (Pair pair = new Pair(seed)) {
                pair.play();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "seed " + seed + ": again with -Dtest=TransactionLanePropertyTest -Dcofferdam.rounds=1 -Dcofferdam.seed=" + seed,
                        e);
            }
        }
    }

    private static final class Pair implements AutoCloseable {
        private final Random random;
        private final RandomCommands commands;
        private final CommandHarness loop;
        private final CommandHarness lane;
        private final List<EffectLog> loopsEffects = new ArrayList<>();
        private final List<EffectLog> lanesEffects = new ArrayList<>();

        Pair(long seed) {
            random = new Random(seed);
            commands = new RandomCommands(random);
            loop = harness(seed, loopsEffects);
            lane = harness(seed, lanesEffects);
        }

        private static CommandHarness harness(long seed, List<EffectLog> logs) {
            CommandHarness harness = new CommandHarness(
                    new ServerOptions(List.of("127.0.0.1"), 0, MAX_BYTES, 1 << 15, 0, MAX_BYTES, COMPARTMENTS, ROUTER, seed));
            for (int i = 0; i < COMPARTMENTS.size(); i++) {
                EffectLog log = new EffectLog();
                harness.server.keyspace().compartment(i).listen(log);
                logs.add(log);
            }
            return harness;
        }

        void play() {
            long moved = 0;
            for (int i = 0; i < TRANSACTIONS; i++) {
                if (random.nextInt(10) == 0) {
                    long millis = 1 + random.nextInt(100);
                    loop.advanceMillis(millis);
                    lane.advanceMillis(millis);
                }
                moved += transaction() ? 1 : 0;
            }
            assertThat(KeyspaceContent.of(lane.server.keyspace())).isEqualTo(KeyspaceContent.of(loop.server.keyspace()));
            assertThat(KeyspaceAudit.of(loop.server.keyspace())).isEmpty();
            assertThat(moved).as("transactions that went to a lane").isBetween(TRANSACTIONS / 5L, TRANSACTIONS - TRANSACTIONS / 20L);
        }

        private boolean transaction() {
            List<String[]> queued = new ArrayList<>();
            for (int left = 1 + random.nextInt(12); left > 0; left--) {
                queued.add(random.nextInt(3) == 0 ? reader() : commands.next());
            }
            String what = String.join("; ", queued.stream().map(each -> String.join(" ", each)).toList());
            what = what.substring(0, Math.min(2000, what.length()));
            loop.server.settings().setLaneThresholdElements(Long.MAX_VALUE);
            lane.server.settings().setLaneThresholdElements(Long.MAX_VALUE);
            if (random.nextInt(6) == 0) {
                String[] before = commands.next();
                if (!before[0].startsWith("B")) {
                    assertThat(lane.run(before)).as(String.join(" ", before)).isEqualTo(loop.run(before));
                }
            }
            assertThat(lane.run("MULTI")).isEqualTo(loop.run("MULTI"));
            for (String[] each : queued) {
                assertThat(lane.run(each)).isEqualTo(loop.run(each));
            }
            String expected = loop.run("EXEC");
            long threshold = THRESHOLDS[random.nextInt(THRESHOLDS.length)];
            lane.server.settings().setLaneThresholdElements(threshold);
            long moved = lane.laneCommands();
            assertThat(lane.run("EXEC")).as("threshold %d: %s", threshold, what).isEqualTo(expected);
            for (int i = 0; i < COMPARTMENTS.size(); i++) {
                EffectLog heard = lanesEffects.get(i);
                assertThat(heard.isOpen()).as("a group is open after %s", what).isFalse();
                assertThat(heard.entries.stream().map(EffectLog.Entry::plain)).as("effects of %s", what)
                    .isEqualTo(loopsEffects.get(i).entries.stream().map(EffectLog.Entry::plain).toList());
                assertThat(heard.groups).as("groups of %s", what).isEqualTo(loopsEffects.get(i).groups);
                heard.entries.clear();
                loopsEffects.get(i).entries.clear();
            }
            assertThat(lane.server.statistics().changes).as(what).isEqualTo(loop.server.statistics().changes);
            assertThat(KeyspaceAudit.of(lane.server.keyspace())).as("audit after %s", what).isEmpty();
            return lane.laneCommands() > moved;
        }

        private String[] reader() {
            String key = "djc".charAt(random.nextInt(3)) + ":" + "slhmzx".charAt(random.nextInt(6)) + ":" + random.nextInt(4);
            String n = Integer.toString(random.nextInt(4));
            return switch (random.nextInt(22)) {
                case 0 -> new String[] {"KEYS", random.nextBoolean() ? "*" : "j:*"};
                case 1 -> new String[] {"SMEMBERS", key};
                case 2 -> new String[] {"HGETALL", key};
                case 3 -> new String[] {"LRANGE", key, "0", "-1"};
                case 4 -> new String[] {"ZRANGE", key, "0", "-1", "WITHSCORES"};
                case 5 -> new String[] {"SORT", key, "ALPHA"};
                case 6 -> new String[] {"SORT", key, "BY", "nosort", "STORE", "j:l:" + n};
                case 7 -> new String[] {"MGET", "d:m:" + n, "j:m:" + n, "c:m:" + n};
                case 8 -> new String[] {"SUNION", "d:s:" + n, "j:s:" + n};
                case 9 -> new String[] {"XRANGE", key, "-", "+"};
                case 10 -> new String[] {"SELECT", random.nextInt(3) == 0 ? "99" : n};
                case 11 -> new String[] {"PUBLISH", "channel", "text"};
                case 12 -> new String[] {"EVAL", SCRIPTS[random.nextInt(SCRIPTS.length)], "1", key, n};
                case 13 -> new String[] {"PTTL", key};
                case 14 -> new String[] {"EXISTS", "d:m:1", key, "j:s:1"};
                case 15 -> new String[] {"DUMP", key};
                case 16 -> new String[] {"SCAN", "0", "COUNT", "100"};
                case 17 -> new String[] {"RANDOMKEY"};
                case 18 -> new String[] {"DBSIZE"};
                case 19 -> new String[] {"ECHO", key};
                case 20 -> new String[] {"TYPE", key};
                default -> new String[] {"SRANDMEMBER", key, "-30"};
            };
        }

        @Override
        public void close() {
            loop.close();
            lane.close();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.cofferdam.keyspace.CompartmentOptions;
import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.keyspace.KeyspaceAudit;
import dev.cofferdam.memory.Account;
import dev.cofferdam.server.dump.DumpPayloads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The n-th reservation of memory is refused, n = 1, 2, …: a command is refused whole, changing nothing, until it is accepted whole. One test for each
 * command that may grow, from the command table, so a new one needs an example here.
 */
class RefusedAllocationTest {
    private static final int RESERVATIONS_MAX = 400;
    private static final long ARENA_BYTES = 24 << 20;
    private static final long BUDGET_BYTES = 16 << 20;
    /** More than a quarter page of 32 KiB, less than half of one: needs bytes set aside, lies in a page. */
    private static final String MEDIUM = "m".repeat(10_000);
    /** Lies in a run. */
    private static final String LARGE = "l".repeat(60_000);

    private record Example(String command, List<List<String>> before) {
        List<String> words() {
            return words(command);
        }

        /** Words between blanks; M and L stand for values of that size, n*text for n words with a number behind each. */
        static List<String> words(String text) {
            List<String> words = new ArrayList<>();
            for (String word : text.split(" ")) {
                int star = word.indexOf('*');
                if (star > 0 && star < word.length() - 1 && word.substring(0, star).chars().allMatch(Character::isDigit)) {
                    for (int i = 0; i < Integer.parseInt(word.substring(0, star)); i++) {
                        for (String part : word.substring(star + 1).split(",")) {
                            words.add(value(part.replace("#", Integer.toString(i))));
                        }
                    }
                } else {
                    words.add(value(word));
                }
            }
            return words;
        }

        private static String value(String word) {
            return word.equals("M") ? MEDIUM : word.equals("L") ? LARGE : word.startsWith("dump=") ? dump(word) : word;
        }
    }

    /** A payload of that many words, by the number of its type. */
    private static String dump(String word) {
        String[] parts = word.substring(5).split("/");
        int type = Integer.parseInt(parts[0]);
        List<String> words = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(parts[1]); i++) {
            words.add((type == 5 && i % 2 == 1 ? "" : "word-of-some-length:") + i);
        }
        return switch (type) {
            case 0 -> DumpPayloads.string(LARGE);
            case 5 -> DumpPayloads.sortedSet(words);
            case 19 -> DumpPayloads.stream(19, MEDIUM.substring(0, 4000), "b", MEDIUM.substring(0, 4000));
            default -> DumpPayloads.plain(type, words);
        };
    }

    private static final Map<String, List<Example>> EXAMPLES = new TreeMap<>();

    /** An example of the command that comes last; those before it make what it works on. */
    private static void example(String... commands) {
        List<List<String>> before = new ArrayList<>();
        for (int i = 0; i < commands.length - 1; i++) {
            before.add(Example.words(commands[i]));
        }
        String last = commands[commands.length - 1];
        EXAMPLES.computeIfAbsent(nameOf(last), name -> new ArrayList<>())
            .add(new Example(last, before));
    }

    private static String nameOf(String command) {
        String[] words = command.toLowerCase(java.util.Locale.ROOT).split(" ");
        return words[0].equals("xgroup") ? words[0] + "|" + words[1] : words[0];
    }

    static {
        example("RESTORE k 0 dump=0/1");
        example("SET k L", "RESTORE k 5000 dump=1/600 REPLACE");
        example("SADD k a", "RESTORE k 0 dump=2/3000 REPLACE");
        example("RESTORE k 5000 dump=4/1200");
        example("RESTORE k 0 dump=5/1200");
        example("SET k old", "RESTORE k 0 dump=19/1 REPLACE");
        example("SET k v");
        example("SET k L");
        example("SET k short", "SET k L");
        example("SETNX k M");
        example("SETEX k 100 M");
        example("PSETEX k 100000 L");
        example("SET k old", "GETSET k L");
        example("SET k L", "APPEND k L");
        example("SET k old", "SETRANGE k 50000 x");
        example("MSET 40*k#,M");
        example("SET k5 old", "MSET 40*k#,L");
        example("MSETNX 40*k#,M");
        example("INCR k");
        example("DECR k");
        example("INCRBY k 5");
        example("DECRBY k 5");
        example("INCRBYFLOAT k 2.5");
        example("SETBIT k 400000 1");
        example("SET k L", "SET d old", "BITOP NOT d k");
        example("BITFIELD k SET u8 400000 7");
        example("XADD s * f L");
        example("XADD s 1-1 f v", "XADD s * f M", "XADD s * f M g M");
        example("XGROUP CREATE s group 0 MKSTREAM");
        example("XGROUP CREATE s group 0 MKSTREAM", "XGROUP CREATECONSUMER s group L");
        example("HSET h 600*field:#,value:#");
        example("HSET h 100*field:#,value:#", "HSET h new L");
        example("HMSET h 40*field:#,M");
        example("HSETNX h f L");
        example("HINCRBY h f 1");
        example("HINCRBYFLOAT h f 1.5");
        example("SADD s 3000*member:#");
        example("SADD s 3000*#");
        example("SADD a 900*member:#", "SADD b 900*other:#", "SET d old", "SUNIONSTORE d a b");
        example("SADD a 900*member:#", "SADD b 900*member:#", "SET d old", "SINTERSTORE d a b");
        example("SADD a 900*member:#", "SADD b 5*member:#", "SADD d 9*x#", "SDIFFSTORE d a b");
        example("LPUSH l 20*M");
        example("RPUSH l 5000*element:#");
        example("RPUSH l a", "LPUSHX l 20*M");
        example("RPUSH l a", "RPUSHX l 3*L");
        example("RPUSH l 2000*element:#", "LINSERT l BEFORE element:1000 L");
        example("RPUSH l 2000*element:#", "LSET l 1000 M");
        example("ZADD z 2000*#,member:#");
        example("ZADD z 100*#,member:#", "ZADD z INCR 5 M");
        example("ZINCRBY z 1 M");
        example("ZADD a 900*#,member:#", "ZADD b 900*#,other:#", "SET d old", "ZUNIONSTORE d 2 a b");
        example("ZADD a 900*#,member:#", "ZADD b 900*#,member:#", "ZADD d 3*#,x#", "ZINTERSTORE d 2 a b");
        example("ZADD a 900*#,member:#", "ZADD b 5*#,member:#", "ZDIFFSTORE d 2 a b");
        example("ZADD a 900*#,member:#", "ZRANGESTORE d a 0 -1");
        example("HSET h 900*field:#,value:#", "SET d old", "COPY h d REPLACE");
        example("SET k L", "COPY k d");
        example("SET k L", "EXPIRE k 100");
        example("SET k L", "PEXPIRE k 100000");
        example("SET k L", "EXPIREAT k 1900000000");
        example("SET k M", "PEXPIREAT k 1900000000000");
        example("SET k M", "GETEX k EX 100");
        example("SET k L", "RENAME k a-longer-name-than-it-had-before");
        example("SET k M", "RENAMENX k a-longer-name-than-it-had-before");
        example("SADD a 900*member:#", "SORT a ALPHA STORE d");
        example("RPUSH l 300*#", "SET w7 L", "SET d old", "SORT l GET w* GET # STORE d");
        example("RPUSH l 600*element-that-is-longer-than-its-number:#", "SORT l ALPHA STORE l");
        example("GEOADD g 2000*1.#,2.#,member:#");
        example("GEOADD g 900*1.#,2.#,member:#", "SET d old", "GEOSEARCHSTORE d g FROMLONLAT 1 2 BYRADIUS 2000 km");
        example("GEOADD g 900*1.#,2.#,member:#", "GEORADIUS g 1 2 2000 km STOREDIST d");
        example("GEOADD g 900*1.#,2.#,member:#", "GEORADIUSBYMEMBER g member:7 2000 km STORE g");
        example("PFADD p 100*#");
        example("PFADD p 100*#", "PFADD p 3000*other:#");
        example("PFADD p 3000*#", "PFADD d a b c", "PFMERGE d p");
        example("PFADD p 100*#", "PFADD q 100*q#", "PFMERGE d p q");
        example("PFADD p 100*#", "PFDEBUG TODENSE p");
    }

    @TestFactory
    Stream<DynamicTest> everyCommandThatGrows() {
        try (CommandHarness harness = CommandHarness.single(ARENA_BYTES)) {
            return harness.server.commands().all().stream().filter(command -> command.memory() == Memory.GROWS && command.keySpecs() > 0)
                .map(Command::name).toList().stream().map(name -> DynamicTest.dynamicTest(name, () -> {
                    List<Example> examples = EXAMPLES.get(name);
                    if (examples == null) {
                        fail("%s may grow and has no example in RefusedAllocationTest: add one that needs a page or more", name);
                        return;
                    }
                    for (Example example : examples) {
                        assertThat(refusals(example, false)).as("refusals of %s when everything from the n-th on is refused", name)
                            .isPositive();
                        refusals(example, true);
                    }
                }));
        }
    }

    /** The test can fail: a command that takes more than it was admitted for would reply an internal error, and one that stops half way is seen. */
    @org.junit.jupiter.api.Test
    void theDigestSeesEveryChange() {
        try (CommandHarness harness = new CommandHarness(ARENA_BYTES,
                List.of(new CompartmentOptions("default", 0, BUDGET_BYTES, FullPolicy.REJECT)), (database, address, length) -> 0)) {
            String[][] changes = {{"SET", "k", "v"}, {"SET", "k", "w"}, {"PEXPIREAT", "k", "1900000000000"}, {"HSET", "h", "f", "v"},
                {"RPUSH", "l", "a"}, {"LPUSH", "l", "b"}, {"SADD", "s", "a"}, {"ZADD", "z", "1", "a"}, {"ZADD", "z", "2", "a"}};
            String before = digest(harness);
            for (String[] change : changes) {
                harness.run(change);
                String after = digest(harness);
                assertThat(after).as(Arrays.toString(change)).isNotEqualTo(before);
                before = after;
            }
        }
    }

    /** Runs the example with every n until it is accepted; answers how often it was refused. */
    private static int refusals(Example example, boolean once) {
        for (int n = 1; n <= RESERVATIONS_MAX; n++) {
            try (CommandHarness harness = new CommandHarness(ARENA_BYTES,
                    List.of(new CompartmentOptions("default", 0, BUDGET_BYTES, FullPolicy.REJECT)), (database, address, length) -> 0)) {
                example.before().forEach(command -> assertThat(run(harness, command)).doesNotStartWith("-"));
                Account account = harness.server.keyspace().compartment(0).account();
                emptyTheStock(harness, account);
                String before = digest(harness);
                account.refuseReservations(n, once ? 1 : Integer.MAX_VALUE);
                String reply = run(harness, example.words());
                account.refuseReservations(0, 0);
                String as = "%s, reservation %d %s refused".formatted(example.command(), n, once ? "alone" : "and all after it");
                assertThat(KeyspaceAudit.of(harness.server.keyspace())).as(as).isEmpty();
                if (!reply.startsWith("-OOM")) {
                    assertThat(reply).as(as).doesNotStartWith("-");
                    return n - 1;
                }
                assertThat(digest(harness)).as(as).isEqualTo(before);
            }
        }
        throw new AssertionError(example.command() + " was refused with reservation " + RESERVATIONS_MAX + " still");
    }

    /** Uses up the pages that are at hand, so that the next growth, however small, has to reserve. */
    private static void emptyTheStock(CommandHarness harness, Account account) {
        account.refuseReservations(1, Integer.MAX_VALUE);
        int i = 0;
        while (!harness.run("SET", "filler:" + i, "x".repeat(2_000)).startsWith("-OOM")) {
            assertThat(i++).isLessThan(1_000);
        }
        account.refuseReservations(0, 0);
    }

    private static String run(CommandHarness harness, List<String> words) {
        return harness.run(words.toArray(String[]::new));
    }

    /** All keys with type, deadline and value, as text. */
    private static String digest(CommandHarness harness) {
        List<String> lines = new ArrayList<>();
        String[] keys = harness.run("KEYS", "*").split("\r\n");
        for (int i = 2; i < keys.length; i += 2) {
            String key = keys[i];
            if (key.startsWith("filler:")) {
                continue;
            }
            String type = harness.run("TYPE", key).trim();
            String value = switch (type) {
                case "+string" -> harness.run("GET", key);
                case "+hash" -> harness.run("HGETALL", key);
                case "+list" -> harness.run("LRANGE", key, "0", "-1");
                case "+set" -> harness.run("SMEMBERS", key);
                case "+zset" -> harness.run("ZRANGE", key, "0", "-1", "WITHSCORES");
                case "+stream" -> harness.run("XRANGE", key, "-", "+") + harness.run("XINFO", "STREAM", key, "FULL");
                default -> throw new AssertionError(key + " is of type " + type);
            };
            lines.add(key + ' ' + type + ' ' + harness.run("PEXPIRETIME", key) + value);
        }
        lines.sort(null);
        return String.join("\n", lines);
    }
}

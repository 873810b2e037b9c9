// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Random values made on a stock server and on Cofferdam by the same commands: what the one dumps the other restores, and it is the same value. */
class DumpIT {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261123L);
    private static final int VALUES = 150;
    private static final List<String> EDGES = List.of("", "0", "-0", "007", "127", "128", "-4096", "4095", "8388607", "-8388608",
            "2147483647", "-2147483648",
            "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1.5");

    private static @Nullable SideBySide servers;

    @BeforeAll
    static void startBoth() throws Exception {
        servers = SideBySide.start(DumpIT.class, "--maxmemory", "256mb");
    }

    @AfterAll
    static void endBoth() throws Exception {
        if (servers != null) {
            servers.close();
        }
    }

    @Test
    void eachReadsWhatTheOtherWrote() throws Exception {
        Random random = new Random(SEED);
        try (RawClient there = Objects.requireNonNull(servers).stock();
                RawClient here = Objects.requireNonNull(servers).ours()) {
            for (int i = 0; i < VALUES; i++) {
                List<List<String>> commands = value(random);
                for (RawClient client : List.of(there, here)) {
                    client.run(List.of("DEL", "k"));
                    for (List<String> command : commands) {
                        client.run(command);
                    }
                }
                String as = "value %d: %s ...; repeat with -Dcofferdam.seed=%d".formatted(i, commands.getFirst().subList(0, 2), SEED);
                moved(here, there, as);
                moved(there, here, as);
            }
        }
    }

    private static void moved(RawClient from, RawClient to, String as) throws Exception {
        String head = from.run(List.of("DUMP", "k")).head();
        String dump = head.substring(head.indexOf("\r\n") + 2);
        assertThat(to.run(List.of("RESTORE", "moved", "0", dump, "REPLACE")).head()).as(as).isEqualTo("+OK");
        assertThat(content(to, "moved")).as(as).isEqualTo(content(from, "k"));
    }

    private static String content(RawClient client, String key) throws Exception {
        String type = client.run(List.of("TYPE", key)).head();
        String encoding = type.equals("+string") || type.equals("+stream") ? "" : client.run(List.of("OBJECT", "ENCODING", key)).toString();
        return type + encoding + switch (type) {
            case "+string" -> client.run(List.of("GET", key));
            case "+list" -> client.run(List.of("LRANGE", key, "0", "-1"));
            case "+set" -> client.run(List.of("SMEMBERS", key)).sorted();
            case "+hash" -> client.run(List.of("HGETALL", key)).sorted();
            case "+zset" -> client.run(List.of("ZRANGE", key, "0", "-1", "WITHSCORES"));
            default -> client.run(List.of("XRANGE", key, "-", "+")) + " " + client.run(List.of("XINFO", "GROUPS", key))
                    + client.run(List.of("XPENDING", key, "g")) + client.run(List.of("XINFO", "STREAM", key, "FULL", "COUNT", "3")).parts()
                        .stream().filter(part -> !part.head().startsWith(":")).toList();
        };
    }

    /** Commands that make a random value of a random type under the key {@code k}. */
    static List<List<String>> value(Random random) {
        int count = List.of(1, 2, 20, 140, 600, 1500).get(random.nextInt(6));
        List<List<String>> commands = new ArrayList<>();
        int kind = random.nextInt(7);
        if (kind == 0) {
            commands.add(List.of("SET", "k", word(random).repeat(1 + random.nextInt(40))));
        } else if (kind == 6) {
            stream(random, Math.min(count, 300), commands);
        } else {
            boolean small = random.nextBoolean();
            for (int i = 0; i < count; i++) {
                String number = Long.toString(random.nextLong() >> random.nextInt(60));
                String name = small ? "name" + i : word(random);
                commands.add(switch (kind) {
                    case 1 -> List.of("RPUSH", "k", word(random));
                    case 2 -> List.of("SADD", "k", number);
                    case 3 -> List.of("SADD", "k", word(random));
                    case 4 -> List.of("HSET", "k", name, small ? number : word(random));
                    default -> List.of("ZADD", "k", random.nextBoolean() ? number : Double.toString(random.nextGaussian()), name);
                });
            }
        }
        return commands;
    }

    private static void stream(Random random, int count, List<List<String>> commands) {
        for (int i = 1; i <= count; i++) {
            commands.add(random.nextInt(8) == 0
                    ? List.of("XADD", "k", i / 3 + 1 + "-" + i, "other", word(random))
                    : List.of("XADD", "k", i / 3 + 1 + "-" + i, "name", word(random), "number", Integer.toString(i)));
        }
        commands.add(List.of("XGROUP", "CREATE", "k", "g", random.nextBoolean() ? "0" : "$"));
        commands.add(List.of("XREADGROUP", "GROUP", "g", "alice", "COUNT", "5", "STREAMS", "k", ">"));
        commands.add(List.of("XREADGROUP", "GROUP", "g", "bob", "COUNT", "3", "STREAMS", "k", ">"));
        for (int i = 1; i <= count; i += 1 + random.nextInt(20)) {
            commands.add(List.of("XDEL", "k", i / 3 + 1 + "-" + i));
        }
    }

    static String word(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> EDGES.get(random.nextInt(EDGES.size()));
            case 1 -> "ab".repeat(random.nextInt(150));
            case 2 -> Integer.toString(random.nextInt(400) - 200);
            case 3 -> "x".repeat(random.nextInt(70));
            case 4 -> random.ints(random.nextInt(80), 0, 256)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
            default -> "word" + random.nextInt(1000);
        };
    }
}

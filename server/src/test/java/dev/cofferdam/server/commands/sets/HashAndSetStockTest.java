// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cofferdam.server.command.CommandHarness;
import dev.cofferdam.server.commands.sortedsets.StockServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Scripted and random commands on hashes and sets, many of them wrong, against a stock redis-server: replies must be the same bytes, in both
 * protocols, members of unordered replies in any order.
 */
class HashAndSetStockTest {
    private static final long SEED = Long.getLong("cofferdam.seed", System.nanoTime() & 0xffffff);
    private static final Set<String> UNORDERED = Set.of("SMEMBERS", "SINTER", "SUNION", "SDIFF", "SPOP", "HKEYS", "HVALS", "HGETALL",
            "HSCAN",
            "SSCAN");

    private final Random random = new Random(SEED);

    @ParameterizedTest
    @CsvSource({"hashes,2", "hashes,3", "sets,2", "sets,3"})
    void scriptedCommandsReplyTheSame(String script, String protocol) throws Exception {
        assumeTrue(StockServer.isInstalled(), "no /usr/bin/redis-server: not compared with stock");
        try (StockServer stock = StockServer.start(); CommandHarness harness = CommandHarness.single(64 << 20)) {
            stock.run("HELLO", protocol);
            harness.run("HELLO", protocol);
            for (String line : lines(script)) {
                compare(stock, harness, line, line.split(" "));
            }
        }
    }

    private static List<String> lines(String script) throws IOException {
        try (InputStream in = HashAndSetStockTest.class.getResourceAsStream("/compat/" + script + ".txt")) {
            assertThat(in).as("script %s", script).isNotNull();
            String text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            return text.lines().filter(line -> !line.startsWith("#") && !line.isBlank()).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void randomCommandsReplyTheSame(String protocol) throws Exception {
        assumeTrue(StockServer.isInstalled(), "no /usr/bin/redis-server: not compared with stock");
        System.out.printf("HashAndSetStockTest RESP%s: mvn test -pl server -am -Dtest=HashAndSetStockTest -Dcofferdam.seed=%d%n", protocol,
                SEED);
        try (StockServer stock = StockServer.start(); CommandHarness harness = CommandHarness.single(64 << 20)) {
            stock.run("HELLO", protocol);
            harness.run("HELLO", protocol);
            for (int step = 0; step < 20_000; step++) {
                compare(stock, harness, "seed " + SEED + " step " + step, command());
            }
        }
    }

    private static void compare(StockServer stock, CommandHarness harness, String where, String[] command) throws IOException {
        String expected = stock.run(command);
        String actual = harness.run(command);
        if (!actual.equals(expected)) {
            boolean unordered = UNORDERED.contains(command[0].toUpperCase(Locale.ROOT));
            assertThat(unordered ? sorted(actual) : actual).as("%s: %s", where, String.join(" ", command))
                .isEqualTo(unordered ? sorted(expected) : expected);
        }
    }

    /** An unordered reply with the lines of its members (pairs for hashes are told apart by the tests of each) sorted. */
    private static String sorted(String reply) {
        return String.join("\n", new ArrayList<>(new TreeSet<>(List.of(reply.split("\r\n", -1))))) + " " + reply.length();
    }

    private String key(String family) {
        return random.nextInt(60) == 0 ? (family.equals("h") ? "s0" : "h0") : family + random.nextInt(7);
    }

    private String field() {
        return "f" + random.nextInt(random.nextInt(4) == 0 ? 400 : 12);
    }

    private String value() {
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> Integer.toString(random.nextInt(100) - 50);
            case 3 -> Long.toString(random.nextLong());
            case 4 -> "x".repeat(random.nextInt(200));
            case 5 -> random.nextInt(20) == 0 ? "y".repeat(random.nextInt(5_000)) : "z";
            default -> "m" + random.nextInt(60);
        };
    }

    private String[] command() {
        List<String> c = new ArrayList<>();
        switch (random.nextInt(24)) {
            case 0, 1, 2 -> several(c, "HSET", key("h"), () -> List.of(field(), value()), 4);
            case 3 -> c.addAll(List.of("HINCRBY", key("h"), "c" + random.nextInt(5), random.nextInt(40) == 0 ? "x" : number()));
            case 4 -> c.addAll(List.of("HINCRBYFLOAT", key("h"), "c" + random.nextInt(5), pick("0.5", "-1.25", "3e2", "10", "x", "inf")));
            case 5 -> several(c, "HDEL", key("h"), () -> List.of(field()), 5);
            case 6 -> c.addAll(List.of(pick("HGETALL", "HLEN", "HKEYS", "HVALS"), key("h")));
            case 7 -> several(c, "HMGET", key("h"), () -> List.of(field()), 4);
            case 8 -> c.addAll(List.of(pick("HGET", "HEXISTS", "HSTRLEN"), key("h"), field()));
            case 9 -> c.addAll(List.of("HSETNX", key("h"), field(), value()));
            case 10 -> c.addAll(List.of("HSCAN", key("h"), "0", "COUNT", "100000", "MATCH", pick("*", "f1*", "c?")));
            case 11, 12, 13 -> several(c, "SADD", key("s"), () -> List.of(value()), 6);
            case 14 -> several(c, "SREM", key("s"), () -> List.of(value()), 4);
            case 15 -> c.addAll(List.of("SMOVE", key("s"), key("s"), value()));
            case 16, 17 -> several(c, pick("SINTER", "SUNION", "SDIFF"), key("s"), () -> List.of(key("s")), 3);
            case 18 -> several(c, pick("SINTERSTORE", "SUNIONSTORE", "SDIFFSTORE"), key("s"), () -> List.of(key("s")), 3);
            case 19 -> c.addAll(List.of("SINTERCARD", "2", key("s"), key("s"), "LIMIT", pick("0", "3", "100", "-1")));
            case 20 -> c.addAll(List.of(pick("SMEMBERS", "SCARD"), key("s")));
            case 21 -> several(c, "SMISMEMBER", key("s"), () -> List.of(value()), 4);
            case 22 -> c.addAll(List.of("SSCAN", key("s"), "0", "COUNT", "100000"));
            default -> c.addAll(random.nextInt(6) == 0 ? List.of("SPOP", key("s"), "1000000") : List.of("SISMEMBER", key("s"), value()));
        }
        if (random.nextInt(200) == 0) {
            c.add("extra");
        }
        return c.toArray(String[]::new);
    }

    private void several(List<String> c, String name, String key, java.util.function.Supplier<List<String>> one, int most) {
        c.add(name);
        c.add(key);
        for (int i = random.nextInt(most) + 1; i > 0; i--) {
            c.addAll(one.get());
        }
    }

    private String number() {
        return Long.toString(random.nextBoolean() ? random.nextInt(20) - 10 : (long) Math.pow(10, random.nextInt(18)));
    }

    private String pick(String... from) {
        return from[random.nextInt(from.length)];
    }
}

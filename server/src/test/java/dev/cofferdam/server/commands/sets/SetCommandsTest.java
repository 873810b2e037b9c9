// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.server.command.CommandHarness;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SetCommandsTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261122L);
    private final CommandHarness harness = CommandHarness.single(32 << 20);

    @AfterEach
    void close() {
        harness.close();
    }

    private String run(String... command) {
        return harness.run(command);
    }

    /** The strings of a flat array or set reply. */
    private static Set<String> members(String reply) {
        String[] lines = reply.split("\r\n");
        Set<String> members = new TreeSet<>();
        for (int i = 2; i < lines.length; i += 2) {
            members.add(lines[i]);
        }
        assertThat(reply.charAt(0)).isIn('*', '~');
        assertThat(members).hasSize(Integer.parseInt(lines[0].substring(1)));
        return members;
    }

    @Test
    void algebraAgreesWithJavaSetsInEveryMixtureOfForms() {
        Random random = new Random(SEED);
        for (int round = 0; round < 60; round++) {
            Map<String, Set<String>> model = new HashMap<>();
            for (int i = 0; i < 4; i++) {
                String name = "s" + i + ":" + round;
                int size = new int[] {0, 5, 90, 700}[random.nextInt(4)];
                boolean integers = random.nextBoolean();
                Set<String> members = new TreeSet<>();
                for (int k = 0; k < size; k++) {
                    members.add((integers ? "" : k % 7 == 0 ? "" : "m") + random.nextInt(900));
                }
                for (String member : members) {
                    run("SADD", name, member);
                }
                model.put(name, members);
            }
            String[] names = model.keySet().toArray(String[]::new);
            check(round, names, model);
        }
    }

    private void check(int round, String[] names, Map<String, Set<String>> model) {
        Set<String> intersection = new TreeSet<>(model.get(names[0]));
        Set<String> union = new TreeSet<>();
        Set<String> difference = new TreeSet<>(model.get(names[0]));
        for (String name : names) {
            intersection.retainAll(model.get(name));
            union.addAll(model.get(name));
            if (!name.equals(names[0])) {
                difference.removeAll(model.get(name));
            }
        }
        String as = "seed " + SEED + " round " + round;
        assertThat(members(run(with("SINTER", names)))).as(as).isEqualTo(intersection);
        assertThat(members(run(with("SUNION", names)))).as(as).isEqualTo(union);
        assertThat(members(run(with("SDIFF", names)))).as(as).isEqualTo(difference);
        assertThat(run(with("SINTERCARD", with("4", names)))).as(as).isEqualTo(":" + intersection.size() + "\r\n");
        assertThat(run(with("SUNIONSTORE", with(names[1], names)))).as(as).isEqualTo(":" + union.size() + "\r\n");
        assertThat(members(run("SMEMBERS", names[1]))).as(as).isEqualTo(union);
        assertThat(run(with("SDIFFSTORE", with("d", new String[] {names[1], names[0]})))).as(as)
            .isEqualTo(":" + (union.size() - model.get(names[0]).size()) + "\r\n");
        assertThat(run(with("SINTERSTORE", with(names[1], new String[] {names[1], names[2]})))).as(as)
            .isEqualTo(":" + model.get(names[2]).size() + "\r\n");
        assertThat(members(run("SMEMBERS", names[1]))).as(as).isEqualTo(model.get(names[2]));
    }

    private static String[] with(String first, String[] rest) {
        String[] all = new String[rest.length + 1];
        all[0] = first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }

    @Test
    void aScanReturnsWhatStaysWhileMembersComeAndGo() {
        Random random = new Random(SEED);
        for (int i = 0; i < 2_000; i++) {
            run("SADD", "s", "m" + i);
        }
        Set<String> seen = new HashSet<>();
        String cursor = "0";
        do {
            String[] lines = run("SSCAN", "s", cursor, "COUNT", "7", "MATCH", "m*").split("\r\n");
            cursor = lines[2];
            for (int i = 5; i < lines.length; i += 2) {
                seen.add(lines[i]);
            }
            for (int i = 0; i < 5; i++) {
                int number = random.nextInt(4_000);
                run(number % 2 == 0 && number < 2_000 ? "SADD" : random.nextBoolean() ? "SREM" : "SADD", "s", "m" + number);
            }
        } while (!cursor.equals("0"));
        for (int i = 0; i < 2_000; i += 2) {
            assertThat(seen).as("seed %d", SEED).contains("m" + i);
        }
    }

    @Test
    void everyMemberIsChosenAboutAsOften() {
        for (String name : new String[] {"packed", "large"}) {
            int size = name.equals("packed") ? 40 : 400;
            for (int i = 0; i < size; i++) {
                run("SADD", name, "m" + i);
            }
            Map<String, Integer> times = new HashMap<>();
            int draws = 100 * size;
            for (int i = 0; i < draws / 10; i++) {
                Set<String> chosen = members(run("SRANDMEMBER", name, "10"));
                assertThat(chosen).hasSize(10);
                chosen.forEach(member -> times.merge(member, 1, Integer::sum));
            }
            assertThat(times).hasSize(size);
            assertThat(times.values()).as("100 expected of each").allMatch(n -> n > 50 && n < 160);
        }
        assertThat(run("SRANDMEMBER", "large", "-900")).startsWith("*900\r\n");
        Set<String> popped = members(run("SPOP", "large", "399"));
        assertThat(popped).hasSize(399).doesNotContainAnyElementsOf(members(run("SMEMBERS", "large")));
        assertThat(members(run("SPOP", "large", "5"))).hasSize(1);
        assertThat(run("SCARD", "large")).isEqualTo(":0\r\n");
    }

    @Test
    void repliesAsRedisDoesInBothProtocols() {
        run("SADD", "one", "a");
        assertThat(run("SMEMBERS", "one")).isEqualTo("*1\r\n$1\r\na\r\n");
        assertThat(run("SINTERCARD", "2", "one")).isEqualTo("-ERR Number of keys can't be greater than number of args\r\n");
        assertThat(run("SPOP", "one", "-1")).isEqualTo("-ERR value is out of range, must be positive\r\n");
        assertThat(run("SSCAN", "one", "x")).isEqualTo("-ERR invalid cursor\r\n");
        run("HELLO", "3");
        assertThat(run("SMEMBERS", "one")).isEqualTo("~1\r\n$1\r\na\r\n");
        assertThat(run("SINTER", "one", "none")).isEqualTo("~0\r\n");
        assertThat(run("SRANDMEMBER", "one", "1")).isEqualTo("*1\r\n$1\r\na\r\n");
        assertThat(run("SPOP", "one")).isEqualTo("$1\r\na\r\n");
        assertThat(run("SPOP", "one")).isEqualTo("_\r\n");
        assertThat(Arrays.asList("~0\r\n")).contains(run("SPOP", "one", "3"));
    }
}

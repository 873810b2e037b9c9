// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random changes of several sets, in all forms, against HashSets; the cleaner moves blocks between any two commands. */
class SetValuesPropertyTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261122L);
    private static final int PAGE_BYTES = 1 << 14;

    private final Random random = new Random(SEED);
    private final Map<String, Set<String>> model = new HashMap<>();

    @Test
    void behavesAsSetsWhileBlocksMove() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(6 << 18, PAGE_BYTES, FullPolicy.REJECT)) {
            int refused = 0;
            for (int i = 0; i < 150_000; i++) {
                refused += step(harness, "s" + random.nextInt(16)) ? 0 : 1;
                if (random.nextInt(8) == 0) {
                    harness.compartment().heap().cleaner().cleanOnce(1);
                    harness.compartment().endCommand();
                }
                if (random.nextInt(3_000) == 0) {
                    compareAll(harness, i);
                    harness.audit();
                }
            }
            compareAll(harness, -1);
            assertThat(refused).as("the budget is meant to bind").isPositive();
            assertThat(harness.compartment().heap().cleaner().cleanedPages()).isPositive();
        }
    }

    /** Sets 0-3: few integers; 4-7: many integers; 8-11: few words; 12-15: anything, many, long ones among them. */
    private String member(String name) {
        int family = Integer.parseInt(name.substring(1)) / 4;
        return switch (family) {
            case 0 -> Long.toString(random.nextInt(90) - 45);
            case 1 -> Long.toString(random.nextInt(1_500) * (random.nextInt(50) == 0 ? 10_000_000_000L : 7));
            case 2 -> "w" + random.nextInt(70);
            default -> random.nextInt(3) == 0
                    ? Integer.toString(random.nextInt(4_000))
                    : random.nextInt(500) == 0 ? "x".repeat(random.nextInt(12_000)) : "member:" + random.nextInt(4_000);
        };
    }

    private boolean step(KeyspaceHarness harness, String name) {
        Compartment compartment = harness.compartment();
        SetValues sets = compartment.sets();
        String member = member(name);
        long address = harness.put(member);
        int length = member.length();
        Set<String> expected = model.getOrDefault(name, new HashSet<>());
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3, 4, 5 -> {
                if (!compartment.admit(SetValues.addBound(harness.key(name), 1, length))) {
                    return false;
                }
                boolean added = sets.add(harness.key(name), address, length);
                compartment.endCommand();
                assertThat(added).as("seed %d add %s", SEED, member)
                    .isEqualTo(model.computeIfAbsent(name, n -> new HashSet<>()).add(member));
            }
            case 6, 7 -> {
                assertThat(sets.remove(harness.key(name), address, length)).as("seed %d remove %s", SEED, member)
                    .isEqualTo(expected.remove(member));
                forgetEmpty(name, expected);
            }
            case 8 -> removeAny(harness, name, expected);
            case 9, 10 -> {
                Key key = harness.key(name);
                assertThat(sets.contains(key, address, length)).as("seed %d contains %s", SEED, member)
                    .isEqualTo(expected.contains(member));
                assertThat(SetValues.count(key)).isEqualTo(expected.size());
            }
            default -> {
                if (random.nextInt(60) == 0) {
                    deleteOrReplace(harness, name);
                }
                compartment.reclaimSome();
            }
        }
        return true;
    }

    private void forgetEmpty(String name, Set<String> expected) {
        if (expected.isEmpty()) {
            model.remove(name);
        }
    }

    private void removeAny(KeyspaceHarness harness, String name, Set<String> expected) {
        Key key = harness.key(name);
        if (!key.exists()) {
            assertThat(expected).isEmpty();
            return;
        }
        SetWalk walk = harness.compartment().sets().walk(key);
        int position = random.nextInt(walk.count());
        walk.to(position);
        String member = walk.member.toString();
        harness.compartment().sets().removeAt(key, position);
        assertThat(expected.remove(member)).as("seed %d position %d is %s", SEED, position, member).isTrue();
        forgetEmpty(name, expected);
    }

    /** Deletes the set, or builds the union of it and another beside it, as SUNIONSTORE with a source as destination does. */
    private void deleteOrReplace(KeyspaceHarness harness, String name) {
        Compartment compartment = harness.compartment();
        Key key = harness.key(name);
        if (!key.exists()) {
            return;
        }
        if (random.nextBoolean()) {
            compartment.delete(key);
            model.remove(name);
            return;
        }
        String otherName = "s" + random.nextInt(16);
        Key other = harness.key(otherName);
        if (!compartment.admit(SetValues.membersBound(key) + SetValues.membersBound(other) + SetValues.createBound(key.length))) {
            return;
        }
        key = harness.key(name);
        other = harness.key(otherName);
        Key result = harness.key(name);
        SetValues sets = compartment.sets();
        boolean begun = false;
        for (Key source : new Key[] {key, other}) {
            SetWalk walk = sets.walk(source);
            while (walk.next()) {
                if (begun) {
                    sets.add(result, walk.member.address, walk.member.length);
                } else {
                    sets.createBeside(result, walk.member.address, walk.member.length);
                    begun = true;
                }
            }
        }
        compartment.adopt(result);
        compartment.endCommand();
        Set<String> union = new HashSet<>(model.get(name));
        union.addAll(model.getOrDefault(otherName, Set.of()));
        model.put(name, union);
        compare(harness, name, union);
    }

    private void compareAll(KeyspaceHarness harness, int step) {
        assertThat(harness.compartment().keyCount()).as("seed %d step %d", SEED, step).isEqualTo(model.size());
        for (Map.Entry<String, Set<String>> entry : model.entrySet()) {
            compare(harness, entry.getKey(), entry.getValue());
        }
    }

    private static void compare(KeyspaceHarness harness, String name, Set<String> expected) {
        SetWalk walk = harness.compartment().sets().walk(harness.key(name));
        Set<String> found = new HashSet<>();
        while (walk.next()) {
            assertThat(found.add(walk.member.toString())).isTrue();
        }
        assertThat(found).as("seed %d set %s", SEED, name).isEqualTo(expected);
    }

    @Test
    void keepsTheFormsRedisTellsOf() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(4 << 20, PAGE_BYTES, FullPolicy.REJECT)) {
            for (int i = 0; i < 512; i++) {
                add(harness, "ints", Integer.toString(i * 1_000_003));
            }
            assertThat(SetValues.isIntset(harness.key("ints"))).isTrue();
            add(harness, "ints", "7");
            assertThat(SetValues.isIntset(harness.key("ints"))).isFalse();
            add(harness, "few", "1");
            add(harness, "few", Long.toString(Long.MIN_VALUE));
            assertThat(SetValues.isIntset(harness.key("few"))).isTrue();
            add(harness, "few", "01");
            assertThat(SetValues.isIntset(harness.key("few"))).isFalse();
            assertThat(harness.compartment().sets().contains(harness.key("few"), harness.put("-9223372036854775808"), 20)).isTrue();
            assertThat(harness.compartment().sets().contains(harness.key("few"), harness.put("1"), 1)).isTrue();
            assertThat(SetValues.count(harness.key("few"))).isEqualTo(3);
        }
    }

    /** As SSCAN does it: from the highest position down, with changes between the calls. */
    @Test
    void aScanMissesNoMemberThatStays() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(8 << 20, PAGE_BYTES, FullPolicy.REJECT)) {
            Compartment compartment = harness.compartment();
            for (int round = 0; round < 20; round++) {
                String name = "scan" + round;
                Set<String> stays = new HashSet<>();
                for (int i = 0; i < 1_000; i++) {
                    add(harness, name, "m" + i);
                    if (i % 3 == 0) {
                        stays.add("m" + i);
                    }
                }
                Set<String> seen = new HashSet<>();
                int cursor = Integer.MAX_VALUE;
                while (cursor != 0) {
                    SetWalk walk = compartment.sets().walk(harness.key(name));
                    cursor = Math.min(cursor, walk.count());
                    for (int i = 0; i < 10 && cursor > 0; i++) {
                        walk.to(--cursor);
                        seen.add(walk.member.toString());
                    }
                    for (int i = 0; i < 12; i++) {
                        int number = random.nextInt(2_000);
                        String member = "m" + number;
                        if (number % 3 != 0 && random.nextInt(4) > 0) {
                            compartment.sets().remove(harness.key(name), harness.put(member), member.length());
                        } else {
                            add(harness, name, member);
                        }
                    }
                    compartment.heap().cleaner().cleanSome(1, 40);
                }
                assertThat(seen).as("seed %d round %d", SEED, round).containsAll(stays);
            }
        }
    }

    private static void add(KeyspaceHarness harness, String name, String member) {
        Compartment compartment = harness.compartment();
        assertThat(compartment.admit(SetValues.addBound(harness.key(name), 1, member.length()))).isTrue();
        compartment.sets().add(harness.key(name), harness.put(member), member.length());
        compartment.endCommand();
    }
}

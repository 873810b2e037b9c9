// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random changes of several hashes, in all forms, against HashMaps; the cleaner moves blocks between any two commands. */
class HashValuesPropertyTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261122L);
    private static final int PAGE_BYTES = 1 << 14;

    private final Random random = new Random(SEED);
    private final Map<String, Map<String, String>> model = new HashMap<>();

    @Test
    void behavesAsMapsWhileBlocksMove() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(7 << 18, PAGE_BYTES, FullPolicy.REJECT)) {
            int refused = 0;
            for (int i = 0; i < 120_000; i++) {
                String name = "h" + random.nextInt(12);
                refused += step(harness, name) ? 0 : 1;
                if (random.nextInt(8) == 0) {
                    harness.compartment().heap().cleaner().cleanOnce(1);
                    harness.compartment().endCommand();
                }
                if (random.nextInt(2_000) == 0) {
                    compareAll(harness, i);
                    harness.audit();
                }
                if (random.nextInt(6_000) == 0) {
                    copyOne(harness);
                }
            }
            compareAll(harness, -1);
            assertThat(refused).as("the budget is meant to bind").isPositive();
            assertThat(harness.compartment().heap().cleaner().cleanedPages()).isPositive();
        }
    }

    private boolean step(KeyspaceHarness harness, String name) {
        Compartment compartment = harness.compartment();
        Key key = harness.key(name);
        HashValues hashes = compartment.hashes();
        Map<String, String> expected = model.getOrDefault(name, Map.of());
        // Even names stay small, odd ones grow to thousands of fields.
        String field = "field:" + random.nextInt(name.charAt(name.length() - 1) % 2 == 0 ? 60 : 3_000);
        long fieldAddress = harness.put(field);
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3, 4 -> {
                boolean number = random.nextInt(3) == 0;
                String value = number ? Long.toString(random.nextLong() >> random.nextInt(64)) : value();
                long growth = hashes.growth(key, fieldAddress, field.length(), value.length());
                boolean admitted = growth == 0
                        ? compartment.admitHeadroom(64)
                        : compartment.admit(HashValues.putBound(key, 1, field.length() + value.length()));
                if (!admitted) {
                    return false;
                }
                put(harness, name, field, value, number, growth);
                compartment.endCommand();
            }
            case 5, 6 -> {
                assertThat(hashes.remove(key, fieldAddress, field.length())).as("seed %d", SEED).isEqualTo(expected.containsKey(field));
                if (expected.containsKey(field) && expected.remove(field) != null && expected.isEmpty()) {
                    model.remove(name);
                }
            }
            case 7, 8 -> {
                boolean found = hashes.get(key, fieldAddress, field.length());
                assertThat(found ? hashes.value.toString() : null).as("seed %d", SEED).isEqualTo(expected.get(field));
                assertThat(HashValues.count(key)).isEqualTo(expected.size());
            }
            default -> {
                if (random.nextInt(200) == 0 && key.exists()) {
                    compartment.delete(key);
                    model.remove(name);
                }
                compartment.reclaimSome();
            }
        }
        return true;
    }

    private void put(KeyspaceHarness harness, String name, String field, String value, boolean number, long growth) {
        Compartment compartment = harness.compartment();
        Key key = harness.key(name); // admission may have moved it
        long live = compartment.heap().liveBytes();
        long fieldAddress = harness.put(field);
        long valueAddress = harness.put(value);
        boolean added = number
                ? compartment.hashes().putNumber(key, fieldAddress, field.length(), valueAddress, value.length())
                : compartment.hashes().put(key, fieldAddress, field.length(), valueAddress, value.length());
        if (growth == 0) {
            assertThat(compartment.heap().liveBytes()).as("what fits in place takes nothing, seed %d", SEED).isLessThanOrEqualTo(live);
        }
        assertThat(added).as("seed %d", SEED).isEqualTo(model.computeIfAbsent(name, n -> new HashMap<>()).put(field, value) == null);
        assertThat(compartment.hashes().get(key, fieldAddress, field.length())).isTrue();
        assertThat(compartment.hashes().value.sameBytes(valueAddress, value.length())).isTrue();
    }

    private String value() {
        int length = switch (random.nextInt(40)) {
            case 0 -> 3_000;
            case 1 -> random.nextInt(200) == 0 ? 40_000 : 500;
            default -> random.nextInt(140);
        };
        return Character.toString('a' + random.nextInt(26)).repeat(length);
    }

    private void copyOne(KeyspaceHarness harness) {
        Key source = harness.key("h1");
        if (!source.exists()) {
            return;
        }
        ValueCopier copier = harness.compartment().transfer().copier(source.kind());
        if (!harness.compartment().admit(copier.bytes(source) + 100)) {
            return;
        }
        source = harness.key("h1");
        Key copy = harness.key("copy");
        copier.copy(source, copy, false);
        compare(harness, "copy", model.get("h1"));
        assertThat(HashValues.memoryBytes(copy)).isLessThanOrEqualTo(HashValues.memoryBytes(source) * 2);
        harness.compartment().delete(harness.key("copy"));
        harness.compartment().endCommand();
    }

    private void compareAll(KeyspaceHarness harness, int step) {
        assertThat(harness.compartment().keyCount()).as("seed %d step %d", SEED, step).isEqualTo(model.size());
        for (Map.Entry<String, Map<String, String>> entry : model.entrySet()) {
            compare(harness, entry.getKey(), entry.getValue());
        }
    }

    private void compare(KeyspaceHarness harness, String name, Map<String, String> expected) {
        Key key = harness.key(name);
        HashWalk walk = harness.compartment().hashes().walk(key);
        Map<String, String> found = new HashMap<>();
        while (walk.next()) {
            assertThat(found.put(walk.field.toString(), walk.value.toString())).isNull();
        }
        assertThat(found).as("seed %d hash %s", SEED, name).isEqualTo(expected);
    }

    /** As HSCAN does it: from the highest position down, a few per call, with changes between the calls. */
    @Test
    void aScanMissesNoFieldThatStays() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(8 << 20, PAGE_BYTES, FullPolicy.REJECT)) {
            Compartment compartment = harness.compartment();
            for (int round = 0; round < 20; round++) {
                Set<String> stays = new HashSet<>();
                String name = "scan" + round;
                for (int i = 0; i < 1_000; i++) {
                    set(harness, name, "f" + i, "v");
                    if (i % 3 == 0) {
                        stays.add("f" + i);
                    }
                }
                Set<String> seen = new HashSet<>();
                int cursor = Integer.MAX_VALUE;
                while (cursor != 0) {
                    HashWalk walk = compartment.hashes().walk(harness.key(name));
                    cursor = Math.min(cursor, walk.count());
                    for (int i = 0; i < 10 && cursor > 0; i++) {
                        walk.to(--cursor);
                        seen.add(walk.field.toString());
                    }
                    for (int i = 0; i < 12; i++) {
                        int number = random.nextInt(2_000);
                        if (number % 3 != 0 && random.nextInt(4) > 0) {
                            String field = "f" + number;
                            compartment.hashes().remove(harness.key(name), harness.put(field), field.length());
                        } else {
                            set(harness, name, "f" + number, "other value " + number);
                        }
                    }
                    compartment.heap().cleaner().cleanSome(1, 40);
                }
                assertThat(seen).as("seed %d round %d", SEED, round).containsAll(stays);
            }
        }
    }

    private static void set(KeyspaceHarness harness, String name, String field, String value) {
        Compartment compartment = harness.compartment();
        assertThat(compartment.admit(HashValues.putBound(harness.key(name), 1, field.length() + value.length()))).isTrue();
        compartment.hashes().put(harness.key(name), harness.put(field), field.length(), harness.put(value), value.length());
        compartment.endCommand();
    }

    @Test
    void aSessionOfSixFieldsTakesNoMoreThan420Bytes() {
        Map<String, String> session = Map.of("creationTime", "1763841600000", "lastAccessedTime", "1763841999999", "maxInactiveInterval",
                "1800",
                "userId", "user:1234567", "csrf", "f3a9c1d2e4b56789f3a9c1d2e4b56789", "attributes", "x".repeat(120));
        int sessions = 20_000;
        try (KeyspaceHarness harness = KeyspaceHarness.single(32 << 20, 1 << 16, FullPolicy.REJECT)) {
            Compartment compartment = harness.compartment();
            long before = compartment.usedBytes();
            int payload = 0;
            for (int i = 0; i < sessions; i++) {
                String name = "spring:session:sessions:%08d-aaaa-bbbb-cccc-0123456789ab".formatted(i);
                payload += name.length();
                for (Map.Entry<String, String> entry : session.entrySet()) {
                    set(harness, name, entry.getKey(), entry.getValue());
                    payload += entry.getKey().length() + entry.getValue().length();
                }
                assertThat(compartment.admit(64)).isTrue();
                compartment.expireAt(harness.key(name), harness.clock.wallMillis() + 1_800_000);
                compartment.endCommand();
            }
            while (compartment.heap().cleaner().cleanOnce((1 << 16) / 10) > 0) {
                compartment.endCommand();
            }
            long each = (compartment.usedBytes() - before) / sessions;
            assertThat(each).as("%d bytes of payload", payload / sessions).isLessThanOrEqualTo(420);
            harness.audit();
        }
    }

    /** Touching a session, counting up and deleting need nothing, so they work when nothing grows any more. */
    @Test
    void whatDoesNotGrowWorksAtFull() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(2 << 20, PAGE_BYTES, FullPolicy.REJECT)) {
            Compartment compartment = harness.compartment();
            int filled = 0;
            while (compartment.admit(400)) {
                String name = "s" + filled++;
                Key key = harness.key(name);
                compartment.hashes().put(key, harness.put("touched"), 7, harness.put("1763841600000"), 13);
                compartment.hashes().put(key, harness.put("data"), 4, harness.put("d".repeat(200)), 200);
                compartment.hashes().putNumber(key, harness.put("hits"), 4, harness.put("9"), 1);
                compartment.endCommand();
            }
            long live = compartment.liveBytes();
            for (int i = 0; i < filled; i++) {
                Key key = harness.key("s" + i);
                assertThat(compartment.hashes().growth(key, harness.put("touched"), 7, 13)).isZero();
                assertThat(compartment.hashes().growth(key, harness.put("hits"), 4, 6)).isZero();
                assertThat(compartment.hashes().growth(key, harness.put("data"), 4, 201)).isPositive();
                compartment.admitHeadroom(32);
                key = harness.key("s" + i);
                compartment.hashes().put(key, harness.put("touched"), 7, harness.put("1763841600001"), 13);
                compartment.hashes().putNumber(key, harness.put("hits"), 4, harness.put("123456"), 6);
                compartment.endCommand();
                assertThat(compartment.hashes().get(key, harness.put("hits"), 4)).isTrue();
                assertThat(compartment.hashes().value.toString()).isEqualTo("123456");
            }
            assertThat(compartment.liveBytes()).isEqualTo(live);
            for (int i = 0; i < filled; i++) {
                assertThat(compartment.hashes().remove(harness.key("s" + i), harness.put("data"), 4)).isTrue();
            }
            assertThat(compartment.admit(400)).isTrue();
            compartment.endCommand();
        }
    }

    @Test
    void tellsWhatRedisWouldCallIt() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(4 << 20, PAGE_BYTES, FullPolicy.REJECT)) {
            set(harness, "small", "f", "v".repeat(64));
            assertThat(HashValues.isListpack(harness.key("small"))).isTrue();
            set(harness, "small", "f", "v".repeat(65));
            assertThat(HashValues.isListpack(harness.key("small"))).isFalse();
            set(harness, "small", "f", "short again");
            assertThat(HashValues.isListpack(harness.key("small"))).as("Redis never goes back").isFalse();
            for (int i = 0; i < 512; i++) {
                set(harness, "many", "f" + i, "v");
            }
            assertThat(HashValues.isListpack(harness.key("many"))).isTrue();
            set(harness, "many", "f512", "v");
            assertThat(HashValues.isListpack(harness.key("many"))).isFalse();
        }
    }

    @Test
    void aLargeHashIsFreedInStepsAndWhole() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(64 << 20, 1 << 16, FullPolicy.REJECT)) {
            Compartment compartment = harness.compartment();
            set(harness, "other", "f", "v");
            long live = compartment.liveBytes();
            for (int i = 0; i < 200_000; i++) {
                set(harness, "big", "field:" + i, "value:" + i);
            }
            compartment.delete(harness.key("big"));
            int steps = 0;
            while (compartment.reclaimSome()) {
                steps++;
            }
            compartment.endCommand();
            assertThat(steps).as("200,000 fields are not freed at once").isGreaterThan(200);
            assertThat(compartment.liveBytes()).isEqualTo(live);
            assertThat(compartment.members().size()).isZero();
            assertThat(compartment.collections().live()).isZero();
            assertThat(compartment.usedBytes()).isLessThan(2 << 20);
        }
    }

    @Test
    void theAuditSeesAnElementThatDoesNotKnowItsPosition() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(8 << 20, PAGE_BYTES, FullPolicy.REJECT)) {
            for (int i = 0; i < 300; i++) {
                set(harness, "h", "f" + i, "v");
            }
            MemberIndex members = harness.compartment().members();
            long block = members.get(CollectionTable.idOf(harness.key("h").entry), harness.put("f7"), 2);
            int position = MemberLayout.position(block);
            MemberLayout.setPosition(block, position + 1);
            assertThat(KeyspaceAudit.of(harness.keyspace)).anyMatch(finding -> finding.contains("position of an element"));
            MemberLayout.setPosition(block, position);
        }
    }
}

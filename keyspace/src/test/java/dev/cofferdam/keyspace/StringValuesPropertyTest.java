// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random string commands against a HashMap in a compartment that is full half of the time: what is admitted does what the model does, what is
 * refused changes nothing, and what needs no byte is never refused.
 */
class StringValuesPropertyTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261122L);
    private static final String REPEAT = "repeat with -Dcofferdam.seed=" + SEED;

    private final Random random = new Random(SEED);
    private final Map<String, byte[]> model = new HashMap<>();
    private final Map<String, Long> deadlines = new HashMap<>();
    private int refused;
    private int free;

    @Test
    void behavesAsAMapOfStrings() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(3 << 20, 1 << 15, FullPolicy.REJECT)) {
            for (int i = 0; i < 80_000; i++) {
                step(harness, "k:" + random.nextInt(12_000));
                if (i % 20_000 == 0) {
                    check(harness);
                    harness.audit();
                }
            }
            check(harness);
            assertThat(refused).as("the budget is meant to bind; " + REPEAT).isPositive();
            assertThat(free).as("changes in place; " + REPEAT).isPositive();
        }
    }

    private void step(KeyspaceHarness harness, String name) {
        Compartment home = harness.compartment();
        Key key = harness.key(name);
        byte[] old = model.get(name);
        byte[] bytes = value();
        long address = harness.put(bytes);
        switch (random.nextInt(9)) {
            case 0, 1, 7 -> {
                boolean deadline = random.nextInt(3) == 0;
                if (admitted(home, StringValues.growthBySet(key, address, bytes.length, deadline))) {
                    key = harness.key(name);
                    StringValues.set(key, address, bytes.length, deadline);
                    model.put(name, bytes);
                }
            }
            case 2 -> {
                if (old != null && admitted(home, StringValues.growthByEdit(key, StringValues.length(key) + bytes.length))) {
                    key = harness.key(name);
                    StringValues.append(key, address, bytes.length);
                    byte[] sum = Arrays.copyOf(old, old.length + bytes.length);
                    System.arraycopy(bytes, 0, sum, old.length, bytes.length);
                    model.put(name, sum);
                }
            }
            case 3 -> {
                int offset = random.nextInt(50) == 0 ? random.nextInt(100_000) : random.nextInt(600);
                long length = Math.max(StringValues.length(key), offset + bytes.length);
                if (admitted(home, StringValues.growthByEdit(key, length))) {
                    key = harness.key(name);
                    StringValues.setRange(key, offset, address, bytes.length);
                    byte[] edited = Arrays.copyOf(old == null ? new byte[0] : old, (int) length);
                    System.arraycopy(bytes, 0, edited, offset, bytes.length);
                    model.put(name, edited);
                }
            }
            case 4 -> {
                long value = random.nextLong() >> random.nextInt(64);
                if (admitted(home, StringValues.growthBySetLong(key))) {
                    key = harness.key(name);
                    StringValues.setLong(key, value, false);
                    model.put(name, Long.toString(value).getBytes(StandardCharsets.ISO_8859_1));
                }
            }
            case 5 -> rename(harness, key, name, "k:" + random.nextInt(12_000) + "x".repeat(random.nextInt(3)));
            case 6 -> deadline(harness, key, name);
            default -> {
                if (key.exists()) {
                    home.delete(key);
                }
                model.remove(name);
                deadlines.remove(name);
            }
        }
        home.endCommand();
    }

    private void rename(KeyspaceHarness harness, Key key, String name, String other) {
        Compartment home = harness.compartment();
        Key target = harness.key(other);
        if (!key.exists() || target.exists() || !admitted(home, home.transfer().renameBytes(key, target))) {
            return;
        }
        key = harness.key(name);
        home.transfer().rename(key, target);
        model.put(other, model.remove(name));
        Long deadline = deadlines.remove(name);
        if (deadline != null) {
            deadlines.put(other, deadline);
        }
    }

    private void deadline(KeyspaceHarness harness, Key key, String name) {
        Compartment home = harness.compartment();
        if (!key.exists() || !admitted(home, home.deadlineBytes(key))) {
            return;
        }
        key = harness.key(name);
        if (random.nextInt(3) == 0) {
            home.persist(key);
            deadlines.remove(name);
        } else {
            long at = harness.clock.wallMillis() + 1 + random.nextInt(1_000_000);
            home.expireAt(key, at);
            deadlines.put(name, at);
        }
    }

    /** What needs nothing runs even when nothing can be had. */
    private boolean admitted(Compartment home, long growth) {
        if (home.admit(growth)) {
            return true;
        }
        refused++;
        if (growth > 0) {
            return false;
        }
        free++;
        return true;
    }

    private byte[] value() {
        int shape = random.nextInt(400);
        if (shape >= 360) {
            return Long.toString(random.nextLong() >> random.nextInt(64)).getBytes(StandardCharsets.ISO_8859_1);
        }
        byte[] bytes = new byte[shape == 5 ? random.nextInt(60_000) : shape == 6 ? random.nextInt(20_000) : random.nextInt(300)];
        random.nextBytes(bytes);
        return bytes;
    }

    private void check(KeyspaceHarness harness) {
        assertThat(harness.compartment().keyCount()).as(REPEAT).isEqualTo(model.size());
        assertThat(harness.compartment().expiringCount(0)).as(REPEAT).isEqualTo(deadlines.size());
        model.forEach((name, bytes) -> {
            Key key = harness.key(name);
            assertThat(key.exists()).as("%s; %s", name, REPEAT).isTrue();
            assertThat(StringValues.length(key)).as("%s; %s", name, REPEAT).isEqualTo(bytes.length);
            assertThat(read(key)).as("%s; %s", name, REPEAT).isEqualTo(bytes);
            assertThat(harness.compartment().expiresAtMillis(key)).as("%s; %s", name, REPEAT).isEqualTo(deadlines.getOrDefault(name, 0L));
        });
    }

    private static byte[] read(Key key) {
        return StringValues.isInteger(key)
                ? Long.toString(StringValues.integer(key)).getBytes(StandardCharsets.ISO_8859_1)
                : Mem.bytes(key.valueAddress(), (int) key.valueLength());
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random list operations against a list of byte arrays, in a budget so small that chunks move and pushes are refused. */
class ListPropertyTest {
    private static final long SEED = Long.getLong("cofferdam.seed", System.nanoTime());
    private static final String REPEAT = "mvn test -pl keyspace -am -Dtest=ListPropertyTest -Dcofferdam.seed=" + SEED;
    private static final int STEPS = 60_000;
    private static final int KEYS = 6;

    private final Random random = new Random(SEED);
    private final Map<String, List<byte[]>> model = new HashMap<>();
    private int refused;

    @Test
    void behavesAsAListWhileTheCleanerMovesChunks() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(4 << 20, 1 << 15, FullPolicy.REJECT)) {
            ListDriver lists = new ListDriver(harness);
            for (int step = 0; step < STEPS; step++) {
                step(lists);
                if (step % 1000 == 0) {
                    harness.audit();
                    compareAll(lists, step);
                }
            }
            compareAll(lists, STEPS);
            assertThat(refused).as("the budget is meant to bind; %s", REPEAT).isPositive();
            assertThat(lists.compartment.heap().cleaner().cleanedPages()).as("the cleaner is meant to run; %s", REPEAT).isPositive();
            for (String name : List.copyOf(model.keySet())) {
                lists.delete(name);
            }
            lists.reclaimAll();
            assertThat(lists.compartment.liveBytes()).as(REPEAT).isZero();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(REPEAT, e);
        }
    }

    private void step(ListDriver lists) {
        String name = "list:" + random.nextInt(KEYS);
        List<byte[]> expected = model.computeIfAbsent(name, n -> new ArrayList<>());
        boolean head = random.nextBoolean();
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> push(lists, name, expected, head);
            case 4, 5 -> pop(lists, name, expected, head);
            case 6 -> {
                int count = Math.min(expected.size(), random.nextInt(2 + expected.size() / 40));
                lists.dropMany(name, head, count);
                expected.subList(head ? 0 : expected.size() - count, head ? count : expected.size()).clear();
            }
            case 7, 8 -> {
                int index = random.nextInt(expected.size() + 1);
                byte[] element = lists.index(name, index);
                assertThat(element).isEqualTo(index < expected.size() ? expected.get(index) : null);
            }
            case 9, 10 -> set(lists, name, expected);
            case 11, 12 -> insert(lists, name, expected, head);
            case 13 -> remove(lists, name, expected, head);
            case 14 -> {
                String to = "list:" + random.nextInt(KEYS);
                boolean toHead = random.nextBoolean();
                for (int i = random.nextInt(20); i > 0 && !expected.isEmpty(); i--) {
                    lists.move(name, head, to, toHead);
                    List<byte[]> target = model.computeIfAbsent(to, n -> new ArrayList<>());
                    byte[] moved = head ? expected.removeFirst() : expected.removeLast();
                    target.add(toHead ? 0 : target.size(), moved);
                }
            }
            default -> rare(lists, name, expected);
        }
        assertThat(lists.length(name)).isEqualTo(expected.size());
    }

    private void push(ListDriver lists, String name, List<byte[]> expected, boolean head) {
        byte[][] elements = new byte[1 + (random.nextInt(4) == 0 ? random.nextInt(60) : 0)][];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = element();
        }
        if (!lists.push(name, head, elements)) {
            refused++;
            return;
        }
        for (byte[] element : elements) {
            expected.add(head ? 0 : expected.size(), element);
        }
    }

    private void pop(ListDriver lists, String name, List<byte[]> expected, boolean head) {
        for (int i = random.nextInt(12); i > 0; i--) {
            byte[] popped = lists.pop(name, head);
            if (expected.isEmpty()) {
                assertThat(popped).isNull();
            } else {
                assertThat(popped).isEqualTo(head ? expected.removeFirst() : expected.removeLast());
            }
        }
    }

    private void set(ListDriver lists, String name, List<byte[]> expected) {
        if (!expected.isEmpty()) {
            int index = random.nextInt(expected.size());
            byte[] element = element();
            if (lists.set(name, index, element)) {
                expected.set(index, element);
            } else {
                refused++;
            }
        }
    }

    private void insert(ListDriver lists, String name, List<byte[]> expected, boolean before) {
        if (!expected.isEmpty()) {
            int index = random.nextInt(expected.size());
            byte[] element = element();
            if (lists.insert(name, index, before, element)) {
                expected.add(before ? index : index + 1, element);
            } else {
                refused++;
            }
        }
    }

    private void remove(ListDriver lists, String name, List<byte[]> expected, boolean fromHead) {
        byte[] element = expected.isEmpty() ? element() : expected.get(random.nextInt(expected.size()));
        long limit = random.nextBoolean() ? Long.MAX_VALUE : 1 + random.nextInt(4);
        long removed = 0;
        for (int i = 0; i < expected.size() && removed < limit;) {
            int index = fromHead ? i : expected.size() - 1 - i;
            if (Arrays.equals(expected.get(index), element)) {
                expected.remove(index);
                removed++;
            } else {
                i++;
            }
        }
        assertThat(lists.remove(name, fromHead, limit, element)).isEqualTo(removed);
    }

    private void rare(ListDriver lists, String name, List<byte[]> expected) {
        switch (random.nextInt(30)) {
            case 0 -> {
                lists.delete(name);
                expected.clear();
            }
            case 1 -> {
                String to = "list:" + random.nextInt(KEYS);
                if (!to.equals(name) && !expected.isEmpty()) {
                    if (lists.copy(name, to)) {
                        model.put(to, new ArrayList<>(expected));
                    } else {
                        refused++;
                    }
                }
            }
            default -> lists.compartment.reclaimSome();
        }
    }

    private byte[] element() {
        int length = switch (random.nextInt(200)) {
            case 0 -> random.nextInt(100_001);
            case 1, 2 -> random.nextInt(20_000);
            case 3, 4, 5, 6 -> random.nextInt(5_000);
            default -> random.nextInt(4) == 0 ? random.nextInt(3) : random.nextInt(300);
        };
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) ('a' + random.nextInt(3)));
        return bytes;
    }

    private void compareAll(ListDriver lists, int step) {
        for (Map.Entry<String, List<byte[]>> entry : model.entrySet()) {
            for (boolean backwards : new boolean[] {false, true}) {
                List<byte[]> actual = lists.elements(entry.getKey(), backwards);
                assertThat(actual).as("step %d", step).hasSameSizeAs(entry.getValue());
                for (int i = 0; i < actual.size(); i++) {
                    assertThat(Arrays.equals(actual.get(i), entry.getValue().get(i)))
                        .as("step %d, element %d of %s", step, i, entry.getKey()).isTrue();
                }
            }
        }
    }
}

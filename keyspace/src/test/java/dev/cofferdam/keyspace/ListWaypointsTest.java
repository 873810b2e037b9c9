// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Elements deep in a list of hundreds of chunks are found where they are, whatever happens at its ends and in its middle, while chunks move. */
class ListWaypointsTest {
    private static final long SEED = Long.getLong("cofferdam.seed", System.nanoTime());
    private static final String REPEAT = "mvn test -pl keyspace -am -Dtest=ListWaypointsTest -Dcofferdam.seed=" + SEED;
    private static final int ELEMENTS = 12_000;
    private static final int STEPS = 4_000;

    private final Random random = new Random(SEED);
    private final List<Integer> expected = new ArrayList<>();
    private int next;

    /** No two are equal, so that one beside the right one shows. */
    private byte[] bytesOf(int number) {
        return (number + "x".repeat(number % 97 == 0 ? 900 : 20 + number % 60)).getBytes(US_ASCII); // one in 97 has a chunk of its own
    }

    private void push(ListDriver lists, boolean head) {
        int number = next++;
        if (lists.push("list", head, bytesOf(number))) {
            expected.add(head ? 0 : expected.size(), number);
        }
    }

    @Test
    void aDeepElementIsFoundWhereItIs() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(4 << 20, 1 << 15, FullPolicy.REJECT)) {
            ListDriver lists = new ListDriver(harness);
            for (int i = 0; i < ELEMENTS; i++) {
                push(lists, random.nextInt(3) == 0);
            }
            for (int step = 0; step < STEPS; step++) {
                change(lists);
                for (int i = 0; i < 5; i++) {
                    int index = random.nextInt(expected.size());
                    assertThat(lists.index("list", index)).as("element %d in step %d; %s", index, step, REPEAT)
                        .isEqualTo(bytesOf(expected.get(index)));
                }
                if (step % 50 == 0) {
                    harness.audit();
                }
            }
            assertThat(lists.chunks("list")).as("what is sought in must be long; %s", REPEAT).isGreaterThan(ListWaypoints.WORTH_CHUNKS);
            assertThat(lists.compartment.heap().cleaner().cleanedPages()).as("the cleaner is meant to run; %s", REPEAT).isPositive();
        } catch (RuntimeException e) {
            throw new AssertionError(REPEAT, e);
        }
    }

    private void change(ListDriver lists) {
        boolean head = random.nextBoolean();
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> {
                for (int i = random.nextInt(60); i > 0; i--) {
                    push(lists, head);
                }
            }
            case 4, 5 -> {
                for (int i = random.nextInt(60); i > 0 && expected.size() > ELEMENTS / 2; i--) {
                    lists.pop("list", head);
                    drop(head, 1);
                }
            }
            case 6 -> {
                int count = Math.min(random.nextInt(500), Math.max(0, expected.size() - ELEMENTS / 2));
                lists.dropMany("list", head, count);
                drop(head, count);
            }
            case 7 -> {
                int index = random.nextInt(expected.size());
                int number = next++;
                if (random.nextInt(4) == 0 && lists.insert("list", index, true, bytesOf(number))) {
                    expected.add(index, number);
                }
            }
            case 8 -> {
                int index = random.nextInt(expected.size());
                if (random.nextInt(4) == 0) {
                    assertThat(lists.remove("list", head, 1, bytesOf(expected.get(index)))).isEqualTo(1);
                    expected.remove(index);
                }
            }
            case 9 -> {
                int index = random.nextInt(expected.size());
                int number = next++;
                if (lists.set("list", index, bytesOf(number))) {
                    expected.set(index, number);
                }
            }
            case 10 -> {
                for (int i = random.nextInt(40); i > 0; i--) {
                    lists.move("list", head, "list", !head);
                    int moved = head ? expected.removeFirst() : expected.removeLast();
                    expected.add(head ? expected.size() : 0, moved);
                }
            }
            default -> churn(lists);
        }
    }

    private void drop(boolean head, int count) {
        int from = head ? 0 : expected.size() - count;
        expected.subList(from, from + count).clear();
    }

    /** Another list comes and goes: its pages are cleaned, and chunks of ours among them move. It is long, and sought in now and then, so the waypoints change hands. */
    private void churn(ListDriver lists) {
        String name = "other:" + random.nextInt(6);
        lists.delete(name);
        for (int i = random.nextInt(3_000); i > 0; i--) {
            lists.push(name, false, bytesOf(i));
        }
        if (random.nextInt(8) == 0) {
            lists.index(name, 300);
        }
        for (int i = random.nextInt(20); i > 0; i--) {
            lists.compartment.reclaimSome();
        }
    }

    @Test
    void aSecondSeekBesideTheFirstDoesNotWalkFromAnEnd() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(8 << 20, 1 << 15, FullPolicy.REJECT)) {
            ListDriver lists = new ListDriver(harness);
            for (int i = 0; i < 60_000; i++) {
                push(lists, false);
            }
            lists.index("list", 30_000);
            long before = lists.compartment.lists().waypoints().steps();
            lists.index("list", 30_001);
            lists.index("list", 29_000);
            assertThat(lists.compartment.lists().waypoints().steps() - before).as("chunks walked, of %d", lists.chunks("list"))
                .isLessThan(lists.chunks("list") / 8);
        }
    }
}

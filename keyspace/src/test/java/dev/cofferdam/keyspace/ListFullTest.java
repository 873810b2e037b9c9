// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Lists in a full compartment: pushes are refused whole, workers go on. */
class ListFullTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261122L);
    private static final int PAGE_BYTES = 1 << 15;

    private static byte[] job(int number, int length) {
        byte[] job = new byte[length];
        Arrays.fill(job, (byte) 'j');
        byte[] digits = Integer.toString(number).getBytes();
        System.arraycopy(digits, 0, job, 0, Math.min(digits.length, length));
        return job;
    }

    /** Pushes jobs until the compartment refuses, and a bit more; answers how many are in. */
    private static int fill(ListDriver lists, String name, int length) {
        int pushed = 0;
        int refused = 0;
        while (refused < 20) {
            if (lists.push(name, true, job(pushed, length))) {
                pushed++;
            } else {
                refused++;
            }
        }
        return pushed;
    }

    @Test
    void aRefusedPushOfManyChangesNothing() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(4 << 20, PAGE_BYTES, FullPolicy.REJECT)) {
            ListDriver lists = new ListDriver(harness);
            fill(lists, "jobs", 300);
            long length = lists.length("jobs");
            byte[][] thousand = new byte[1000][];
            Arrays.fill(thousand, job(1, 100));
            long live = lists.compartment.liveBytes();
            assertThat(lists.push("jobs", true, thousand)).isFalse();
            assertThat(lists.push("new", false, thousand)).isFalse();
            assertThat(lists.length("jobs")).isEqualTo(length);
            assertThat(lists.length("new")).isZero();
            assertThat(lists.compartment.liveBytes()).isEqualTo(live);
        }
    }

    /** A reliable worker: takes a job to its own list, works, acknowledges. Producers try all the time and are refused. */
    @Test
    void workersMoveAndAcknowledgeWhileTheCompartmentIsFull() {
        for (int length : new int[] {30, 200, 1200, 7000}) {
            try (KeyspaceHarness harness = KeyspaceHarness.single(4 << 20, PAGE_BYTES, FullPolicy.REJECT)) {
                ListDriver lists = new ListDriver(harness);
                int next = fill(lists, "jobs", length);
                int taken = 0;
                int refused = 0;
                for (int round = 0; round < 20_000; round++) {
                    String worker = "processing:" + round % 10;
                    lists.move("jobs", false, worker, true);
                    byte[] job = lists.index(worker, 0);
                    assertThat(job).as("%d B, round %d", length, round).isEqualTo(job(taken, length));
                    taken++;
                    if (round % 3 == 0) {
                        assertThat(lists.remove(worker, false, 1, job)).isEqualTo(1);
                    } else {
                        lists.pop(worker, true);
                    }
                    while (lists.push("jobs", true, job(next, length))) {
                        next++;
                    }
                    refused++;
                }
                assertThat(refused).isPositive();
                assertThat(lists.length("jobs")).isEqualTo(next - taken);
            }
        }
    }

    /** The whole backlog is moved job by job and back: what the lists keep as room must not eat the headroom. */
    @Test
    void aBacklogCanBeMovedWholeAtFull() {
        for (int length : new int[] {30, 200, 1200, 7000}) {
            try (KeyspaceHarness harness = KeyspaceHarness.single(4 << 20, PAGE_BYTES, FullPolicy.REJECT)) {
                ListDriver lists = new ListDriver(harness);
                int jobs = fill(lists, "jobs", length);
                for (int turn = 0; turn < 4; turn++) {
                    String from = turn % 2 == 0 ? "jobs" : "later";
                    String to = turn % 2 == 0 ? "later" : "jobs";
                    for (int i = 0; i < jobs; i++) {
                        lists.move(from, turn < 2, to, turn % 2 == 0);
                    }
                    assertThat(lists.length(from)).isZero();
                    assertThat(lists.length(to)).isEqualTo(jobs);
                }
            }
        }
    }

    /** Rotating a list (RPOPLPUSH q q) and many small destinations at full. */
    @Test
    void rotatingAndSpreadingWorkAtFull() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(4 << 20, PAGE_BYTES, FullPolicy.REJECT)) {
            ListDriver lists = new ListDriver(harness);
            int jobs = fill(lists, "jobs", 150);
            byte[] last = lists.index("jobs", jobs - 1);
            lists.move("jobs", false, "jobs", true);
            assertThat(lists.index("jobs", 0)).isEqualTo(last);
            for (int i = 1; i < jobs; i++) {
                lists.move("jobs", false, "jobs", true);
            }
            assertThat(lists.index("jobs", jobs - 1)).isEqualTo(last);
            Random random = new Random(SEED);
            for (int i = 0; i < 20_000; i++) {
                String worker = "w" + random.nextInt(50);
                if (lists.length(worker) > 5) {
                    lists.move(worker, random.nextBoolean(), "jobs", true);
                } else {
                    lists.move("jobs", false, worker, random.nextBoolean());
                }
            }
            long sum = lists.length("jobs");
            for (int i = 0; i < 50; i++) {
                sum += lists.length("w" + i);
            }
            assertThat(sum).as("seed %d", SEED).isEqualTo(jobs);
        }
    }

    /** A message of half the compartment goes to the worker without a second copy. */
    @Test
    void aLargeMessageIsHandedOver() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(8 << 20, PAGE_BYTES, FullPolicy.REJECT)) {
            ListDriver lists = new ListDriver(harness);
            byte[] message = job(7, 900_000);
            lists.push("jobs", true, message);
            fill(lists, "other", 500);
            long live = lists.compartment.liveBytes();
            for (int i = 0; i < 1000; i++) {
                lists.move(i % 2 == 0 ? "jobs" : "processing", false, i % 2 == 0 ? "processing" : "jobs", true);
            }
            lists.reclaimAll();
            assertThat(lists.index("jobs", 0)).isEqualTo(message);
            assertThat(lists.compartment.liveBytes()).isLessThan(live + 1000);
        }
    }

    /** Setting elements to others of the same length, trimming, removing: nothing of it needs memory. */
    @Test
    void whatDoesNotGrowIsDoneAtFull() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(4 << 20, PAGE_BYTES, FullPolicy.REJECT)) {
            ListDriver lists = new ListDriver(harness);
            int jobs = fill(lists, "jobs", 100);
            long live = lists.compartment.liveBytes();
            List<Integer> set = new ArrayList<>();
            Random random = new Random(SEED);
            for (int i = 0; i < 500; i++) {
                int index = random.nextInt(jobs);
                Key key = harness.key("jobs");
                lists.lists.cursor().seek(key, index);
                byte[] job = job(1_000_000 + i, 100);
                lists.lists.set(key, lists.lists.cursor(), harness.put(job), job.length);
                set.add(index);
                assertThat(lists.index("jobs", index)).isEqualTo(job);
            }
            assertThat(set).hasSize(500);
            assertThat(lists.compartment.liveBytes()).isEqualTo(live);
            lists.dropMany("jobs", true, jobs - 10);
            assertThat(lists.length("jobs")).isEqualTo(10);
            assertThat(lists.compartment.liveBytes()).isLessThan(live / 10);
        }
    }
}

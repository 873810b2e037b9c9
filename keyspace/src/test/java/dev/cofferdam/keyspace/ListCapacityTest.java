// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What lists cost, and that they give it back: bytes per element, a list of millions, a queue that drains. */
class ListCapacityTest {
    private static final int PAGE_BYTES = 1 << 18;
    private static final int JOB_BYTES = 200;
    private static final int JOBS = 200_000;
    private static final int MANY = 5_000_000;

    private static byte[] job(int length) {
        byte[] job = new byte[length];
        Arrays.fill(job, (byte) 'j');
        return job;
    }

    @Test
    void aJobOf200BytesCostsAtMost206() {
        for (boolean head : new boolean[] {true, false}) {
            try (KeyspaceHarness harness = KeyspaceHarness.single(64 << 20, PAGE_BYTES, FullPolicy.REJECT)) {
                ListDriver lists = new ListDriver(harness);
                lists.push("warm", true, job(10)); // opens the pages
                long before = lists.compartment.heap().ownedBytes();
                for (int i = 0; i < JOBS; i++) {
                    assertThat(lists.push("jobs", head, job(JOB_BYTES))).isTrue();
                }
                double each = (lists.compartment.heap().ownedBytes() - before) / (double) JOBS;
                assertThat(each).as("bytes per job, all pages counted, head %s", head).isLessThanOrEqualTo(206.0);
            }
        }
    }

    @Test
    void jobsOfManySizesCostLittleMoreThanTheirBytes() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(64 << 20, PAGE_BYTES, FullPolicy.REJECT)) {
            ListDriver lists = new ListDriver(harness);
            Random random = new Random(7);
            lists.push("warm", true, job(10));
            long before = lists.compartment.heap().ownedBytes();
            long sum = 0;
            for (int i = 0; i < JOBS; i++) {
                int length = 100 + random.nextInt(200);
                sum += length;
                lists.push("jobs", true, job(length));
            }
            double overhead = (lists.compartment.heap().ownedBytes() - before - sum) / (double) JOBS;
            assertThat(overhead).as("bytes beside the job's own").isLessThanOrEqualTo(7.0);
        }
    }

    @Test
    void aListOfFiveMillionIsPushedReadAndDeletedStepByStep() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(128 << 20, PAGE_BYTES, FullPolicy.REJECT)) {
            ListDriver lists = new ListDriver(harness);
            byte[][] batch = new byte[1000][];
            for (int i = 0; i < MANY; i += batch.length) {
                for (int k = 0; k < batch.length; k++) {
                    batch[k] = Integer.toString(i + k).getBytes();
                }
                assertThat(lists.push("many", false, batch)).isTrue();
            }
            assertThat(lists.length("many")).isEqualTo(MANY);
            Random random = new Random(11);
            for (int i = 0; i < 50; i++) {
                int index = random.nextInt(MANY);
                assertThat(new String(lists.index("many", index))).isEqualTo(Integer.toString(index));
            }
            assertThat(new String(lists.pop("many", true))).isEqualTo("0");
            assertThat(new String(lists.pop("many", false))).isEqualTo(Integer.toString(MANY - 1));
            lists.dropMany("many", true, 1_000_000);
            assertThat(new String(lists.index("many", 0))).isEqualTo("1000001");
            lists.delete("many");
            assertThat(lists.length("many")).isZero();
            int steps = 0;
            long before = lists.compartment.liveBytes();
            while (lists.compartment.reclaimSome()) {
                steps++;
                assertThat(before - lists.compartment.liveBytes()).as("bytes freed by one step").isLessThan(8 << 20);
                before = lists.compartment.liveBytes();
            }
            assertThat(steps).as("deletion is cut into steps").isGreaterThan(5);
            assertThat(lists.compartment.liveBytes()).isZero();
        }
    }

    @Test
    void aQueueThatDrainsGivesItsPagesBack() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(64 << 20, PAGE_BYTES, FullPolicy.REJECT)) {
            ListDriver lists = new ListDriver(harness);
            lists.push("other", true, job(10));
            long before = lists.compartment.usedBytes();
            for (int i = 0; i < JOBS; i++) {
                lists.push("jobs", true, job(JOB_BYTES));
            }
            for (int i = 0; i < JOBS - 1; i++) {
                lists.pop("jobs", false);
            }
            assertThat(lists.compartment.liveBytes()).as("one job left").isLessThan(3000);
            lists.pop("jobs", false);
            lists.reclaimAll();
            lists.push("other", true, job(10));
            assertThat(lists.compartment.usedBytes() - before).as("bytes above the start").isLessThanOrEqualTo(8L * PAGE_BYTES);
        }
    }

    /** A queue in balance: its chunk is used again and again, so that neither live nor dead bytes pile up. */
    @Test
    void aQueueInBalanceStaysAsSmallAsItIs() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(64 << 20, PAGE_BYTES, FullPolicy.REJECT)) {
            ListDriver lists = new ListDriver(harness);
            for (int i = 0; i < 10; i++) {
                lists.push("queue", true, job(1200));
            }
            for (int i = 0; i < 100_000; i++) {
                lists.push("queue", true, job(1200));
                lists.pop("queue", false);
                if (i % 1000 == 0) {
                    assertThat(lists.compartment.liveBytes()).as("round %d", i).isLessThan(64 << 10);
                }
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Arena;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GhostTableTest {
    private final long seed = Long.getLong("cofferdam.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final Arena arena = Arena.open(4 << 20, 1 << 16);
    private final Account account = arena.account("test", 0, 4 << 20, true);
    private final GhostTable ghosts = new GhostTable(account);

    @AfterEach
    void close() {
        assertThat(account.usedBytes()).as("what the table says it owns").isEqualTo(ghosts.ownedBytes());
        ghosts.clear();
        assertThat(account.usedBytes()).isZero();
        arena.audit();
        arena.close();
    }

    @Test
    void ownsNothingBeforeTheFirstEviction() {
        ghosts.droppedFromSmall(1);
        assertThat(ghosts.find(1)).isEqualTo(GhostTable.UNKNOWN);
        assertThat(ghosts.ownedBytes()).isZero();
    }

    /** Against the plain form of a bucket: a queue of seven and one more. */
    @Test
    void remembersTheLastSevenOfEachBucketAndTheLastOfMain() {
        System.out.println("repeat with -pl keyspace -Dtest=GhostTableTest -Dcofferdam.seed=" + seed);
        ghosts.fit(1);
        int buckets = 512;
        Map<Long, Deque<Long>> small = new HashMap<>();
        Map<Long, Long> main = new HashMap<>();
        for (int step = 0; step < 100_000; step++) {
            long hash = (long) random.nextInt(40) << 55 | random.nextInt(1, 20);
            long bucket = Math.unsignedMultiplyHigh(hash, buckets);
            long fingerprint = hash & 0xff;
            Deque<Long> queue = small.computeIfAbsent(bucket, b -> new ArrayDeque<>());
            switch (random.nextInt(3)) {
                case 0 -> {
                    ghosts.droppedFromSmall(hash);
                    queue.addFirst(fingerprint);
                    if (queue.size() > 7) {
                        queue.removeLast();
                    }
                }
                case 1 -> {
                    ghosts.droppedFromMain(hash);
                    main.put(bucket, fingerprint);
                }
                default -> {
                    int expected = GhostTable.UNKNOWN;
                    if (main.getOrDefault(bucket, 0L) == fingerprint) {
                        expected = GhostTable.MAIN_LATELY;
                        main.remove(bucket);
                    } else if (queue.contains(fingerprint)) {
                        expected = queue.peekFirst() == fingerprint ? GhostTable.SMALL_LATELY : GhostTable.SMALL;
                        queue.removeFirstOccurrence(fingerprint);
                    }
                    assertThat(ghosts.find(hash)).as("step " + step).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void growsAndShrinksInStepsWithoutForgetting() {
        System.out.println("repeat with -pl keyspace -Dtest=GhostTableTest -Dcofferdam.seed=" + seed);
        ghosts.fit(20_000);
        long before = ghosts.ownedBytes();
        Set<Long> dropped = new HashSet<>();
        for (int i = 0; i < 2_000; i++) {
            long hash = random.nextLong();
            dropped.add(hash);
            ghosts.droppedFromSmall(hash);
        }
        for (int steps = 0; steps < 40; steps++) {
            ghosts.fit(100_000);
            long hash = random.nextLong();
            dropped.add(hash);
            ghosts.droppedFromSmall(hash);
        }
        assertThat(ghosts.ownedBytes()).isBetween(4 * before, 6 * before);
        long found = dropped.stream().filter(hash -> ghosts.find(hash) != GhostTable.UNKNOWN).count();
        assertThat(found).as("of 2,040 remembered after growing").isGreaterThan(1_950);
        for (int steps = 0; steps < 40; steps++) {
            ghosts.fit(20_000);
        }
        assertThat(ghosts.ownedBytes()).isEqualTo(before);
    }

    @Test
    void keepsItsSizeWhenMemoryIsRefused() {
        ghosts.fit(20_000);
        long before = ghosts.ownedBytes();
        ghosts.droppedFromSmall(5);
        long rest = account.availableBytes() & -4096L;
        long run = account.takeRun(rest);
        ghosts.fit(1_000_000);
        assertThat(ghosts.ownedBytes()).isEqualTo(before);
        assertThat(ghosts.find(5)).isEqualTo(GhostTable.SMALL_LATELY);
        account.returnRun(run, rest);
    }

    @Test
    void takesNoMoreThanThereIs() {
        ghosts.fit(1_000_000_000);
        assertThat(ghosts.ownedBytes()).isBetween(3L << 20, 4L << 20);
        ghosts.droppedFromSmall(-1);
        assertThat(ghosts.find(-1)).isEqualTo(GhostTable.SMALL_LATELY);
    }
}

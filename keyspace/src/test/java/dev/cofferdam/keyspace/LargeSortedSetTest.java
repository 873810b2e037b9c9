// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sorted sets of a million members (five with {@code -Dcofferdam.large=true}): what they cost, that every operation stays short, and that they go. */
class LargeSortedSetTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 9);
    private static final int MEMBERS = Boolean.getBoolean("cofferdam.large") ? 5_000_000 : 1_000_000;
    private static final int NAME_BYTES = 16;
    private static final long BYTES_PER_MEMBER_MAX = 60;

    private final Random random = new Random(SEED);
    private final SortedSetCursor cursor = new SortedSetCursor();
    private long name;

    private long name(int number) {
        int left = number;
        for (int at = NAME_BYTES - 1; at >= 7; at--) {
            Mem.putByte(name + at, (byte) ('0' + left % 10));
            left /= 10;
        }
        return name;
    }

    private double fill(KeyspaceHarness harness, boolean inOrder) {
        Compartment compartment = harness.compartment();
        SortedSetValues values = compartment.sortedSets();
        name = harness.put("member:000000000");
        Key key = new Key();
        long keyName = harness.put("board");
        long start = System.nanoTime();
        for (int i = 0; i < MEMBERS; i++) {
            key.set(0, keyName, 5);
            harness.keyspace.locate(key);
            assertThat(compartment.admit(SortedSetValues.growthBound(key, 1, NAME_BYTES))).isTrue();
            compartment.locate(key);
            long address = name(i);
            if (!values.find(key, address, NAME_BYTES)) {
                values.add(key, address, NAME_BYTES, inOrder ? i : random.nextDouble() * 1e6);
            }
            compartment.endCommand();
        }
        return (System.nanoTime() - start) / 1e3 / MEMBERS;
    }

    @Test
    void aMemberOf16BytesCostsAtMost60AndAllOfItComesBack() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(MEMBERS * 80L, 1 << 18, FullPolicy.REJECT)) {
            Compartment compartment = harness.compartment();
            SortedSetValues values = compartment.sortedSets();
            long empty = compartment.usedBytes();
            double micros = fill(harness, false);
            double perMember = (compartment.usedBytes() - empty) / (double) MEMBERS;
            Key key = harness.key("board");
            System.out.printf("sorted set of %,d: %.1f B a member (index %.1f, leaves %.1f, inner %.1f), %.2f us an insert%n", MEMBERS,
                    perMember,
                    compartment.members().ownedBytes() / (double) MEMBERS,
                    (double) LargeSortedSetLayout.leaves(key.valueAddress()) * TreeLayout.LEAF_BYTES / MEMBERS,
                    (double) LargeSortedSetLayout.inners(key.valueAddress()) * TreeLayout.INNER_BYTES / MEMBERS, micros);
            assertThat(perMember).isLessThanOrEqualTo(BYTES_PER_MEMBER_MAX);
            OrderTreeAudit.check(compartment.members(), key.valueAddress());
            readBack(values, key);
            deleteInSteps(compartment, key);
        }
    }

    @Test
    void insertsInOrderFillTheLeaves() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(MEMBERS * 80L, 1 << 18, FullPolicy.REJECT)) {
            fill(harness, true);
            long set = harness.key("board").valueAddress();
            double fill = (double) MEMBERS / ((double) LargeSortedSetLayout.leaves(set) * TreeLayout.LEAF_SLOTS);
            assertThat(fill).isGreaterThan(0.99);
            double changed = rescoreAll(harness);
            System.out.printf("rescoring %,d: %.2f us each, leaves %.0f %% full%n", MEMBERS / 4, changed,
                    100.0 * MEMBERS / ((double) LargeSortedSetLayout.leaves(set) * TreeLayout.LEAF_SLOTS));
        }
    }

    private double rescoreAll(KeyspaceHarness harness) {
        Compartment compartment = harness.compartment();
        SortedSetValues values = compartment.sortedSets();
        Key key = harness.key("board");
        long start = System.nanoTime();
        for (int i = 0; i < MEMBERS / 4; i++) {
            assertThat(compartment.admitHeadroom(1024)).isTrue();
            compartment.locate(key);
            assertThat(values.find(key, name(random.nextInt(MEMBERS)), NAME_BYTES)).isTrue();
            values.setFound(key, random.nextDouble() * MEMBERS);
            compartment.endCommand();
        }
        return (System.nanoTime() - start) / 1e3 / (MEMBERS / 4.0);
    }

    private void readBack(SortedSetValues values, Key key) {
        long start = System.nanoTime();
        int rounds = 100_000;
        for (int i = 0; i < rounds; i++) {
            int number = random.nextInt(MEMBERS);
            assertThat(values.find(key, name(number), NAME_BYTES)).isTrue();
            long rank = values.rankOfFound(key);
            assertThat(values.seek(key, rank, cursor)).isTrue();
            if (i % 1000 == 0) {
                assertThat(new String(Mem.bytes(cursor.address, cursor.length), StandardCharsets.ISO_8859_1))
                    .isEqualTo("member:%09d".formatted(number));
            }
        }
        System.out.printf("find, rank and seek: %.2f us%n", (System.nanoTime() - start) / 1e3 / rounds);
        start = System.nanoTime();
        int walked = 0;
        double last = Double.NEGATIVE_INFINITY;
        boolean inOrder = true;
        for (boolean more = values.seek(key, 0, cursor); more; more = cursor.next()) {
            inOrder &= cursor.score >= last;
            last = cursor.score;
            walked++;
        }
        assertThat(inOrder).isTrue();
        assertThat(walked).isEqualTo(MEMBERS);
        System.out.printf("walk: %.2f us a member%n", (System.nanoTime() - start) / 1e3 / MEMBERS);
    }

    private void deleteInSteps(Compartment compartment, Key key) {
        compartment.delete(key);
        long longest = 0;
        int steps = 0;
        long all = System.nanoTime();
        for (boolean more = true; more; steps++) {
            long start = System.nanoTime();
            more = compartment.reclaimSome();
            longest = Math.max(longest, System.nanoTime() - start);
        }
        System.out.printf("delete: %,d steps, %.2f us a member, longest step %.2f ms%n", steps, (System.nanoTime() - all) / 1e3 / MEMBERS,
                longest / 1e6);
        assertThat(steps).as("steps").isGreaterThan(MEMBERS / 1000);
        assertThat(compartment.heap().liveBytes()).isZero();
        assertThat(compartment.members().size()).isZero();
        assertThat(compartment.collections().live()).isZero();
        compartment.admit(1);
        compartment.endCommand();
        assertThat(compartment.usedBytes()).as("bytes that stay: index, stock and open pages").isLessThan(16L << 18);
    }
}

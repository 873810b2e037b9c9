// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Mem;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sketches never contradict the order of scores, whatever these are, and tell those of a usual leaf apart. */
class ScoreSketchTest {
    private static final long SEED = Long.getLong("cofferdam.seed", System.nanoTime() & 0xffffff);
    private static final double[] ODD_SCORES = {0.0, -0.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1, -1, Double.MIN_VALUE,
        -Double.MIN_VALUE,
        Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_NORMAL, 1e-300, 1e300};
    private static final int SLOTS = TreeLayout.LEAF_SLOTS;
    private static final int ELEMENT_BYTES = (int) MemberLayout.elementBytes(8);

    private final long leaf = Mem.scratch(TreeLayout.LEAF_BYTES);
    private final long elements = Mem.scratch(SLOTS * ELEMENT_BYTES);

    @BeforeEach
    void emptyLeaf() {
        TreeLayout.setCount(leaf, 0);
        TreeLayout.setScale(leaf, 0, 0);
    }

    private long element(int number, double score) {
        long element = elements + (long) number * ELEMENT_BYTES;
        MemberLayout.setScore(element, score);
        return element;
    }

    private void insert(int at, int number, double score) {
        TreeLayout.open(leaf, true, at, 1);
        ScoreSketch.put(leaf, at, element(number, score));
    }

    private double scoreAt(int at) {
        return MemberLayout.score(TreeLayout.slot(leaf, at));
    }

    private Set<Integer> sketches() {
        Set<Integer> found = new HashSet<>();
        for (int at = 0; at < TreeLayout.count(leaf); at++) {
            found.add(TreeLayout.sketch(leaf, at));
        }
        return found;
    }

    @Test
    void aGreaterSketchIsAGreaterScore() {
        System.out.printf("ScoreSketchTest: mvn test -pl keyspace -Dtest=ScoreSketchTest -Dcofferdam.seed=%d%n", SEED);
        Random random = new Random(SEED);
        for (int round = 0; round < 2_000; round++) {
            emptyLeaf();
            double[] inOrder = fillAtRandom(random);
            for (int at = 0; at < inOrder.length; at++) {
                assertThat(scoreAt(at)).as("round %d", round).isEqualTo(inOrder[at]);
                assertThat(TreeLayout.sketch(leaf, at)).as("round %d, %s", round, inOrder[at]).isEqualTo(ScoreSketch.of(leaf, inOrder[at]));
            }
            for (int look = 0; look < 20; look++) {
                assertSearchIsRight(look < 10 ? score(random) : inOrder[random.nextInt(inOrder.length)], inOrder);
            }
        }
    }

    private double[] fillAtRandom(Random random) {
        double[] scores = new double[1 + random.nextInt(SLOTS)];
        for (int i = 0; i < scores.length; i++) {
            double score = score(random);
            int at = 0;
            while (at < i && scores[at] <= score) {
                at++;
            }
            System.arraycopy(scores, at, scores, at + 1, i - at);
            scores[at] = score;
            insert(at, i, score);
        }
        return scores;
    }

    private static double score(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> ODD_SCORES[random.nextInt(ODD_SCORES.length)];
            case 1 -> random.nextInt(10);
            case 2 -> Math.scalb(random.nextGaussian(), random.nextInt(2000) - 1000);
            default -> 1.7e12 + random.nextInt(100_000);
        };
    }

    private void assertSearchIsRight(double score, double[] inOrder) {
        int sketch = ScoreSketch.of(leaf, score);
        int from = ScoreSketch.below(leaf, inOrder.length, sketch);
        int to = ScoreSketch.endOfRun(leaf, from, inOrder.length, sketch);
        for (int at = 0; at < inOrder.length; at++) {
            if (at < from) {
                assertThat(inOrder[at]).as("slot %d of %s", at, Arrays.toString(inOrder)).isLessThan(score);
            } else if (at >= to) {
                assertThat(inOrder[at]).as("slot %d of %s", at, Arrays.toString(inOrder)).isGreaterThan(score);
            } else {
                assertThat(TreeLayout.sketch(leaf, at)).isEqualTo(sketch);
            }
        }
    }

    @Test
    void scoresThatComeInOrderAreToldApart() {
        for (int i = 0; i < SLOTS; i++) {
            insert(i, i, 1.7e12 + 1000 * i);
        }
        assertThat(sketches()).hasSize(SLOTS);
        emptyLeaf();
        for (int i = 0; i < SLOTS; i++) {
            insert(0, i, -1e-9 * i);
        }
        assertThat(sketches()).hasSize(SLOTS);
    }

    @Test
    void oneThatLiesFarAwayLeavesTheOthersAlikeUntilItIsGone() {
        insert(0, 0, 0);
        for (int i = 1; i < SLOTS; i++) {
            insert(i, i, 1.7e12 + i);
        }
        assertThat(sketches()).hasSize(2);
        TreeLayout.close(leaf, true, 0, 1);
        ScoreSketch.scale(leaf);
        assertThat(sketches()).hasSize(SLOTS - 1);
    }

    @Test
    void anInfiniteScoreDoesNotMakeTheOthersAlike() {
        for (int i = 0; i < SLOTS - 2; i++) {
            insert(i, i, 1.7e12 + i);
        }
        insert(SLOTS - 2, SLOTS - 2, Double.POSITIVE_INFINITY);
        insert(0, SLOTS - 1, Double.NEGATIVE_INFINITY);
        assertThat(sketches()).hasSize(SLOTS);
    }

    @Test
    void anElementThatMovesKeepsItsSketch() {
        insert(0, 0, 1);
        insert(1, 1, 2);
        int before = TreeLayout.sketch(leaf, 1);
        TreeLayout.moveElement(leaf, 1, element(5, 2));
        assertThat(TreeLayout.sketch(leaf, 1)).isEqualTo(before).isNotZero();
        assertThat(TreeLayout.slot(leaf, 1)).isEqualTo(elements + 5L * ELEMENT_BYTES);
    }
}

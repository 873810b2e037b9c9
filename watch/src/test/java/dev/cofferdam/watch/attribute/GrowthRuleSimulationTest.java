// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * How often the rule is right, wrong and silent, over many climbs played with dice: a million keys in six groups, 60,000 looked at before, then a look at each thousand
 * more up to 60,000. -Dcofferdam.trials=N for more of them.
 */
class GrowthRuleSimulationTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 11);
    private static final int TRIALS = Integer.getInteger("cofferdam.trials", 100);
    private static final int KEYS = 1_000_000;
    private static final int BEFORE = 60_000;
    private static final int STEP = 1_000;
    private static final int LOOKS = 60;
    private static final String[] NAMES = {"sess:%d", "cache:page:%d:v2", "bull:mail:%d", "rate:user:%d", "user:%d:profile", "feed:%d",
        "cache:report:%d:pdf"};
    private static final double[] PARTS = {0.25, 0.30, 0.15, 0.20, 0.08, 0.02, 0};
    private static final int[] SIZES = {500, 1_200, 400, 90, 700, 3_000, 1_500};

    private final PrefixTree tree = new PrefixTree(new PrefixPins(Map.of()));
    private final int[] groups = Arrays.stream(NAMES).mapToInt(name -> tree.add(name.formatted(1234).getBytes(StandardCharsets.UTF_8)))
        .toArray();
    private final Random random = new Random(SEED);

    /** What a climb does: keys of each group since, and the factor by which its values have grown. */
    private record Climb(double[] keys, double[] factors, double invisibleBytes) {
        double total() {
            return Arrays.stream(keys).sum();
        }

        double bytes() {
            double bytes = invisibleBytes;
            for (int i = 0; i < keys.length; i++) {
                bytes += keys[i] * SIZES[i] * factors[i];
            }
            return bytes;
        }
    }

    private static Climb calm() {
        return new Climb(Arrays.stream(PARTS).map(part -> part * KEYS).toArray(), new double[] {1, 1, 1, 1, 1, 1, 1}, 0);
    }

    /** A part of all bytes added as new keys of one group. */
    private static Climb newKeys(int group, double part) {
        Climb climb = calm();
        climb.keys[group] += part * climb.bytes() / SIZES[group];
        return climb;
    }

    private static Climb inPlace(int group, double part) {
        Climb climb = calm();
        climb.factors[group] = 1 + part * climb.bytes() / (climb.keys[group] * SIZES[group]);
        return climb;
    }

    private static Climb inOneKey(double part) {
        Climb climb = calm();
        return new Climb(climb.keys, climb.factors, part * climb.bytes());
    }

    private Composition draw(Climb climb, int count) {
        Composition drawn = new Composition(0);
        double total = climb.total();
        for (int i = 0; i < count; i++) {
            double at = random.nextDouble() * total;
            int group = 0;
            while (group < PARTS.length - 1 && at >= climb.keys[group]) {
                at -= climb.keys[group++];
            }
            // Sizes vary by half their mean, as values do.
            double size = SIZES[group] * climb.factors[group] * (0.5 + random.nextDouble());
            drawn.add(Composition.id(0, groups[group]), Math.round(size), random.nextBoolean(), Math.round(total),
                    Math.round(climb.bytes()));
        }
        return drawn;
    }

    private record Score(double right, double wrong, long medianKeys) {
    }

    private Score score(Climb climb, int culprit) {
        int right = 0;
        int wrong = 0;
        List<Long> keys = new ArrayList<>();
        for (int trial = 0; trial < TRIALS; trial++) {
            Composition before = draw(calm(), BEFORE);
            Composition since = new Composition(0);
            for (int look = 1; look <= LOOKS; look++) {
                since.add(draw(climb, STEP));
                GrowthRule.Verdict verdict = GrowthRule.judge(before, List.of(since), 0, tree);
                if (verdict.named() != null) {
                    boolean isRight = culprit >= 0 && Composition.group(verdict.named().id()) == groups[culprit];
                    right += isRight ? 1 : 0;
                    wrong += isRight ? 0 : 1;
                    keys.add((long) look * STEP);
                    break;
                }
            }
        }
        keys.sort(null);
        return new Score((double) right / TRIALS, (double) wrong / TRIALS, keys.isEmpty() ? 0 : keys.get(keys.size() / 2));
    }

    private void check(String what, Climb climb, int culprit, double rightMin, double wrongMax) {
        Score score = score(climb, culprit);
        System.out.printf("%-40s right %.3f wrong %.3f median keys %d%n", what, score.right, score.wrong, score.medianKeys);
        // The bound on wrong names is one in a hundred; of few trials one more is chance.
        assertThat(score.wrong).as("%s, wrong, -Dcofferdam.seed=%d", what, SEED).isLessThanOrEqualTo(wrongMax + 1.0 / TRIALS);
        assertThat(score.right).as("%s, right, -Dcofferdam.seed=%d", what, SEED).isGreaterThanOrEqualTo(rightMin);
    }

    @Test
    void newKeysOfAnExistingGroup() {
        check("new keys, 1 %", newKeys(1, 0.01), 1, 0, 0.01);
        check("new keys, 2 %", newKeys(1, 0.02), 1, 0.95, 0.01);
        check("new keys, 4 %", newKeys(1, 0.04), 1, 0.99, 0.01);
        check("new sessions, 2 %", newKeys(0, 0.02), 0, 0.95, 0.01);
        check("new feeds, 2 %", newKeys(5, 0.02), 5, 0.95, 0.01);
    }

    @Test
    void aBrandNewGroup() {
        check("new group, 1 %", newKeys(6, 0.01), 6, 0.5, 0.01);
        check("new group, 2 %", newKeys(6, 0.02), 6, 0.95, 0.01);
    }

    @Test
    void valuesThatGrowWhereTheyAre() {
        check("in place, 2 %", inPlace(4, 0.02), 4, 0.95, 0.01);
        check("in place, 4 %", inPlace(2, 0.04), 2, 0.95, 0.01);
    }

    @Test
    void growthInsideOneKeyIsNoGroups() {
        check("one key, 1 %", inOneKey(0.01), -1, 0, 0.01);
        check("one key, 3 %", inOneKey(0.03), -1, 0, 0.01);
        check("one key, 8 %", inOneKey(0.08), -1, 0, 0.01);
    }

    /**
     * Three groups share the growth, by numbers of keys in equal parts: the rule supposes one culprit, and is wrong here more often than elsewhere. Known, and bounded.
     */
    @Test
    void growthOfSeveralGroups() {
        Climb climb = calm();
        double bytes = climb.bytes();
        climb.keys[1] += 0.04 * 0.55 * bytes / SIZES[1];
        climb.keys[0] += 0.04 * 0.25 * bytes / SIZES[0];
        climb.keys[2] += 0.04 * 0.20 * bytes / SIZES[2];
        check("55 % of 4 %, others 25 and 20 %", climb, 1, 0.7, 0.2);
    }

    @Test
    void nothingGrows() {
        check("nothing", calm(), -1, 0, 0.01);
    }
}

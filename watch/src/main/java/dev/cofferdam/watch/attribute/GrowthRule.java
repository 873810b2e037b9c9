// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides from random keys before and random keys since which group has grown. Pure functions.
 *
 * <p>Each group's growth is the difference of two estimates, as part of the growth that the target itself counts, with its standard error. A group is named only when
 * <ul>
 * <li>it has grown more than any other with a probability of {@value #CERTAIN}, given that all growth together is what the target counts;
 * <li>its growth is {@value #CLEAR} standard errors above nothing ({@value #CLEAR_OF_KEYS} where keys are counted) <em>without</em> that condition: growth inside a single
 * key, which random keys do not see, is pushed by the condition onto whichever group is measured worst;
 * <li>and it is at least {@value #SHARE} of all growth.
 * </ul>
 *
 * <p>Where keys are added, growth is told by counting keys, which varies far less than their sizes; where keys grow, by their sizes. Batches of later seconds say
 * more, as more has grown by then; they are weighted so.
 */
final class GrowthRule {
    static final double CERTAIN = 0.99;
    static final double SHARE = 0.3;
    static final double CLEAR = 3.3;
    /** Counted keys have no place to hide in: their growth adds up to the target's own count by itself. */
    static final double CLEAR_OF_KEYS = 2;
    /** When one group holds this part of what its parent says, the growth is that group's, once it can be told. */
    private static final double MOSTLY = 0.7;
    /** What the groups that are not the culprit have grown or shrunk by all the same, each, as part of the growth; and what the target counts elsewhere. */
    private static final double OTHERS = 0.05;
    /** Standard errors by which it leads those that have a good part of the growth. */
    private static final double AHEAD = 0.7;
    private static final double LIKELY = 0.9;
    /** Parts of the growth that "most of it" may be. */
    private static final double[] MOST = {0.75, 1};
    /** Less growth than this part of all bytes says nothing yet, however many keys are looked at. */
    private static final double GROWTH_MIN = 0.003;
    /** When this part of the growth is new keys of the usual size, keys are counted. */
    private static final double NEW_KEYS = 0.25;
    private static final long SAMPLES_MIN = 500;
    private static final double MARGIN = 1.96;

    private GrowthRule() {
    }

    /**
     * The estimate in the units it was made in, keys or bytes, as part of the growth in those.
     *
     * @param variance of the estimate
     * @param mean what one random key brings to the group on average
     * @param spread what turns products of means into covariances of estimates; the same for all groups
     */
    private record Raw(double estimate, double variance, double mean, double spread) {
    }

    /**
     * One group's part of the growth.
     *
     * @param share of all growth in bytes, -1 and more
     * @param error standard error of the share
     * @param clear the share in standard errors of its own
     */
    record Share(long id, double share, double error, double clear, double confidence, boolean newKeys, Raw raw) {
        double margin() {
            return MARGIN * error;
        }
    }

    /**
     * @param named the group that passed, or null
     * @param shares all groups, largest growth first
     * @param growthBytes of the target since the samples before
     */
    record Verdict(@Nullable Share named, List<Share> shares, double growthBytes, boolean tooEarly, boolean newKeys) {
    }

    /**
     * @param before samples from before the onset, groups as they are now
     * @param since samples since, one composition for each time they were taken
     * @param known part of the growth that was found elsewhere, in big keys
     */
    static Verdict judge(Composition before, List<Composition> since, double known, PrefixTree tree) {
        double growth = since.isEmpty() ? 0 : since.getLast().targetBytes() - before.targetBytes();
        long samples = since.stream().mapToLong(Composition::samples).sum();
        boolean early = growth < GROWTH_MIN * Math.max(1, before.targetBytes()) || before.samples() < SAMPLES_MIN || samples < SAMPLES_MIN;
        if (before.samples() == 0 || samples == 0 || growth <= 0) {
            return new Verdict(null, List.of(), Math.max(0, growth), true, false);
        }
        double keyGrowth = since.getLast().targetKeys() - before.targetKeys();
        boolean newKeys = keyGrowth * before.targetBytes() / Math.max(1, before.targetKeys()) >= NEW_KEYS * growth;
        Verdict best = null;
        for (boolean byKeys : newKeys ? new boolean[] {true, false} : new boolean[] {false}) {
            Verdict verdict = judge(before, since, known, tree, byKeys, early, growth);
            if (verdict.named != null) {
                return verdict;
            }
            best = best == null ? verdict : best;
        }
        return Objects.requireNonNull(best);
    }

    private static Verdict judge(Composition before, List<Composition> since, double known, PrefixTree tree, boolean byKeys, boolean early,
            double growth) {
        List<Share> leaves = List.of();
        Share named = null;
        Share leaf = null;
        int depth = KeyTokens.TOKENS_MAX + 2;
        Set<Set<Long>> tried = new LinkedHashSet<>();
        while (depth > 0) {
            int level = depth;
            Composition base = before.by(id -> ancestor(id, tree, level));
            List<Composition> after = since.stream().map(each -> each.by(id -> ancestor(id, tree, level))).toList();
            // Levels at which no two groups become one have been judged already.
            if (tried.add(Set.copyOf(base.tallies().keySet()))) {
                List<Share> shares = shares(base, after, byKeys);
                leaves = leaves.isEmpty() ? shares : leaves;
                Share winner = early ? null : best(shares, known, byKeys);
                leaf = shares == leaves ? winner : leaf;
                boolean better = winner != null && passes(winner, shares) && isSpread(winner, leaves, tree)
                        && (named == null || isAbove(winner.id, named.id, tree));
                // What a leaf most probably is, its parent is not: it only waits for its own test.
                boolean leafs = winner != null && leaf != null && leaf != winner && leaf.confidence >= LIKELY
                        && isAbove(winner.id, leaf.id, tree);
                if (better && !leafs) {
                    named = winner;
                }
            }
            depth = Math.min(depth - 1, deepest(base, tree));
        }
        return new Verdict(named, leaves, growth, early, byKeys);
    }

    /** A leaf, or growth that no single leaf below explains. */
    private static boolean isSpread(Share winner, List<Share> leaves, PrefixTree tree) {
        for (Share leaf : leaves) {
            if (leaf.id != winner.id && leaf.share >= MOSTLY * winner.share && isAbove(winner.id, leaf.id, tree)) {
                return false;
            }
        }
        return true;
    }

    private static int deepest(Composition composition, PrefixTree tree) {
        int deepest = 0;
        for (long id : composition.tallies().keySet()) {
            deepest = Math.max(deepest, tree.path(Composition.group(id)).length);
        }
        return Math.max(0, deepest - 1);
    }

    private static boolean isAbove(long above, long below, PrefixTree tree) {
        int[] path = tree.path(Composition.group(below));
        for (int group : path) {
            if (group == Composition.group(above) && Composition.database(above) == Composition.database(below)) {
                return true;
            }
        }
        return false;
    }

    private static long ancestor(long id, PrefixTree tree, int depth) {
        int[] path = tree.path(Composition.group(id));
        int group = path.length == 0 ? PrefixTree.ROOT : path[Math.min(path.length, depth) - 1];
        return Composition.id(Composition.database(id), group);
    }

    /** Growth of each group as part of all growth in bytes, with its error. */
    private static List<Share> shares(Composition before, List<Composition> since, boolean byKeys) {
        double weightSum = 0;
        for (Composition each : since) {
            weightSum += growth(before, each, byKeys) * growth(before, each, byKeys) * each.samples();
        }
        Set<Long> ids = new LinkedHashSet<>(before.tallies().keySet());
        since.forEach(each -> ids.addAll(each.tallies().keySet()));
        List<Share> shares = new ArrayList<>();
        for (long id : ids) {
            shares.add(share(id, before, since, byKeys, weightSum));
        }
        shares.sort(Comparator.comparingDouble(Share::share).reversed().thenComparingLong(Share::id));
        return shares;
    }

    private static double growth(Composition before, Composition after, boolean byKeys) {
        return Math.max(0, byKeys ? after.targetKeys() - before.targetKeys() : after.targetBytes() - before.targetBytes());
    }

    private static Share share(long id, Composition before, List<Composition> since, boolean byKeys, double weightSum) {
        Composition.Tally old = before.tallies().getOrDefault(id, new Composition.Tally());
        double sum = byKeys ? old.keys : old.bytes;
        double squares = byKeys ? old.keys : old.squares;
        long hits = old.keys;
        long samples = before.samples();
        double newSum = 0;
        double newSquares = 0;
        long newHits = 0;
        long newSamples = 0;
        double newBytes = 0;
        double estimate = 0;
        double weights = 0;
        double spread = 0;
        for (Composition each : since) {
            double weight = weightSum <= 0 ? 0 : growth(before, each, byKeys) * each.samples() / weightSum;
            Composition.Tally tally = each.tallies().get(id);
            if (tally != null) {
                newSum += byKeys ? tally.keys : tally.bytes;
                newSquares += byKeys ? tally.keys : tally.squares;
                newHits += tally.keys;
                newBytes += tally.bytes;
                estimate += weight * each.targetKeys() * (byKeys ? tally.keys : tally.bytes) / each.samples();
            }
            newSamples += each.samples();
            weights += weight;
            spread += weight * weight * each.targetKeys() * each.targetKeys() / each.samples();
        }
        estimate -= weights * before.targetKeys() * sum / samples;
        double baseSpread = weights * weights * before.targetKeys() * before.targetKeys() / samples;
        // Variance of one key's part: of all keys together, or of those since when that is more, and never as if a group could not have been met once.
        double each = hits + newHits == 0 ? 0 : (sum + newSum) / (hits + newHits);
        double together = variance(sum + newSum, squares + newSquares, samples + newSamples);
        double varianceSince = Math.max(Math.max(together, variance(newSum, newSquares, newSamples)), each * each / newSamples);
        double varianceBefore = Math.max(together, each * each / samples);
        double error = Math.sqrt(varianceSince * spread + varianceBefore * baseSpread);
        double clear = error == 0 ? 0 : estimate / error;
        // Parts of the new keys become parts of the new bytes by the size of the group's keys.
        double scale = 1;
        if (byKeys) {
            double size = newHits == 0 ? (hits == 0 ? 0 : old.bytes / hits) : newBytes / newHits;
            Composition last = since.getLast();
            double bytes = last.targetBytes() - before.targetBytes();
            scale = bytes <= 0 ? 0 : (last.targetKeys() - before.targetKeys()) * size / bytes;
        }
        Raw raw = new Raw(estimate, error * error, (sum + newSum) / (samples + newSamples), spread + baseSpread);
        return new Share(id, estimate * scale, error * Math.abs(scale), clear, 0, byKeys, raw);
    }

    private static double variance(double sum, double squares, long samples) {
        double mean = samples == 0 ? 0 : sum / samples;
        return samples == 0 ? 0 : Math.max(0, squares / samples - mean * mean);
    }

    /**
     * The most probable culprit, with its probability.
     *
     * <p>The possibilities are weighed against each other: one group has grown by most of the growth and the others by next to nothing, for each group and some meanings
     * of "most"; or, where growth can hide in a single key, none has. The errors of two groups go together, since a key that is of one is not of the other.
     */
    private static @Nullable Share best(List<Share> shares, double known, boolean byKeys) {
        double[] precision = new double[shares.size()];
        double[] scaled = new double[shares.size()];
        double meanPrecision = 0;
        double meanEstimate = 0;
        double spread = shares.isEmpty() ? 0 : shares.getFirst().raw.spread;
        for (int i = 0; i < precision.length; i++) {
            Raw raw = shares.get(i).raw;
            precision[i] = 1 / (raw.variance + raw.mean * raw.mean * spread + OTHERS * OTHERS);
            scaled[i] = raw.estimate * precision[i];
            meanPrecision += raw.mean * raw.mean * precision[i];
            meanEstimate += raw.mean * scaled[i];
        }
        double together = spread / Math.max(1e-9, 1 - spread * meanPrecision);
        double visible = byKeys ? 1 : Math.max(0.1, 1 - known);
        double[] likelihood = new double[precision.length];
        double highest = 0;
        int best = -1;
        for (int i = 0; i < precision.length; i++) {
            double weighted = shares.get(i).raw.mean * precision[i];
            double pull = scaled[i] + together * weighted * meanEstimate;
            double width = precision[i] + together * weighted * weighted;
            double sum = Double.NEGATIVE_INFINITY;
            for (double most : MOST) {
                double part = most * visible;
                sum = logSum(sum, part * pull - part * part * width / 2 - Math.log(MOST.length));
            }
            likelihood[i] = sum;
            if (best < 0 || sum > likelihood[best]) {
                best = i;
            }
            highest = Math.max(highest, sum);
        }
        if (best < 0) {
            return null;
        }
        double all = byKeys ? 0 : Math.exp(-highest);
        for (double each : likelihood) {
            all += Math.exp(each - highest);
        }
        Share first = shares.get(best);
        double confidence = Math.exp(likelihood[best] - highest) / all;
        return new Share(first.id, first.share, first.error, first.clear, confidence, byKeys, first.raw);
    }

    private static boolean passes(Share first, List<Share> shares) {
        return Composition.group(first.id) != PrefixTree.ROOT && first.share >= SHARE
                && first.clear >= (first.newKeys ? CLEAR_OF_KEYS : CLEAR) && first.confidence >= CERTAIN && isLargest(first, shares);
    }

    /** By its own figures too, in bytes: where several groups share the growth, the weighing above is too sure of itself. */
    private static boolean isLargest(Share first, List<Share> shares) {
        for (Share other : shares) {
            double error = Math.hypot(first.error, other.error);
            if (other.id != first.id && other.share >= SHARE / 2 && first.share - other.share < AHEAD * error) {
                return false;
            }
        }
        return true;
    }

    private static double logSum(double a, double b) {
        double larger = Math.max(a, b);
        return larger == Double.NEGATIVE_INFINITY ? larger : larger + Math.log(Math.exp(a - larger) + Math.exp(b - larger));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which compartment a key belongs to: a pure function of (database, key). The first rule that matches decides, else the default compartment.
 *
 * <p>Owns the compiled rules; immutable, so any thread may ask, and asking allocates nothing. A rule is a pattern, a set of databases, or both
 * (then both must fit). Prefixes ({@code cache:*}) and whole keys ({@code queues}) lie in one trie that a key walks down until it leaves it,
 * usually within a few bytes; the few real globs are tried after that, and only those written before the best rule found so far.
 *
 * <pre>
 * rules 0 "cache:*"   1 "celery"   2 "celery-task*"           globs, ascending: 3 "*:job:?"
 *
 * trie  root -c-> . -a-> . -c-> . -h-> . -e-> . -:-> (prefix 0)
 *                 \-e-> . -l-> . -e-> . -r-> . -y-> (exact 1) - - - task -> (prefix 2)
 * </pre>
 */
public final class CompartmentRules implements Router {
    private static final int NONE = -1;

    /** One rule as it was given: no pattern means any key, no databases means all of them. */
    public record Rule(int compartment, @Nullable KeyPattern pattern, @Nullable BitSet databases) {
        boolean covers(int database) {
            return databases == null || databases.get(database);
        }
    }

    private final Rule[] rules;
    private final int defaultCompartment;
    private final GlobRules globs;
    /** Rules that end at a node, ascending; null where none do. */
    private final int[] @Nullable [] prefixRules;
    private final int[] @Nullable [] exactRules;
    /** Edges of the trie as an open-addressed table: (node << 8 | byte) -> node. A free slot holds NONE. */
    private final int[] edgeKeys;
    private final int[] edgeTargets;
    /** The root's edges once more, by byte: where most keys that no rule names leave the trie. */
    private final int[] firstNodes = new int[256];

    private CompartmentRules(List<Rule> ordered, int defaultCompartment) {
        this.rules = ordered.toArray(Rule[]::new);
        this.defaultCompartment = defaultCompartment;
        int trieBytes = 1;
        for (Rule rule : rules) {
            byte[] literal = literal(rule);
            trieBytes += literal == null ? 0 : literal.length;
        }
        this.prefixRules = new int[trieBytes + 1][];
        this.exactRules = new int[trieBytes + 1][];
        this.edgeKeys = new int[Math.max(2, Integer.highestOneBit(trieBytes) * 4)];
        this.edgeTargets = new int[edgeKeys.length];
        Arrays.fill(edgeKeys, NONE);
        List<Integer> unlettered = new ArrayList<>();
        int nodes = 1;
        for (int rule = 0; rule < rules.length; rule++) {
            byte[] literal = literal(rules[rule]);
            if (literal == null) {
                unlettered.add(rule);
                continue;
            }
            int node = 0;
            for (byte b : literal) {
                int child = child(node, b & 0xff);
                if (child == NONE) {
                    child = nodes++;
                    addEdge(node, b & 0xff, child);
                }
                node = child;
            }
            KeyPattern pattern = rules[rule].pattern();
            boolean whole = pattern != null && pattern.exact() != null;
            int[] @Nullable [] at = whole ? exactRules : prefixRules;
            at[node] = append(at[node], rule);
        }
        for (int b = 0; b < firstNodes.length; b++) {
            firstNodes[b] = child(0, b);
        }
        this.globs = new GlobRules(rules, unlettered);
    }

    /** The bytes that lead to the rule's node in the trie; null when it is a glob that has none. */
    private static byte @Nullable [] literal(Rule rule) {
        KeyPattern pattern = rule.pattern();
        if (pattern == null) {
            return new byte[0];
        }
        byte[] exact = pattern.exact();
        return exact != null ? exact : pattern.prefix();
    }

    private static int[] append(int @Nullable [] array, int value) {
        if (array == null) {
            return new int[] {value};
        }
        int[] longer = Arrays.copyOf(array, array.length + 1);
        longer[array.length] = value;
        return longer;
    }

    public static Builder builder(int defaultCompartment) {
        return new Builder(defaultCompartment);
    }

    /** Rules under which every key belongs to one compartment. */
    public static CompartmentRules none(int defaultCompartment) {
        return builder(defaultCompartment).build();
    }

    /** Collects rules in the order in which they are to be tried. */
    public static final class Builder {
        private final List<Rule> rules = new ArrayList<>();
        private final int defaultCompartment;

        private Builder(int defaultCompartment) {
            this.defaultCompartment = defaultCompartment;
        }

        /** Adds a rule behind those already there; {@code pattern} null for any key, {@code databases} null for all. */
        public Builder add(int compartment, @Nullable KeyPattern pattern, @Nullable BitSet databases) {
            rules.add(new Rule(compartment, pattern, databases));
            return this;
        }

        public CompartmentRules build() {
            return new CompartmentRules(rules, defaultCompartment);
        }
    }

    @Override
    public int route(int database, long address, int length) {
        int rule = ruleOf(database, address, length);
        return rule == NONE ? defaultCompartment : rules[rule].compartment();
    }

    /** Position of the rule that decides about the key, -1 when none matches and the default compartment has it. */
    public int ruleOf(int database, long address, int length) {
        int best = firstCovering(prefixRules[0], database, rules.length);
        int node = 0;
        int depth = 0;
        while (depth < length) {
            int b = Mem.getUnsignedByte(address + depth);
            node = depth == 0 ? firstNodes[b] : child(node, b);
            if (node == NONE) {
                break;
            }
            best = firstCovering(prefixRules[node], database, best);
            depth++;
        }
        if (depth == length) {
            best = firstCovering(exactRules[node], database, best);
        }
        best = globs.firstMatch(database, address, length, best);
        return best == rules.length ? NONE : best;
    }

    /** The first of the node's rules that is before {@code best} and covers the database, else {@code best}. */
    private int firstCovering(int @Nullable [] candidates, int database, int best) {
        if (candidates != null) {
            for (int i = 0; i < candidates.length && candidates[i] < best; i++) {
                if (rules[candidates[i]].covers(database)) {
                    return candidates[i];
                }
            }
        }
        return best;
    }

    @Override
    public int reach(int database, long prefixAddress, int prefixLength) {
        int bits = 0;
        for (Rule rule : rules) {
            if (!rule.covers(database)) {
                continue;
            }
            KeyPattern pattern = rule.pattern();
            if (pattern == null || pattern.mayBeginWith(prefixAddress, prefixLength)) {
                bits |= 1 << rule.compartment();
                if (pattern == null || pattern.takesAllBeginningWith(prefixLength)) {
                    return bits; // no key that begins like this comes to a later rule
                }
            }
        }
        return bits | 1 << defaultCompartment;
    }

    private int child(int node, int b) {
        int key = node << 8 | b;
        int mask = edgeKeys.length - 1;
        for (int slot = slotOf(key, mask);; slot = slot + 1 & mask) {
            if (edgeKeys[slot] == key) {
                return edgeTargets[slot];
            }
            if (edgeKeys[slot] == NONE) {
                return NONE;
            }
        }
    }

    private void addEdge(int node, int b, int target) {
        int key = node << 8 | b;
        int mask = edgeKeys.length - 1;
        int slot = slotOf(key, mask);
        while (edgeKeys[slot] != NONE) {
            slot = slot + 1 & mask;
        }
        edgeKeys[slot] = key;
        edgeTargets[slot] = target;
    }

    private static int slotOf(int key, int mask) {
        int mixed = key * 0x9E3779B9;
        return (mixed ^ mixed >>> 15) & mask;
    }

    /** All rules in order, for the start-up log and COMPARTMENT INFO. */
    public List<Rule> rules() {
        return List.of(rules);
    }

    public int defaultCompartment() {
        return defaultCompartment;
    }
}

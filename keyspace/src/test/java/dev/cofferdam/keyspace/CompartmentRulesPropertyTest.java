// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Random rules and keys over a small alphabet, so that they meet often, against a glob matcher that is as simple as it can be. */
class CompartmentRulesPropertyTest {
    private static final String KEY_LETTERS = "ab:-]^\\";
    private static final String PATTERN_LETTERS = "ab:-]^\\*?[";
    private final long seed = Long.getLong("cofferdam.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final KeyBytes bytes = new KeyBytes();

    @AfterEach
    void close() {
        bytes.close();
    }

    @Test
    void aPatternMatchesWhatTheNaiveGlobMatches() {
        int matched = 0;
        for (int i = 0; i < 300_000; i++) {
            String pattern = text(PATTERN_LETTERS, 8);
            String key = text(KEY_LETTERS, 8);
            bytes.set(key);
            boolean expected = naive(pattern, 0, key, 0);
            matched += expected ? 1 : 0;
            assertThat(KeyPattern.of(pattern).matches(bytes.address(), bytes.length()))
                .as("pattern '%s' on key '%s'; %s", pattern, key, repeat())
                .isEqualTo(expected);
        }
        assertThat(matched).as("pairs that match; %s", repeat()).isGreaterThan(1000);
    }

    /** Every key is in a compartment that its beginnings reach; and a beginning often says that there is but one. */
    @Test
    void aBeginningReachesTheCompartmentsOfAllKeysBehindIt() {
        int single = 0;
        for (int round = 0; round < 3000; round++) {
            CompartmentRules.Builder builder = CompartmentRules.builder(31);
            rules().forEach(rule -> builder.add(rule.compartment(), rule.pattern(), rule.databases()));
            CompartmentRules compiled = builder.build();
            for (int i = 0; i < 30; i++) {
                String key = text(KEY_LETTERS, 6);
                int database = random.nextInt(3);
                bytes.set(key);
                int home = compiled.route(database, bytes.address(), bytes.length());
                int beginning = random.nextInt(bytes.length() + 1);
                int reached = compiled.reach(database, bytes.address(), beginning);
                assertThat(reached & 1 << home)
                    .as("rules %s, database %d, key '%s', the first %d bytes; %s", compiled.rules(), database, key,
                            beginning, repeat())
                    .isNotZero();
                single += Integer.bitCount(reached) == 1 ? 1 : 0;
            }
        }
        assertThat(single).as("beginnings with one compartment; %s", repeat()).isGreaterThan(1000);
    }

    @Test
    void theFirstRuleOfANaiveListDecides() {
        int decided = 0;
        for (int round = 0; round < 3000; round++) {
            List<CompartmentRules.Rule> rules = rules();
            CompartmentRules.Builder builder = CompartmentRules.builder(99);
            rules.forEach(rule -> builder.add(rule.compartment(), rule.pattern(), rule.databases()));
            CompartmentRules compiled = builder.build();
            for (int i = 0; i < 30; i++) {
                String key = text(KEY_LETTERS, random.nextInt(4) == 0 ? 24 : 6);
                int database = random.nextInt(3);
                bytes.set(key);
                int expected = naiveCompartment(rules, database, key);
                decided += expected == 99 ? 0 : 1;
                assertThat(compiled.route(database, bytes.address(), bytes.length()))
                    .as("rules %s, database %d, key '%s'; %s", rules, database, key,
                            repeat())
                    .isEqualTo(expected);
            }
        }
        assertThat(decided).as("keys a rule decided about; %s", repeat()).isGreaterThan(1000);
    }

    private List<CompartmentRules.Rule> rules() {
        List<CompartmentRules.Rule> rules = new ArrayList<>();
        int count = random.nextInt(random.nextInt(20) == 0 ? 200 : 12);
        for (int i = 0; i < count; i++) {
            String pattern = switch (random.nextInt(4)) {
                case 0 -> text(KEY_LETTERS.replace("\\", ""), 4);
                case 1, 2 -> text("ab:", 4) + "*";
                default -> text(PATTERN_LETTERS, 6);
            };
            boolean databasesOnly = random.nextInt(10) == 0;
            rules.add(new CompartmentRules.Rule(i, databasesOnly ? null : KeyPattern.of(pattern),
                    databasesOnly || random.nextInt(3) == 0 ? BitSet.valueOf(new long[] {random.nextInt(8)}) : null));
        }
        return rules;
    }

    private static int naiveCompartment(List<CompartmentRules.Rule> rules, int database, String key) {
        for (CompartmentRules.Rule rule : rules) {
            @Nullable BitSet databases = rule.databases();
            @Nullable KeyPattern pattern = rule.pattern();
            if ((databases == null || databases.get(database)) && (pattern == null || naive(pattern.toString(), 0, key, 0))) {
                return rule.compartment();
            }
        }
        return 99;
    }

    /** Does the pattern from p match the key from k? One element at a time, a star tries every rest. */
    private static boolean naive(String pattern, int p, String key, int k) {
        if (p == pattern.length()) {
            return k == key.length();
        }
        char c = pattern.charAt(p);
        if (c == '*') {
            for (int rest = k; rest <= key.length(); rest++) {
                if (naive(pattern, p + 1, key, rest)) {
                    return true;
                }
            }
            return false;
        }
        if (k == key.length()) {
            return false;
        }
        if (c == '?') {
            return naive(pattern, p + 1, key, k + 1);
        }
        if (c == '[') {
            return naiveClass(pattern, p + 1, key, k);
        }
        if (c == '\\' && p + 1 < pattern.length()) {
            p++;
        }
        return pattern.charAt(p) == key.charAt(k) && naive(pattern, p + 1, key, k + 1);
    }

    private static boolean naiveClass(String pattern, int p, String key, int k) {
        boolean negated = p < pattern.length() && pattern.charAt(p) == '^';
        int at = negated ? p + 1 : p;
        boolean member = false;
        char c = key.charAt(k);
        while (at < pattern.length() && pattern.charAt(at) != ']') {
            if (pattern.charAt(at) == '\\' && at + 1 < pattern.length()) {
                member |= pattern.charAt(at + 1) == c;
                at += 2;
            } else if (at + 2 < pattern.length() && pattern.charAt(at + 1) == '-') {
                char a = pattern.charAt(at);
                char b = pattern.charAt(at + 2);
                member |= c >= Math.min(a, b) && c <= Math.max(a, b);
                at += 3;
            } else {
                member |= pattern.charAt(at) == c;
                at++;
            }
        }
        return member != negated && naive(pattern, Math.min(at + 1, pattern.length()), key, k + 1);
    }

    private String text(String letters, int lengthMax) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(lengthMax + 1); length > 0; length--) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
    }

    private String repeat() {
        return "repeat with mvn test -pl keyspace -am -Dtest=CompartmentRulesPropertyTest -Dcofferdam.seed=" + seed;
    }
}

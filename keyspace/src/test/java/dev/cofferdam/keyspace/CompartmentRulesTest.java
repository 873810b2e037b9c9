// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CompartmentRulesTest {
    private static final int DEFAULT = 9;
    private final KeyBytes keys = new KeyBytes();

    @AfterEach
    void close() {
        keys.close();
    }

    @Test
    void theFirstRuleThatMatchesDecides() {
        CompartmentRules rules = CompartmentRules.builder(DEFAULT).add(1, pattern("a:b:*"), null).add(2, pattern("a:*"), null)
            .add(3, pattern("a:b:c"), null).build();
        assertThat(compartment(rules, 0, "a:b:c")).isEqualTo(1);
        assertThat(compartment(rules, 0, "a:b:")).isEqualTo(1);
        assertThat(compartment(rules, 0, "a:b")).isEqualTo(2);
        assertThat(compartment(rules, 0, "a")).isEqualTo(DEFAULT);
        assertThat(compartment(rules, 0, "")).isEqualTo(DEFAULT);
    }

    @Test
    void aLongerPrefixThatStandsLaterDoesNotWin() {
        CompartmentRules rules = CompartmentRules.builder(DEFAULT).add(1, pattern("a:*"), null).add(2, pattern("a:b:*"), null).build();
        assertThat(compartment(rules, 0, "a:b:c")).isEqualTo(1);
    }

    @Test
    void aGlobBeforeAPrefixWinsAndOneBehindItDoesNot() {
        CompartmentRules rules = CompartmentRules.builder(DEFAULT).add(1, pattern("*:job"), null).add(2, pattern("a:*"), null)
            .add(3, pattern("*:task"), null).build();
        assertThat(compartment(rules, 0, "a:job")).isEqualTo(1);
        assertThat(compartment(rules, 0, "a:task")).isEqualTo(2);
        assertThat(compartment(rules, 0, "b:task")).isEqualTo(3);
    }

    @Test
    void aWholeKeyIsNotAPrefix() {
        CompartmentRules rules = CompartmentRules.builder(DEFAULT).add(1, pattern("queues"), null).build();
        assertThat(compartment(rules, 0, "queues")).isEqualTo(1);
        assertThat(compartment(rules, 0, "queues2")).isEqualTo(DEFAULT);
        assertThat(compartment(rules, 0, "queue")).isEqualTo(DEFAULT);
    }

    @Test
    void databasesAloneOrWithAPatternDecide() {
        CompartmentRules rules = CompartmentRules.builder(DEFAULT).add(1, pattern("a:*"), databases(2)).add(2, null, databases(1, 2))
            .build();
        assertThat(compartment(rules, 2, "a:1")).isEqualTo(1);
        assertThat(compartment(rules, 2, "b:1")).isEqualTo(2);
        assertThat(compartment(rules, 1, "a:1")).isEqualTo(2);
        assertThat(compartment(rules, 0, "a:1")).isEqualTo(DEFAULT);
    }

    @Test
    void bytesThatAreNoTextAreRoutedToo() {
        CompartmentRules rules = CompartmentRules.builder(DEFAULT).add(1, pattern("celery\u0006\u0016*"), null)
            .add(2, pattern("\u00ff\u0000*"), null).build();
        assertThat(compartment(rules, 0, "celery\u0006\u00163")).isEqualTo(1);
        assertThat(compartment(rules, 0, "\u00ff\u0000")).isEqualTo(2);
    }

    private int compartment(CompartmentRules rules, int database, String key) {
        keys.set(key);
        return rules.route(database, keys.address(), keys.length());
    }

    private static @Nullable KeyPattern pattern(String text) {
        return KeyPattern.of(text);
    }

    private static BitSet databases(int... numbers) {
        BitSet databases = new BitSet();
        for (int number : numbers) {
            databases.set(number);
        }
        return databases;
    }
}

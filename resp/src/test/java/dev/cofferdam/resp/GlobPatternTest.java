// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class GlobPatternTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261123L);
    private static final String LETTERS = "**??[[]]^-\\aabbccdz\u00ff";

    private final Bytes bytes = new Bytes();

    @AfterEach
    void close() {
        bytes.close();
    }

    private boolean matches(String pattern, String text) {
        return GlobPattern.of(pattern).matches(bytes.put(4096, text), text.length());
    }

    @Test
    void saysTheSameAsGlobOfAnyPatternAndText() {
        Random random = new Random(SEED);
        int matched = 0;
        for (int i = 0; i < 200_000; i++) {
            String pattern = letters(random, LETTERS, 9);
            String text = letters(random, "aabbccd-]^\\\u00ff", 7);
            boolean expected = Glob.matches(bytes.put(0, pattern), pattern.length(), bytes.put(4096, text), text.length());
            assertThat(matches(pattern, text)).as("'%s' of '%s', -Dcofferdam.seed=%d", pattern, text, SEED).isEqualTo(expected);
            matched += expected ? 1 : 0;
        }
        assertThat(matched).as("patterns that match, -Dcofferdam.seed=%d", SEED).isBetween(5_000, 195_000);
    }

    private static String letters(Random random, String from, int lengthMax) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(lengthMax + 1); i > 0; i--) {
            text.append(from.charAt(random.nextInt(from.length())));
        }
        return text.toString();
    }

    @Test
    void aPatternOfManyStarsIsDecidedAtOnce() {
        GlobPattern pattern = GlobPattern.of("a*".repeat(500) + "b");
        long text = bytes.put(4096, "a".repeat(100_000));
        Assertions.assertTimeout(Duration.ofSeconds(10), () -> assertThat(pattern.matches(text, 100_000)).isFalse());
    }
}

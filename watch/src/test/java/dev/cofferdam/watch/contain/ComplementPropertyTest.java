// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random prefixes and keys near them, of bytes that are hard on globs, against "does not begin with". ContainAlgebraIT does the same on a real server.
 * {@code mvn -pl watch -am test -Dtest=ComplementPropertyTest -Dcofferdam.seed=N -Dsurefire.failIfNoSpecifiedTests=false} repeats one run.
 */
class ComplementPropertyTest {
    private static final String BYTES = "ab:*?[]^-\\!\"'() \u0000\u001f!\u007f\u0080\u0081\u00fe\u00ff~%#";

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void isExactlyTheRest(long number) throws RefusedException {
        long seed = Long.getLong("cofferdam.seed", number);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 300; i++) {
            String prefix = text(random, 1 + random.nextInt(8));
            KeyRange range = new KeyRange(0, random.nextBoolean(), prefix);
            String base = prefix.substring(0, random.nextInt(prefix.length() + 1));
            if (base.chars().anyMatch(c -> c == ' ' || c == 0)) {
                base = "";
            }
            List<String> patterns = Complement.within(base, range);
            assertThat(patterns).as("no pattern has what a rule cannot hold")
                .noneMatch(pattern -> pattern.chars().anyMatch(c -> c == 0 || c == ' ' || c >= 9 && c <= 13));
            for (int k = 0; k < 60; k++) {
                String key = near(random, prefix);
                boolean wanted = key.startsWith(base) && !range.covers(key);
                for (boolean signed : new boolean[] {true, false}) {
                    NaiveGlob glob = new NaiveGlob(signed);
                    assertThat(patterns.stream().anyMatch(pattern -> glob.matches(pattern, key)))
                        .as("seed %d: %s, base %s, key %s, signed %s", seed, range, Command.quote(base), Command.quote(key), signed)
                        .isEqualTo(wanted);
                }
            }
        }
    }

    @Test
    void everyByteIsToldFromEveryOther() throws RefusedException {
        for (int c = 0; c < 256; c++) {
            if (c >= 9 && c <= 13) {
                int lineBreak = c;
                assertThatThrownBy(() -> Complement.within("", KeyRange.prefix(0, "a" + (char) lineBreak)))
                    .hasMessageContaining("tab or line break");
                continue;
            }
            List<String> patterns = Complement.within("", KeyRange.prefix(0, String.valueOf((char) c)));
            for (int k = 0; k < 256; k++) {
                String key = String.valueOf((char) k);
                for (boolean signed : new boolean[] {true, false}) {
                    NaiveGlob glob = new NaiveGlob(signed);
                    assertThat(patterns.stream().anyMatch(pattern -> glob.matches(pattern, key))).as("%d and %d", c, k).isEqualTo(c != k);
                }
            }
        }
    }

    @Test
    void aVeryLongPrefixIsRefused() {
        assertThatThrownBy(() -> Complement.within("", KeyRange.prefix(0, "x".repeat(129)))).hasMessageContaining("129 bytes")
            .hasMessageContaining("128");
    }

    static String text(SplittableRandom random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(BYTES.charAt(random.nextInt(BYTES.length())));
        }
        return text.toString();
    }

    /** The prefix, cut, with another byte, longer, or something else. */
    static String near(SplittableRandom random, String prefix) {
        StringBuilder key = new StringBuilder(prefix);
        switch (random.nextInt(6)) {
            case 0 -> key.setLength(random.nextInt(prefix.length() + 1));
            case 1 -> key.setCharAt(random.nextInt(prefix.length()), text(random, 1).charAt(0));
            case 2 -> key.append(text(random, 1 + random.nextInt(3)));
            case 3 -> {
                key.setCharAt(random.nextInt(prefix.length()), text(random, 1).charAt(0));
                key.append(text(random, random.nextInt(4)));
            }
            case 4 -> key.setLength(0);
            default -> key.replace(0, key.length(), text(random, random.nextInt(10)));
        }
        return key.toString();
    }
}

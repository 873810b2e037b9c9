// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WordsTest {
    @Test
    void wordsStandApartByWhiteSpaceAndQuotesHoldThemTogether() {
        assertThat(Words.split(" port\t 6379 ")).containsExactly("port", "6379");
        assertThat(Words.split("requirepass \"a b\\n\\x41\\\"\" 'it\\'s \\n'")).containsExactly("requirepass", "a b\nA\"", "it's \\n");
        assertThat(Words.split("save \"\"")).containsExactly("save", "");
        assertThat(Words.split("")).isEmpty();
    }

    @Test
    void unbalancedQuotesAreNoLine() {
        assertThat(Words.split("requirepass \"abc")).isNull();
        assertThat(Words.split("requirepass 'abc")).isNull();
        assertThat(Words.split("requirepass \"abc\"def")).isNull();
        assertThat(Words.split("requirepass \"abc\\\"")).isNull();
    }

    @Test
    void whatIsJoinedIsReadBackTheSame() {
        long seed = Long.getLong("cofferdam.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            List<String> words = random.ints(1 + random.nextInt(3), 0, 6).mapToObj(length -> random.ints(length, 0, 256)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString()).toList();
            assertThat(Words.split(Words.join(words)))
                .as("%s; repeat with mvn test -pl server -am -Dtest=WordsTest -Dcofferdam.seed=%d", words, seed).isEqualTo(words);
        }
    }
}

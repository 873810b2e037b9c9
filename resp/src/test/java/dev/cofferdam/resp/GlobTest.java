// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class GlobTest {
    private final Bytes bytes = new Bytes();

    @AfterEach
    void close() {
        bytes.close();
    }

    private boolean matches(String pattern, String text) {
        return Glob.matches(bytes.put(0, pattern), pattern.length(), bytes.put(4096, text), text.length());
    }

    @Test
    void matchesAsRedisDoes() {
        assertThat(matches("*", "")).isTrue();
        assertThat(matches("", "")).isTrue();
        assertThat(matches("", "a")).isFalse();
        assertThat(matches("h?llo", "hello")).isTrue();
        assertThat(matches("h?llo", "hllo")).isFalse();
        assertThat(matches("h[ae]llo", "hallo")).isTrue();
        assertThat(matches("h[^e]llo", "hello")).isFalse();
        assertThat(matches("h[^e]llo", "hbllo")).isTrue();
        assertThat(matches("h[b-a]llo", "hallo")).isTrue();
        assertThat(matches("a\\*c", "a*c")).isTrue();
        assertThat(matches("a\\*c", "abc")).isFalse();
        assertThat(matches("a[\\]]c", "a]c")).isTrue();
        assertThat(matches("user:*:name", "user:1:2:name")).isTrue();
        assertThat(matches("user:*:name", "user:1:nam")).isFalse();
        assertThat(matches("*a*b", "xxaxxb")).isTrue();
        assertThat(matches("a**b", "ab")).isTrue();
        assertThat(matches("[a", "a")).isTrue();
        assertThat(matches("a\\", "a\\")).isTrue();
    }

    @Test
    void aPatternOfManyStarsIsDecidedAtOnce() {
        String pattern = "a*".repeat(500) + "b";
        String text = "a".repeat(100_000);
        Assertions.assertTimeout(Duration.ofSeconds(10), () -> assertThat(matches(pattern, text)).isFalse());
    }

    @Test
    void ignoresCaseWhenAsked() {
        assertThat(Glob.matches(bytes.put(0, "MAX[A-C]*"), 9, bytes.put(64, "maxbory"), 7, true)).isTrue();
    }
}

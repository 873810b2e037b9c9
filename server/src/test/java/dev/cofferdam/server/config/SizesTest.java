// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizesTest {
    @ParameterizedTest
    @CsvSource({"0,0", "1024,1024", "1b,1", "1k,1000", "1kb,1024", "1M,1000000", "64mb,67108864", "1g,1000000000", "1GB,1073741824",
        "8589934591gb,9223372035781033984"})
    void sizesAreReadAsRedisReadsThem(String text, long bytes) throws InvalidValueException {
        assertThat(Sizes.parseBytes(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "1xb", "1.5gb", "-1", "gb", "99999999999999999999", "9000000000gb", "1 gb"})
    void whatIsNoSizeIsRefusedWithRedissText(String text) {
        assertThatThrownBy(() -> Sizes.parseBytes(text)).hasMessage("argument must be a memory value");
    }

    @ParameterizedTest
    @CsvSource({"30m,1800000", "90,90000", "250ms,250", "2h,7200000", "1d,86400000", "0,0"})
    void timesAreReadAndWrittenBack(String text, long millis) throws InvalidValueException {
        assertThat(Sizes.parseMillis(text)).isEqualTo(millis);
        assertThat(Sizes.parseMillis(Sizes.printMillis(millis))).isEqualTo(millis);
    }

    @Test
    void whatIsNoTimeIsRefused() {
        assertThatThrownBy(() -> Sizes.parseMillis("30x"))
            .hasMessage("'30x' is not a time; write a number and ms, s, m, h or d, as in 30m");
        assertThatThrownBy(() -> Sizes.parseMillis("m")).hasMessage("'m' is not a time; write a number and ms, s, m, h or d, as in 30m");
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1000,1000", "1536,1536", "2048,2kb", "67108864,64mb", "1073741824,1gb"})
    void sizesAreWrittenShortAndExact(long bytes, String text) throws InvalidValueException {
        assertThat(Sizes.printBytes(bytes)).isEqualTo(text);
        assertThat(Sizes.parseBytes(text)).isEqualTo(bytes);
    }
}

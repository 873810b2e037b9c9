// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DecimalTextTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261122L);

    @Test
    void acceptsExactlyCanonicalTexts() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(4 << 20, 1 << 15, FullPolicy.REJECT)) {
            String[] yes = {"0", "1", "-1", "9", "10", "9223372036854775807", "-9223372036854775808", "-9223372036854775807",
                "1000000000000000000"};
            for (String text : yes) {
                long address = harness.put(text);
                assertThat(DecimalText.isLong(address, text.length())).as(text).isTrue();
                assertThat(DecimalText.parse(address, text.length())).isEqualTo(Long.parseLong(text));
            }
            String[] no = {"", "-", "-0", "00", "01", "+1", " 1", "1 ", "1a", "9223372036854775808", "-9223372036854775809",
                "9999999999999999999",
                "-9999999999999999999", "18446744073709551616", "1.0", "--1"};
            for (String text : no) {
                assertThat(DecimalText.isLong(harness.put(text), text.length())).as(text).isFalse();
            }
        }
    }

    @Test
    void writesWhatItReads() {
        Random random = new Random(SEED);
        try (KeyspaceHarness harness = KeyspaceHarness.single(4 << 20, 1 << 15, FullPolicy.REJECT)) {
            for (int i = 0; i < 20_000; i++) {
                long value = i == 0 ? Long.MIN_VALUE : random.nextLong() >> random.nextInt(64);
                String text = Long.toString(value);
                long address = harness.put(new byte[DecimalText.BYTES_MAX]);
                DecimalText.write(address, value);
                assertThat(DecimalText.length(value)).isEqualTo(text.length());
                assertThat(new String(Mem.bytes(address, text.length()), StandardCharsets.ISO_8859_1)).as("seed %d", SEED).isEqualTo(text);
                assertThat(DecimalText.isLong(address, text.length())).isTrue();
                assertThat(DecimalText.parse(address, text.length())).isEqualTo(value);
            }
        }
    }
}

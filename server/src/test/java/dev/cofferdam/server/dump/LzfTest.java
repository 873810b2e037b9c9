// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What was compressed comes back; what is damaged is noticed; the checksum is that of the catalogues. */
class LzfTest {
    private static final long SEED = Long.getLong("cofferdam.seed", System.nanoTime());
    private static final int BYTES = 70_000;
    private final long in = Mem.scratch(BYTES);
    private final long packed = Mem.scratch(BYTES);
    private final long out = Mem.scratch(BYTES);
    private final long table = Mem.scratch(Lzf.TABLE_BYTES);

    @Test
    void whatWasCompressedComesBack() {
        System.out.println("LzfTest: repeat with -Dcofferdam.seed=" + SEED);
        Random random = new Random(SEED);
        for (int round = 0; round < 500; round++) {
            int length = 1 + random.nextInt(round % 20 == 0 ? BYTES : 2000);
            int letters = 1 + random.nextInt(random.nextBoolean() ? 3 : 256);
            for (int i = 0; i < length; i++) {
                boolean again = i > 50 && random.nextInt(4) == 0;
                Mem.putByte(in + i, again ? Mem.getByte(in + i - 1 - random.nextInt(50)) : (byte) random.nextInt(letters));
            }
            int bytes = Lzf.compress(in, length, packed, length - 4, table);
            if (bytes == 0) {
                continue;
            }
            assertThat(bytes).isLessThanOrEqualTo(length - 4);
            assertThat(Lzf.length(packed, bytes)).isEqualTo(length);
            assertThat(Lzf.expand(packed, bytes, out, length)).isTrue();
            assertThat(Mem.equal(in, out, length)).as("seed %d, round %d", SEED, round).isTrue();
            assertThat(Lzf.expand(packed, bytes - 1, out, length)).isFalse();
            assertThat(Lzf.compress(in, length, packed, bytes + 1, table)).isEqualTo(bytes);
            assertThat(Lzf.compress(in, length, packed, bytes - 1, table)).isZero();
        }
    }

    @Test
    void runsOfOneByteBecomeShort() {
        Mem.fill(in, 10_000, (byte) 'x');
        assertThat(Lzf.compress(in, 10_000, packed, 200, table)).isBetween(1, 130);
    }

    @Test
    void theChecksumIsThatOfTheCatalogues() {
        byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
        Mem.copyFrom(digits, 0, in, digits.length);
        assertThat(Crc64.of(0, in, digits.length)).isEqualTo(0xe9c6d914c4b8d9caL);
        assertThat(Crc64.of(Crc64.of(0, in, 4), in + 4, 5)).isEqualTo(0xe9c6d914c4b8d9caL);
    }
}

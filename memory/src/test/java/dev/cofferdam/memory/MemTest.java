// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Copy, equal and compare against the library's own on heap arrays, at every small length and alignment. */
class MemTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261122L);

    @Test
    void agreesWithTheLibraryOnHeapArrays() {
        Random random = new Random(SEED);
        try (Arena arena = Arena.open(8L << 15, 1 << 15)) {
            long page = arena.account("a", 0, 8L << 15, false).takePage();
            for (int i = 0; i < 20_000; i++) {
                int length = i < 2_000 ? i % 100 : random.nextInt(300);
                byte[] a = new byte[length];
                random.nextBytes(a);
                byte[] b = a.clone();
                if (length > 0 && random.nextBoolean()) {
                    b[random.nextInt(length)] = (byte) random.nextInt();
                }
                int shorter = random.nextInt(4) == 0 ? random.nextInt(length + 1) : length;
                long at = page + random.nextInt(16);
                long bt = page + 4096 + random.nextInt(16);
                Mem.copyFrom(a, 0, at, length);
                Mem.copyFrom(b, 0, bt, length);
                assertThat(Mem.equal(at, bt, length)).as("seed %d step %d", SEED, i).isEqualTo(Arrays.equals(a, b));
                assertThat(Integer.signum(Mem.compare(at, length, bt, shorter)))
                    .isEqualTo(Integer.signum(Arrays.compareUnsigned(a, 0, length, b, 0, shorter)));
                Mem.copy(at, page + 8192, length);
                assertThat(Mem.bytes(page + 8192, length)).isEqualTo(a);
            }
        }
    }

    @Test
    void copiesOverlappingRangesAsIfThroughATemporary() {
        Random random = new Random(SEED);
        try (Arena arena = Arena.open(8L << 15, 1 << 15)) {
            long page = arena.account("a", 0, 8L << 15, false).takePage();
            byte[] model = new byte[1000];
            random.nextBytes(model);
            Mem.copyFrom(model, 0, page, model.length);
            for (int i = 0; i < 5_000; i++) {
                int length = random.nextInt(120);
                int from = random.nextInt(model.length - length);
                int to = Math.clamp(from + random.nextInt(80) - 40, 0, model.length - length);
                System.arraycopy(model, from, model, to, length);
                Mem.copy(page + from, page + to, length);
                assertThat(Mem.bytes(page, model.length)).as("seed %d step %d: %d bytes from %d to %d", SEED, i, length, from, to)
                    .isEqualTo(model);
            }
        }
    }
}

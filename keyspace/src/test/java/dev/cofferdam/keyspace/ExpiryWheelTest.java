// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExpiryWheelTest {
    private static final long START_MILLIS = 1_795_000_000_000L;

    @Test
    void wordKeepsDeadlineAndTick() {
        long word = ExpiryWord.withTick(ExpiryWord.withMillis(0, START_MILLIS), 0xfffff);
        assertThat(ExpiryWord.millis(word)).isEqualTo(START_MILLIS);
        assertThat(ExpiryWord.tick(word)).isEqualTo(0xfffff);
        assertThat(ExpiryWord.withMillis(word, Long.MAX_VALUE)).isEqualTo(-1L);
        assertThat(ExpiryWord.tick(ExpiryWord.withMillis(word, 0))).as("persist keeps the tick").isEqualTo(0xfffff);
    }

    /** A million keys, thirty minutes to live, set within one second: what the incident's bot sessions do. */
    @Test
    void aMillionKeysDueInOneSecondTakeNineBytesEachAndLeaveNone() {
        int keys = 1_000_000;
        try (ModelBlockStore store = new ModelBlockStore(32 << 20)) {
            store.admit(Long.MAX_VALUE);
            ExpiryWheel wheel = new ExpiryWheel(store, START_MILLIS);
            assertThat(store.liveBytes()).as("an empty wheel").isZero();
            long deadline = START_MILLIS + 1_800_500;
            for (int i = 0; i < keys; i++) {
                long at = deadline + i % 1_000;
                wheel.file(at << 20 | i, wheel.tickOf(at));
            }
            assertThat((double) store.liveBytes() / keys).as("bytes a record").isLessThan(9.0);

            int[] deleted = new int[1];
            long[] now = {START_MILLIS};
            ExpiryWheel.Sink sink = (hash, tick) -> {
                long at = hash >>> 20;
                if (at <= now[0]) {
                    deleted[0]++;
                } else {
                    wheel.file(hash, wheel.tickOf(at));
                }
            };
            for (; now[0] < deadline; now[0] += 100) {
                while (!wheel.advance(now[0], keys - deleted[0], 256, sink)) {
                    assertThat(deleted[0]).as("deleted early").isZero();
                }
            }
            assertThat((double) store.peakBytes() / keys).as("bytes a record at worst").isLessThan(9.5);
            for (; now[0] < deadline + 1_000 + 128; now[0] += 50) {
                while (!wheel.advance(now[0], keys - deleted[0], 256, sink)) {
                    // slice after slice
                }
            }
            while (!wheel.advance(now[0], keys - deleted[0], 256, sink)) {
                // slice after slice
            }
            assertThat(deleted[0]).isEqualTo(keys);
            assertThat(store.liveBytes()).as("an empty wheel again").isZero();
        }
    }

    /** A guard must be seen to fail: the audit finds a list whose sum is wrong. */
    @Test
    void auditNoticesALostRecord() {
        try (ModelBlockStore store = new ModelBlockStore(1 << 20)) {
            store.admit(Long.MAX_VALUE);
            ExpiryWheel wheel = new ExpiryWheel(store, START_MILLIS);
            wheel.file(1, wheel.tickOf(START_MILLIS + 10));
            wheel.file(2, wheel.tickOf(START_MILLIS + 10));
            long[] chunk = new long[1];
            store.forEachLive(block -> chunk[0] = block);
            ExpiryChunkLayout.pop(chunk[0]);
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> wheel.audit((hash, tick) -> {}))
                .hasMessageContaining("says 2 records");
        }
    }
}

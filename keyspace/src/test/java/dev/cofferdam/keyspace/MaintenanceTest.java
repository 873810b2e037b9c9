// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Mem;
import org.junit.jupiter.api.Test;

/** Between commands, expired and dead bytes leave the account, without anybody asking for the keys. */
class MaintenanceTest {
    private static final long MAX_BYTES = 64 << 20;

    @Test
    void expiredKeysLeaveTheAccount() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(MAX_BYTES, 1 << 16, FullPolicy.REJECT)) {
            long empty = harness.compartment().usedBytes();
            for (int i = 0; i < 100_000; i++) {
                Key key = write(harness, "k:" + i, 200);
                harness.compartment().expireAt(key, harness.clock.wallMillis() + 1_000);
            }
            assertThat(harness.compartment().expiringCount()).isEqualTo(100_000);
            assertThat(harness.compartment().usedBytes()).isGreaterThan(20 << 20);
            harness.clock.advanceMillis(1_200);
            settle(harness);
            assertThat(harness.compartment().keyCount()).isZero();
            assertThat(harness.compartment().usedBytes()).isLessThan(empty + (2 << 20));
            assertThat(harness.compartment().expiredKeys()).isEqualTo(100_000);
        }
    }

    @Test
    void aSlidingDeadlineKeepsTheKey() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(MAX_BYTES, 1 << 16, FullPolicy.REJECT)) {
            Key key = write(harness, "session", 100);
            harness.compartment().expireAt(key, harness.clock.wallMillis() + 10_000);
            for (int i = 0; i < 100; i++) {
                harness.clock.advanceMillis(5_000);
                settle(harness);
                key = harness.key("session");
                assertThat(key.exists()).as("after %d s", 5 * i).isTrue();
                harness.compartment().expireAt(key, harness.clock.wallMillis() + 10_000);
                assertThat(harness.compartment().wheel().records()).isEqualTo(1);
            }
            harness.clock.advanceMillis(10_200);
            settle(harness);
            assertThat(harness.compartment().keyCount()).isZero();
        }
    }

    @Test
    void deadBytesAreCleanedInTheBackground() {
        try (KeyspaceHarness harness = KeyspaceHarness.single(MAX_BYTES, 1 << 16, FullPolicy.REJECT)) {
            for (int i = 0; i < 100_000; i++) {
                write(harness, "k:" + i, 300);
            }
            for (int i = 0; i < 100_000; i++) {
                if (i % 3 != 0) {
                    harness.compartment().delete(harness.key("k:" + i));
                }
            }
            for (int step = 0; step < 200; step++) { // a part of a page each, so most of these find one half cleaned
                harness.keyspace.maintain(0);
                harness.audit();
            }
            settle(harness);
            BlockHeap heap = harness.compartment().heap();
            assertThat(heap.liveBytesInPages()).isGreaterThan(heap.pageBytesOwned() * 9 / 10);
        }
    }

    private static void settle(KeyspaceHarness harness) {
        harness.keyspace.tick();
        int slices = 0;
        while (harness.keyspace.maintain(Long.MAX_VALUE)) {
            assertThat(++slices).isLessThan(100_000);
        }
        harness.audit();
    }

    private static Key write(KeyspaceHarness harness, String name, int length) {
        assertThat(harness.compartment().admit(1_000)).isTrue();
        Key key = harness.key(name);
        harness.compartment().create(key, BlockKind.STRING_RAW, length);
        Mem.fill(key.valueAddress(), length, (byte) 'x');
        harness.compartment().endCommand();
        return key;
    }
}

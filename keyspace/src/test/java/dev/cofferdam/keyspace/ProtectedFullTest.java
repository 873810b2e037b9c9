// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A compartment full of protected entries refuses at no cost: it looks through them once, not for each refused write. */
class ProtectedFullTest {
    private static final long MAX_BYTES = 4 << 20;
    private static final long PROTECT_MILLIS = 1_800_000;
    private static final int VALUE_BYTES = 2_000;

    private final KeyspaceHarness harness = KeyspaceHarness.single(MAX_BYTES, 1 << 15, FullPolicy.evictProtecting(PROTECT_MILLIS));

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void aRefusalMovesNothing() {
        fillWithProtected();
        long before = harness.key("real:0").entry;
        for (int i = 0; i < 1_000; i++) {
            assertThat(write("late:" + i)).isFalse();
            assertThat(harness.key("real:0").entry).as("address of an entry after refusal %d", i).isEqualTo(before);
        }
    }

    @Test
    void whatWasFreedIsGivenAgain() {
        fillWithProtected();
        for (int i = 0; i < 100; i++) {
            harness.compartment().delete(harness.key("real:" + i));
        }
        int accepted = 0;
        while (write("late:" + accepted)) {
            harness.key("late:" + accepted);
            accepted++;
        }
        assertThat(accepted).isBetween(50, 110);
    }

    @Test
    void aNewEntryNobodyUsedStillGoesFirst() {
        fillWithProtected();
        for (int i = 0; i < 100; i++) {
            harness.compartment().delete(harness.key("real:" + i));
        }
        for (int i = 0; i < 1_000; i++) {
            pass(50);
            assertThat(write("bot:" + i)).as("bot %d takes the place of another", i).isTrue();
        }
        assertThat(harness.key("real:100").exists()).isTrue();
    }

    /** What was taken a moment ago is not what makes room: nobody can have used it yet, and its writer was told that it is there. */
    @Test
    void whatWasJustTakenIsNotGivenAway() {
        fillWithProtected();
        for (int i = 0; i < 100; i++) {
            harness.compartment().delete(harness.key("real:" + i));
        }
        int accepted = 0;
        for (int i = 0; i < 1_000; i++) {
            accepted += write("login:" + i) ? 1 : 0;
        }
        assertThat(accepted).isBetween(50, 110);
        for (int i = 0; i < accepted; i++) {
            assertThat(peek("login:" + i)).as("login %d of %d", i, accepted).isTrue();
        }
        pass(Evictor.GRACE_MILLIS - 1);
        assertThat(write("early")).isFalse();
        assertThat(harness.key("login:0").exists()).as("used in time").isTrue();
        pass(1);
        assertThat(write("next")).isTrue();
        assertThat(peek("login:0")).isTrue();
        assertThat(peek("login:1")).as("nobody came for it").isFalse();
        assertThat(peek("real:100")).isTrue();
    }

    private boolean peek(String name) {
        Key key = new Key();
        key.set(0, harness.put(name), name.length());
        return harness.keyspace.route(key).peek(key);
    }

    private void pass(long millis) {
        harness.clock.advanceMillis(millis);
        harness.keyspace.tick();
    }

    @Test
    void protectionEndsWithTime() {
        fillWithProtected();
        harness.clock.advanceMillis(PROTECT_MILLIS + PROTECT_MILLIS / 16);
        harness.keyspace.tick();
        assertThat(write("late")).isTrue();
    }

    private void fillWithProtected() {
        int i = 0;
        while (write("real:" + i)) {
            assertThat(harness.key("real:" + i).exists()).isTrue();
            i++;
        }
        assertThat(i).isGreaterThan(1_000);
    }

    private boolean write(String name) {
        Compartment compartment = harness.compartment();
        boolean admitted = compartment.admit(200L + VALUE_BYTES);
        if (admitted) {
            compartment.create(harness.key(name), BlockKind.STRING_RAW, VALUE_BYTES);
        }
        compartment.endCommand();
        return admitted;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Arena;
import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A keyspace for tests: its arena, a clock that stands still, and a scratch buffer to put keys and values where commands have them.
 */
public final class KeyspaceHarness implements AutoCloseable {
    private static final int SCRATCH_BYTES = 1 << 20;

    public final Arena arena;
    public final FakeClock clock = new FakeClock();
    public final Keyspace keyspace;
    private final Account scratchAccount;
    private final long scratch;
    private int scratchUsed;

    public KeyspaceHarness(long maxBytes, int pageBytes, List<CompartmentOptions> options, Router router, PrefixBooks prefixes) {
        arena = Arena.open(maxBytes, pageBytes);
        scratchAccount = arena.account("scratch", SCRATCH_BYTES, SCRATCH_BYTES, false);
        scratch = scratchAccount.takeRun(SCRATCH_BYTES);
        keyspace = new Keyspace(arena, clock, 42, options, router, prefixes);
    }

    /** One compartment that may use everything but the scratch buffer. */
    public static KeyspaceHarness single(long maxBytes, int pageBytes, FullPolicy full) {
        return new KeyspaceHarness(maxBytes, pageBytes, List.of(new CompartmentOptions("default", 0, maxBytes, full)),
                (database, address, length) -> 0,
                PrefixBooks.LEARNED);
    }

    public Compartment compartment() {
        return keyspace.compartment(0);
    }

    /** Copies bytes to the scratch buffer; valid until 1 MiB more was put. */
    public long put(byte[] bytes) {
        if (scratchUsed + bytes.length > SCRATCH_BYTES) {
            scratchUsed = 0;
        }
        long address = scratch + scratchUsed;
        Mem.copyFrom(bytes, 0, address, bytes.length);
        scratchUsed += bytes.length;
        return address;
    }

    public long put(String text) {
        return put(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A key of database 0, routed and looked up. */
    public Key key(String name) {
        Key key = new Key();
        key.set(0, put(name), name.length());
        keyspace.locate(key);
        return key;
    }

    /** Fails when anything in the keyspace does not add up. */
    public void audit() {
        List<String> findings = KeyspaceAudit.of(keyspace);
        if (!findings.isEmpty()) {
            throw new AssertionError("audit: " + String.join("; ", findings));
        }
    }

    @Override
    public void close() {
        audit();
        arena.close();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where a command's key is: its bytes, its hash, its compartment and the entry it names, if any.
 *
 * <p>Owns nothing; reused from command to command. The bytes belong to the caller (usually a connection's input) and must stay until the command
 * is over. {@link #entry} is 0 when the key does not exist, and is kept up to date by the {@link Compartment} methods that take this object. Two
 * {@code Key}s of one command may name the same key: after changing it through one, {@link Compartment#locate} the other again.
 */
public final class Key {
    public int database;
    public long address;
    public int length;
    public long hash;
    /** The entry's block, or 0. */
    public long entry;
    private @Nullable Compartment compartment;

    /** Names a key; not located yet. */
    public void set(int newDatabase, long newAddress, int newLength) {
        database = newDatabase;
        address = newAddress;
        length = newLength;
        hash = 0;
        entry = 0;
        compartment = null;
    }

    public Compartment compartment() {
        Compartment home = compartment;
        if (home == null) {
            throw new IllegalStateException("key is not routed");
        }
        return home;
    }

    void route(Compartment home, long newHash) {
        compartment = home;
        hash = newHash;
    }

    /** Takes over compartment and hash of a routed key if both have the same name: what routing this one would give. False when they differ. */
    public boolean routeAs(Key other) {
        if (length != other.length || database != other.database || !Mem.equal(address, other.address, length)) {
            return false;
        }
        compartment = other.compartment;
        hash = other.hash;
        return true;
    }

    public boolean exists() {
        return entry != 0;
    }

    /** The entry's kind, {@link BlockKind#FILLER} when there is none. */
    public int kind() {
        return entry == 0 ? BlockKind.FILLER : BlockLayout.kind(entry);
    }

    public long valueAddress() {
        return EntryLayout.valueAddress(entry);
    }

    public long valueLength() {
        return EntryLayout.valueLength(entry);
    }

    /** For logs and tests. */
    @Override
    public String toString() {
        return new String(Mem.bytes(address, length), StandardCharsets.ISO_8859_1);
    }
}

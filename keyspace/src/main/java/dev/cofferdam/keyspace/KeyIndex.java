// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/** The index of a compartment's keys: blocks are entries, the scope is the database. */
final class KeyIndex extends HashIndex {
    private final Hashing hashing;

    KeyIndex(PageStock stock, Hashing hashing) {
        super(stock);
        this.hashing = hashing;
    }

    @Override
    boolean matches(long entry, int database, long address, int length) {
        return EntryLayout.isNamed(entry, database, address, length);
    }

    @Override
    long hashOf(long entry) {
        return hashing.key(BlockLayout.database(entry), EntryLayout.keyAddress(entry), EntryLayout.keyLength(entry));
    }
}

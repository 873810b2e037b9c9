// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * A value that goes to another key: RENAME and MOVE take the entry along, COPY and a move to another compartment make a new one.
 *
 * <p>Owns the list of who copies values of which kind. Owner thread of the compartment. What always holds: the target is absent before, and a key's deadline goes
 * with its value.
 */
public final class KeyTransfer {
    private final Compartment home;
    private final BlockHeap heap;
    private final KeyIndex keys;
    private final Deadlines deadlines;
    private final PrefixBooks prefixes;
    private final ValueCopier[] copiers = new ValueCopier[BlockKind.LIMIT];

    KeyTransfer(Compartment home, KeyIndex keys, Deadlines deadlines) {
        this.home = home;
        this.heap = home.heap();
        this.keys = keys;
        this.deadlines = deadlines;
        this.prefixes = home.prefixes();
        for (int kind = 1; kind < BlockKind.FIRST_NODE; kind++) {
            if (!BlockKind.isLarge(kind)) {
                copiers[kind] = ValueCopier.WHOLE;
            }
        }
    }

    // ---------------------------------------------------------------- along

    /**
     * Makes {@code from}'s entry that of {@code to}, which is absent and of this compartment; value, nodes and deadline stay as they are.
     *
     * <p>Nodes stay charged to the prefix they grew under, since only freeing them one by one tells how many bytes they are.
     */
    public void rename(Key from, Key to) {
        home.effects.renamed(from, to);
        long entry = from.entry;
        int database = BlockLayout.database(entry);
        int owner = EntryLayout.ownerWord(to.length, prefixes.idOf(to.address, to.length));
        long slot = keys.slotOf(from.hash, entry);
        int policy = keys.policyIn(slot);
        keys.remove(from.hash, entry);
        prefixes.keys(EntryLayout.prefixId(entry), -1);
        long renamed = withKey(entry, to, owner);
        BlockLayout.setDatabase(renamed, to.database);
        prefixes.keys(EntryLayout.prefixId(renamed), 1);
        keys.insert(to.hash, renamed, policy);
        home.changedDatabase(renamed, database, to.database);
        deadlines.fileAgain(renamed, to.hash);
        if (BlockKind.isLarge(BlockLayout.kind(renamed))) {
            home.collections().setEntry(CollectionTable.idOf(renamed), renamed);
        }
        from.entry = 0;
        to.entry = renamed;
        if (home.keyspace().announcesNew) {
            home.announceNew(to);
        }
    }

    /** The entry under another key: in its place when that has the room (a value of hundreds of megabytes is not copied), else a new block. */
    private long withKey(long entry, Key to, int owner) {
        long value = EntryLayout.valueAddress(entry);
        long valueBytes = EntryLayout.valueLength(entry);
        boolean deadline = BlockLayout.hasTtl(entry);
        long bytes = EntryLayout.bytes(to.length, deadline, valueBytes);
        boolean shorter = bytes <= BlockLayout.bytes(entry);
        if (shorter ? heap.growthBytes(entry, bytes) == 0 : heap.resizeInPlace(entry, bytes)) {
            heap.beforeChange(entry);
            heap.changeOwner(entry, owner);
            Mem.copy(value, entry + bytes - valueBytes, valueBytes);
            EntryLayout.writeKey(entry, to.address, to.length);
            if (shorter) {
                heap.resizeInPlace(entry, bytes);
            }
            return entry;
        }
        long copy = heap.allocate(BlockLayout.kind(entry), owner, bytes);
        BlockLayout.setTtl(copy, deadline);
        if (deadline) {
            Mem.putLong(EntryLayout.expiryAddress(copy), Mem.getLong(EntryLayout.expiryAddress(entry)));
        }
        EntryLayout.writeKey(copy, to.address, to.length);
        Mem.copy(value, EntryLayout.valueAddress(copy), valueBytes);
        heap.free(entry);
        return copy;
    }

    /** The most that {@link #rename} can take. */
    public long renameBytes(Key from, Key to) {
        long entry = from.entry;
        return heap.growthBytes(entry, EntryLayout.bytes(to.length, BlockLayout.hasTtl(entry), EntryLayout.valueLength(entry)));
    }

    // ---------------------------------------------------------------- copies

    /** Gives {@code to}, which is routed, absent and perhaps of another compartment, the value and the deadline of {@code from}. */
    public void copy(Key from, Key to) {
        long expiresAt = home.expiresAtMillis(from);
        copier(from.kind()).copy(from, to, expiresAt != 0);
        Compartment target = to.compartment();
        if (target == home) {
            home.effects.copied(from, to);
            if (expiresAt != 0) {
                deadlines.set(to, expiresAt);
            }
            return;
        }
        ValueEffects.tell(to);
        if (expiresAt != 0) {
            target.expireAt(to, expiresAt);
        }
    }

    /** The most that the value of a {@link #copy} can take in any compartment; key and header of its entry aside. */
    public long copyBytes(Key from) {
        return copier(from.kind()).bytes(from);
    }

    /** Registers who copies values of a large kind. */
    void copyWith(int largeKind, ValueCopier copier) {
        copiers[largeKind] = copier;
    }

    /** Who copies values of a kind that are in this compartment, to wherever. */
    ValueCopier copier(int kind) {
        ValueCopier copier = copiers[kind];
        if (copier == null) {
            throw new IllegalStateException("nobody copies values of kind " + kind);
        }
        return copier;
    }
}

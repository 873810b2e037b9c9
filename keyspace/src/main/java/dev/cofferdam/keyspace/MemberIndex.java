// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/** The index of the fields, members and elements of all of a compartment's large values; the scope is the collection's id. */
public final class MemberIndex extends HashIndex {
    private final Hashing hashing;

    MemberIndex(PageStock stock, Hashing hashing) {
        super(stock);
        this.hashing = hashing;
    }

    /** Hash of a member of a collection. */
    public long hash(int collection, long address, int length) {
        return hashing.member(collection, address, length);
    }

    /** The block of the member, or 0. */
    public long get(int collection, long address, int length) {
        long slot = find(hashing.member(collection, address, length), collection, address, length);
        return slot == 0 ? 0 : blockIn(slot);
    }

    /** Adds a block whose name and owner are written. */
    public void add(long block) {
        insert(hashOf(block), block, 0);
    }

    /** Removes a block that is still readable. */
    public void drop(long block) {
        remove(hashOf(block), block);
    }

    /** The block was moved by the cleaner, or copied by its type: points its slot at the new address. */
    public void moved(long from, long to) {
        long slot = slotOf(hashOf(to), from);
        if (slot == 0) {
            throw new IllegalStateException("member index: moved block at 0x" + Long.toHexString(from) + " is not in its bucket");
        }
        setBlock(slot, to);
    }

    @Override
    boolean matches(long block, int collection, long address, int length) {
        return BlockLayout.owner(block) == collection && MemberLayout.nameLength(block) == length
                && Mem.equal(MemberLayout.nameAddress(block), address, length);
    }

    @Override
    long hashOf(long block) {
        return hashing.member(BlockLayout.owner(block), MemberLayout.nameAddress(block), MemberLayout.nameLength(block));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * What large hashes and large sets have in common: a block per field or member, found by name through the compartment's {@link MemberIndex} and by
 * position through an {@link AddressVector}.
 *
 * <p>Owns the FIELD and MEMBER blocks of all large hashes and sets of one compartment. Owner thread. What always holds: each block is in the index
 * under its collection and name, and in the vector at the position it carries; the root's count is the number of both.
 */
final class LargeMembers {
    /** Bytes in index and vector a new element may cost beside its block: a slot in a bucket that is never fuller than three quarters, an address. */
    static final long BESIDE_BLOCK_BYTES = 16 + AddressVector.BYTES_PER_ELEMENT;

    /** What a block in a run of its own may lose to rounding, and its place in the index. */
    private static final long RUN_ROUNDING_BYTES = 4096 + 64;

    private final Compartment compartment;
    private final BlockHeap heap;
    private final MemberIndex index;
    private final AddressVector vector;
    /** Sum of what was loaded ahead: means nothing, and keeps the compiler from dropping the loads. */
    private long touched;

    LargeMembers(Compartment compartment) {
        this.compartment = compartment;
        this.heap = compartment.heap();
        this.index = compartment.members();
        this.vector = new AddressVector(heap, compartment.collections());
        heap.relocateWith(BlockKind.FIELD, this::elementMoved);
        heap.relocateWith(BlockKind.MEMBER, this::elementMoved);
        compartment.reclaimWith(BlockKind.HASH_LARGE, this::freeSome);
        compartment.reclaimWith(BlockKind.SET_LARGE, this::freeSome);
    }

    /** Makes the entry, whose value has room for it, a large value without elements. */
    long beginRoot(long entry) {
        compartment.collections().register(entry);
        long root = EntryLayout.valueAddress(entry);
        VectorLayout.clearRoot(root);
        return root;
    }

    /** The block of this name, or 0. */
    long find(long root, long name, int nameLength) {
        return index.get(VectorLayout.collection(root), name, nameLength);
    }

    /** The block at a position. */
    long at(long root, int position) {
        return vector.get(root, position);
    }

    /** A new block of the collection; its name is to be written before {@link #add}. */
    long allocate(long root, int kind, long bytes) {
        long block = heap.allocate(kind, VectorLayout.collection(root), bytes);
        VectorLayout.addBlockBytes(root, BlockLayout.roundedBytes(bytes));
        return block;
    }

    /** Adds a block whose name is written and not in the collection. */
    void add(long root, long block) {
        vector.append(root, block);
        index.add(block);
    }

    void remove(long root, long block) {
        index.drop(block);
        vector.removeAt(root, MemberLayout.position(block));
        VectorLayout.addBlockBytes(root, -BlockLayout.roundedBytes(BlockLayout.bytes(block)));
        heap.free(block);
    }

    /** The block gets another length where it is; false when it must be replaced. */
    boolean resizeInPlace(long root, long block, long bytes) {
        long before = BlockLayout.roundedBytes(BlockLayout.bytes(block));
        if (!heap.resizeInPlace(block, bytes)) {
            return false;
        }
        VectorLayout.addBlockBytes(root, BlockLayout.roundedBytes(bytes) - before);
        return true;
    }

    /** Puts a block that has the same name and position in the place of another, which is freed. */
    void replace(long root, long block, long replacement) {
        index.moved(block, replacement);
        vector.set(root, MemberLayout.position(replacement), replacement);
        VectorLayout.addBlockBytes(root, -BlockLayout.roundedBytes(BlockLayout.bytes(block)));
        heap.free(block);
    }

    /** The most that root record, blocks, index and vector of a copy can take: small blocks packed anew, large ones in frames of their own. */
    static long copyBound(Compartment home, long root) {
        long blocks = VectorLayout.blockBytes(root);
        long runs = blocks / home.heap().blockMaxBytes();
        return VectorLayout.ROOT_BYTES + blocks + VectorLayout.count(root) * BESIDE_BLOCK_BYTES + runs * 2 * RUN_ROUNDING_BYTES
                + AddressVector.NODE_MAX_BYTES;
    }

    private void elementMoved(int kind, long from, long to) {
        index.moved(from, to);
        long root = EntryLayout.valueAddress(compartment.collections().entry(BlockLayout.owner(to)));
        vector.set(root, MemberLayout.position(to), to);
    }

    private boolean freeSome(long entry, int steps) {
        long root = EntryLayout.valueAddress(entry);
        bringIn(root, steps);
        for (int i = 0; i < steps; i++) {
            int count = VectorLayout.count(root);
            if (count == 0) {
                return true;
            }
            remove(root, vector.get(root, count - 1));
        }
        return VectorLayout.count(root) == 0;
    }

    /** Loads what freeing the last elements will look at, all at once: one after the other it would mostly be waiting for memory. */
    private void bringIn(long root, int steps) {
        int count = VectorLayout.count(root);
        int first = Math.max(0, count - steps);
        for (int position = first; position < count; position++) {
            touched += Mem.getInt(vector.get(root, position));
        }
        for (int position = first; position < count; position++) {
            touched += Mem.getInt(index.bucketOf(index.hashOf(vector.get(root, position))));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * The addresses of a large hash's fields or a large set's members, by position: what makes walking and choosing at random possible beside the
 * index, which only finds by name.
 *
 * <p>Owns the node blocks (see {@link VectorLayout}); one object serves all collections of a compartment, each named by the address of its root
 * record. Owner thread. A tree of fixed fan-out indexed by the bits of the position: growing never copies more than one node of 2 KiB, and no block
 * is larger, whatever the count. What always holds: positions 0 to count - 1 are filled, and element number p carries p in its block.
 */
final class AddressVector {
    /** Capacity a node starts with; it doubles up to the fan-out, so that a collection of 130 does not pay for 256. */
    private static final int FIRST_CAPACITY = 8;
    /** From this many elements on nodes start full-sized: the waste is small beside them, and nothing is copied. */
    private static final int FULL_NODES_FROM = 4 * VectorLayout.FANOUT;
    /** Node bytes per element in a long run of appends, doubling included. */
    static final long BYTES_PER_ELEMENT = 24;
    /** A full node, and the small ones that begin the heights of a vector that grows one. */
    static final long NODE_MAX_BYTES = VectorLayout.nodeBytes(VectorLayout.FANOUT) + 2 * VectorLayout.nodeBytes(FIRST_CAPACITY);

    private final BlockHeap heap;
    private final CollectionTable collections;

    AddressVector(BlockHeap heap, CollectionTable collections) {
        this.heap = heap;
        this.collections = collections;
        heap.relocateWith(BlockKind.VECTOR_CHUNK, this::nodeMoved);
        heap.relocateWith(BlockKind.VECTOR_DIRECTORY, this::nodeMoved);
    }

    /** Bytes of nodes that appending to the vector may need, {@link #BYTES_PER_ELEMENT} for each element aside. */
    static long appendBound(long root) {
        long top = VectorLayout.top(root);
        return top == 0 ? NODE_MAX_BYTES : (VectorLayout.height(top) + 1) * NODE_MAX_BYTES;
    }

    /** The element at a position below the count. */
    long get(long root, int position) {
        return Mem.getLong(slotOf(root, position));
    }

    void set(long root, int position, long element) {
        Mem.putLong(slotOf(root, position), element);
    }

    private static long slotOf(long root, int position) {
        long node = VectorLayout.top(root);
        for (int shift = VectorLayout.height(node) * VectorLayout.FANOUT_SHIFT; shift > 0; shift -= VectorLayout.FANOUT_SHIFT) {
            node = Mem.getLong(VectorLayout.slot(node, position >>> shift & VectorLayout.FANOUT - 1));
        }
        return VectorLayout.slot(node, position & VectorLayout.FANOUT - 1);
    }

    /** Adds the element behind the last and tells it its position. */
    void append(long root, long element) {
        int position = VectorLayout.count(root);
        long node = VectorLayout.top(root);
        if (node == 0) {
            node = allocate(root, 0, 0, FIRST_CAPACITY);
            VectorLayout.setTop(root, node);
        } else if ((long) position >>> (VectorLayout.height(node) + 1) * VectorLayout.FANOUT_SHIFT != 0) {
            node = addHeight(root, node);
        }
        long parentSlot = VectorLayout.topSlot(root);
        for (int height = VectorLayout.height(node);; height--) {
            int shift = height * VectorLayout.FANOUT_SHIFT;
            int index = position >>> shift & VectorLayout.FANOUT - 1;
            if (index >= VectorLayout.capacity(node)) {
                node = enlarge(root, node);
                Mem.putLong(parentSlot, node);
            }
            long slot = VectorLayout.slot(node, index);
            if (height == 0) {
                Mem.putLong(slot, element);
                break;
            }
            if ((position & (1 << shift) - 1) == 0) {
                Mem.putLong(slot, allocate(root, height - 1, position, firstCapacity(position)));
            }
            parentSlot = slot;
            node = Mem.getLong(slot);
        }
        MemberLayout.setPosition(element, position);
        VectorLayout.setCount(root, position + 1);
    }

    private static int firstCapacity(int position) {
        return position >= FULL_NODES_FROM ? VectorLayout.FANOUT : FIRST_CAPACITY;
    }

    private long addHeight(long root, long top) {
        long above = allocate(root, VectorLayout.height(top) + 1, 0, FIRST_CAPACITY);
        Mem.putLong(VectorLayout.slot(above, 0), top);
        VectorLayout.setTop(root, above);
        return above;
    }

    /** Removes the element at the position; the last one takes its place. */
    void removeAt(long root, int position) {
        int last = VectorLayout.count(root) - 1;
        if (position != last) {
            long moved = get(root, last);
            set(root, position, moved);
            MemberLayout.setPosition(moved, position);
        }
        removeLast(root, last);
    }

    private void removeLast(long root, int last) {
        VectorLayout.setCount(root, last);
        long node = VectorLayout.top(root);
        int shift = VectorLayout.height(node) * VectorLayout.FANOUT_SHIFT;
        while (VectorLayout.first(node) != last && shift > 0) {
            node = Mem.getLong(VectorLayout.slot(node, last >>> shift & VectorLayout.FANOUT - 1));
            shift -= VectorLayout.FANOUT_SHIFT;
        }
        if (VectorLayout.first(node) == last) {
            freeChain(root, node);
        }
        dropHeights(root, last);
    }

    /** Frees a node that held nothing but the removed element, and the single nodes below it. */
    private void freeChain(long root, long node) {
        long at = node;
        while (true) {
            int height = VectorLayout.height(at);
            long below = height == 0 ? 0 : Mem.getLong(VectorLayout.slot(at, 0));
            free(root, at);
            if (height == 0) {
                return;
            }
            at = below;
        }
    }

    private void dropHeights(long root, int count) {
        if (count == 0) {
            VectorLayout.setTop(root, 0);
            return;
        }
        long top = VectorLayout.top(root);
        int height = VectorLayout.height(top);
        while (height > 0 && count - 1 >>> height * VectorLayout.FANOUT_SHIFT == 0) {
            long below = Mem.getLong(VectorLayout.slot(top, 0));
            free(root, top);
            VectorLayout.setTop(root, below);
            top = below;
            height--;
        }
    }

    // ---------------------------------------------------------------- nodes

    private long allocate(long root, int height, int first, int capacity) {
        long bytes = VectorLayout.nodeBytes(capacity);
        long node = heap.allocate(height == 0 ? BlockKind.VECTOR_CHUNK : BlockKind.VECTOR_DIRECTORY, VectorLayout.collection(root), bytes);
        VectorLayout.setFirst(node, first);
        VectorLayout.setHeight(node, height);
        VectorLayout.addBlockBytes(root, BlockLayout.roundedBytes(bytes));
        return node;
    }

    private void free(long root, long node) {
        VectorLayout.addBlockBytes(root, -BlockLayout.roundedBytes(BlockLayout.bytes(node)));
        heap.free(node);
    }

    private long enlarge(long root, long node) {
        int capacity = VectorLayout.capacity(node);
        long larger = allocate(root, VectorLayout.height(node), VectorLayout.first(node), Math.min(VectorLayout.FANOUT, capacity * 2));
        Mem.copy(VectorLayout.slot(node, 0), VectorLayout.slot(larger, 0), 8L * capacity);
        free(root, node);
        return larger;
    }

    private void nodeMoved(int kind, long from, long to) {
        long root = EntryLayout.valueAddress(collections.entry(BlockLayout.owner(to)));
        long slot = VectorLayout.topSlot(root);
        long node = Mem.getLong(slot);
        while (node != from) {
            int shift = VectorLayout.height(node) * VectorLayout.FANOUT_SHIFT;
            if (shift == 0) {
                throw new IllegalStateException(
                        "vector of collection " + BlockLayout.owner(to) + " has no node at 0x" + Long.toHexString(from));
            }
            slot = VectorLayout.slot(node, VectorLayout.first(to) >>> shift & VectorLayout.FANOUT - 1);
            node = Mem.getLong(slot);
        }
        Mem.putLong(slot, to);
    }
}

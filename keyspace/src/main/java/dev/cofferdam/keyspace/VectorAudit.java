// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;
import org.jspecify.annotations.Nullable;

/**
 * Checks one large hash or set: every position has a live element that knows it and is in the index, and the root's bytes are those of all blocks.
 *
 * <p>Owns nothing but its sums; owner thread, between commands. Part of {@link KeyspaceAudit}.
 */
final class VectorAudit {
    private final Compartment compartment;
    private final long root;
    private final int elementKind;
    private int elements;
    private long bytes;
    private @Nullable String trouble;

    private VectorAudit(Compartment compartment, long entry) {
        this.compartment = compartment;
        this.root = EntryLayout.valueAddress(entry);
        this.elementKind = BlockLayout.kind(entry) == BlockKind.HASH_LARGE ? BlockKind.FIELD : BlockKind.MEMBER;
    }

    /** What is wrong with the value, or null. */
    static @Nullable String trouble(Compartment compartment, long entry) {
        if (compartment.collections().entry(CollectionTable.idOf(entry)) != entry) {
            return "collection " + CollectionTable.idOf(entry) + " is somewhere else";
        }
        VectorAudit audit = new VectorAudit(compartment, entry);
        int count = VectorLayout.count(audit.root);
        long top = VectorLayout.top(audit.root);
        if (top != 0) {
            audit.node(top, VectorLayout.height(top), 0, count);
        }
        audit.same("elements", count, audit.elements);
        audit.same("bytes of blocks", VectorLayout.blockBytes(audit.root), audit.bytes);
        return audit.trouble;
    }

    private void same(String what, long books, long counted) {
        if (books != counted && trouble == null) {
            trouble = what + ": root says " + books + ", counted " + counted;
        }
    }

    private boolean isOurs(long block, int kind, String what) {
        boolean ours = BlockLayout.kind(block) == kind && !BlockLayout.isDead(block)
                && BlockLayout.owner(block) == VectorLayout.collection(root);
        if (!ours && trouble == null) {
            trouble = what + " at 0x" + Long.toHexString(block) + " is a block of kind " + BlockLayout.kind(block) + " of collection "
                    + BlockLayout.owner(block) + (BlockLayout.isDead(block) ? ", dead" : "");
        }
        bytes += BlockLayout.roundedBytes(BlockLayout.bytes(block));
        return ours;
    }

    private void node(long node, int height, int first, int count) {
        if (!isOurs(node, height == 0 ? BlockKind.VECTOR_CHUNK : BlockKind.VECTOR_DIRECTORY, "node")) {
            return;
        }
        same("height of a node", height, VectorLayout.height(node));
        same("first position of a node", first, VectorLayout.first(node));
        int step = 1 << height * VectorLayout.FANOUT_SHIFT;
        for (int i = 0; i < VectorLayout.FANOUT && (long) first + (long) i * step < count; i++) {
            long below = Mem.getLong(VectorLayout.slot(node, i));
            if (height > 0) {
                node(below, height - 1, first + i * step, count);
            } else {
                element(below, first + i);
            }
        }
    }

    private void element(long block, int position) {
        elements++;
        if (isOurs(block, elementKind, "element")) {
            same("position of an element", position, MemberLayout.position(block));
            MemberIndex index = compartment.members();
            if (index.slotOf(index.hashOf(block), block) == 0 && trouble == null) {
                trouble = "element " + position + " is not in the index";
            }
        }
    }
}

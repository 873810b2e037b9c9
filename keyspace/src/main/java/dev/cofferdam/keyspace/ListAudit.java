// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks one list from head to tail: lengths from both sides, links, counts, owners, and the sums in its root.
 *
 * <p>Owns nothing; owner thread, between commands. Part of {@link KeyspaceAudit}.
 */
final class ListAudit {
    private ListAudit() {
    }

    /** What is wrong with the list, or null. */
    static @Nullable String trouble(Compartment compartment, long entry) {
        long value = EntryLayout.valueAddress(entry);
        if (EntryLayout.kind(entry) == BlockKind.LIST_PACKED) {
            if (ListLayout.packedEnd(value) > value + EntryLayout.valueLength(entry)) {
                return "packed list uses more than it has";
            }
            return rangeTrouble(ListLayout.packedFirst(value), ListLayout.packedEnd(value), ListLayout.packedCount(value));
        }
        if (compartment.collections().entry(CollectionTable.idOf(entry)) != entry) {
            return "collection " + CollectionTable.idOf(entry) + " is somewhere else";
        }
        String trouble = chunkTrouble(value);
        return trouble == null ? compartment.lists().waypoints().trouble(value) : trouble;
    }

    private static @Nullable String chunkTrouble(long root) {
        long elements = 0;
        long bytes = 0;
        int chunks = 0;
        long previous = 0;
        for (long chunk = ListLayout.head(root); chunk != 0; chunk = ListLayout.next(chunk)) {
            if (BlockLayout.kind(chunk) != BlockKind.LIST_CHUNK || BlockLayout.isDead(chunk)) {
                return "chunk " + chunks + " is a block of kind " + BlockLayout.kind(chunk) + (BlockLayout.isDead(chunk) ? ", dead" : "");
            }
            if (BlockLayout.owner(chunk) != ListLayout.collection(root)) {
                return "chunk " + chunks + " belongs to collection " + BlockLayout.owner(chunk);
            }
            if (ListLayout.previous(chunk) != previous) {
                return "chunk " + chunks + " does not link back";
            }
            if (ListLayout.start(chunk) < 0 || ListLayout.end(chunk) > ListLayout.capacity(chunk)) {
                return "chunk " + chunks + " has elements outside";
            }
            String trouble = rangeTrouble(ListLayout.firstAddress(chunk), ListLayout.endAddress(chunk), ListLayout.count(chunk));
            if (trouble != null) {
                return "chunk " + chunks + ": " + trouble;
            }
            elements += ListLayout.count(chunk);
            bytes += BlockLayout.bytes(chunk);
            chunks++;
            previous = chunk;
        }
        if (ListLayout.tail(root) != previous) {
            return "tail is not the last chunk";
        }
        if (elements != ListLayout.elements(root) || chunks != ListLayout.chunks(root) || bytes != ListLayout.chunkBytes(root)) {
            return "root says " + ListLayout.elements(root) + " elements in " + ListLayout.chunks(root) + " chunks of "
                    + ListLayout.chunkBytes(root)
                    + " bytes, counted " + elements + " in " + chunks + " of " + bytes;
        }
        return null;
    }

    private static @Nullable String rangeTrouble(long first, long end, int count) {
        int counted = 0;
        long at = first;
        while (at < end) {
            long next = ListElement.next(at);
            if (next > end || ListElement.previous(next) != at) {
                return "element " + counted + " has two lengths";
            }
            at = next;
            counted++;
        }
        return counted == count && count > 0 ? null : "says " + count + " elements, counted " + counted;
    }

    /** Hands out the chunks that lie in runs of their own, which no walk over pages sees. */
    static void runs(long entry, LongConsumer visitor) {
        if (EntryLayout.kind(entry) != BlockKind.LIST_LARGE) {
            return;
        }
        for (long chunk = ListLayout.head(EntryLayout.valueAddress(entry)); chunk != 0; chunk = ListLayout.next(chunk)) {
            if (BlockLayout.isRun(chunk)) {
                visitor.accept(chunk);
            }
        }
    }
}

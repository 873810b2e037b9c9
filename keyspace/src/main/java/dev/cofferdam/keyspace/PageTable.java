// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Arena;
import java.util.Arrays;

/**
 * What the heaps know of each page of an arena: how full it is, how much of it is live, and its neighbours in its stream's queue.
 *
 * <p>One table for all compartments, indexed by page number; an element is read and written by the owner thread of the compartment that owns the
 * page, so nothing here is locked. Twenty-one bytes a page, sized once from the arena: part of the runtime constant, not of the data.
 */
final class PageTable {
    /** Bytes of live blocks. */
    final int[] liveBytes;
    /** Bytes from the page's start that hold blocks, live or dead. */
    final int[] fillBytes;
    /** Next younger page of the same stream, or -1. */
    final int[] next;
    /** Next older page of the same stream, or -1. */
    final int[] previous;

    /** When the last block was added, in milliseconds modulo 2^32, of a page that is no longer open. */
    final int[] sealedMillis;

    /** The stream of the owning heap that the page belongs to. */
    final byte[] stream;

    PageTable(Arena arena) {
        liveBytes = new int[arena.pageCount()];
        fillBytes = new int[arena.pageCount()];
        next = new int[arena.pageCount()];
        previous = new int[arena.pageCount()];
        sealedMillis = new int[arena.pageCount()];
        stream = new byte[arena.pageCount()];
        Arrays.fill(next, -1);
        Arrays.fill(previous, -1);
    }
}

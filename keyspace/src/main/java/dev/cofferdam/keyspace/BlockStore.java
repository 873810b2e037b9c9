// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/**
 * Where a structure of a compartment gets its blocks from: the compartment's {@link BlockHeap}, or a model of it in tests.
 *
 * <p>Owner thread only. A block begins with 8 bytes that belong to the store; the rest is the caller's. Blocks keep their address until the store
 * tells the structure otherwise, which it never does inside these two calls.
 */
interface BlockStore {
    /** A block of {@code bytes}, the store's 8 included. Never fails for bytes that were admitted before. */
    long allocate(int kind, int owner, long bytes);

    void free(long block);
}

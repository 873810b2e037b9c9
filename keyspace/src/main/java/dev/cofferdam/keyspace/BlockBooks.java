// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/** Told of every byte that becomes live or dead in a heap. Owner thread. */
interface BlockBooks {
    /**
     * @param owner the block's owner word: key length and prefix of an entry, collection id of a node
     * @param bytes rounded bytes, negative when they were freed
     */
    void charge(int kind, int owner, long bytes);
}

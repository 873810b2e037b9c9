// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.server.command.Dispatcher;

/**
 * Commands that several clients sent one each, and that were read and parsed but not executed yet: the batch of clients that do not pipeline.
 *
 * <p>Owns the list; the bytes lie one command after the other at the start of the reader's scratch. Event loop only; empty when the loop waits. A
 * client is in it at most once. Executed as a batch, their keys' memory is loaded together; one at a time, each command waits for it alone.
 */
final class GatheredCommands {
    /** A read of more is a pipeline, a batch by itself. */
    static final int READ_MAX_BYTES = 512;

    private final Connection[] clients = new Connection[Dispatcher.BATCH];
    /** Where each command ends in the scratch; the next one begins there. */
    private final int[] ends = new int[Dispatcher.BATCH];
    private int count;

    int count() {
        return count;
    }

    boolean isFull() {
        return count == clients.length;
    }

    /** Offset in the scratch of the first byte that belongs to none of them. */
    int bytes() {
        return count == 0 ? 0 : ends[count - 1];
    }

    void add(Connection client, int end) {
        clients[count] = client;
        ends[count++] = end;
    }

    Connection client(int i) {
        return clients[i];
    }

    int start(int i) {
        return i == 0 ? 0 : ends[i - 1];
    }

    int end(int i) {
        return ends[i];
    }

    /** Empties the list, whose elements can still be read until the next {@link #add}. */
    int takeAll() {
        int taken = count;
        count = 0;
        return taken;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

import dev.cofferdam.memory.Account;

/**
 * Memory that one DUMP or RESTORE works with: strings that are unpacked or put together, and numbers as texts.
 *
 * <p>Owns runs of {@code connections}, taken when first needed and kept until {@link #close}. One thread, that of the command. What always holds: a room that was
 * given once is there again for the same or fewer bytes, so a second pass over the same value is never refused.
 */
final class Workspace implements AutoCloseable {
    /** Strings being read; two may be needed at once. */
    static final int FIRST = 0;
    static final int SECOND = 1;
    /** Numbers of a stream's entry as texts. */
    static final int TEXTS = 2;
    /** Small texts and pieces on their way out. */
    private static final int BASE = 3;
    private static final int ROOMS = 4;
    private static final int FRAME_BYTES = 4096;
    static final int TEXT_BYTES = 32;
    static final int PIECE_BYTES = 4096;
    private static final int TEXT_SLOTS = 8;

    private final Account account;
    private final long[] addresses = new long[ROOMS];
    private final long[] sizes = new long[ROOMS];
    /** Bytes that were refused last; 0 when none were. */
    long refusedBytes;

    Workspace(Account account) {
        this.account = account;
    }

    /** Room for so many bytes, whose contents are not kept from before; 0 when it is refused. */
    long room(int slot, long bytes) {
        if (bytes <= sizes[slot]) {
            return addresses[slot];
        }
        long wanted = (bytes + FRAME_BYTES - 1) & -FRAME_BYTES;
        long address = account.takeRun(wanted);
        if (address == 0) {
            refusedBytes = wanted;
            return 0;
        }
        if (sizes[slot] > 0) {
            account.returnRun(addresses[slot], sizes[slot]);
        }
        addresses[slot] = address;
        sizes[slot] = wanted;
        return address;
    }

    /** False when not even the small things have room. */
    boolean isReady() {
        return room(BASE, PIECE_BYTES + TEXT_SLOTS * TEXT_BYTES) != 0;
    }

    /** Room for the text of a number. */
    long text(int slot) {
        return addresses[BASE] + PIECE_BYTES + (long) slot * TEXT_BYTES;
    }

    /** Room of {@link #PIECE_BYTES}. */
    long piece() {
        return addresses[BASE];
    }

    @Override
    public void close() {
        for (int i = 0; i < ROOMS; i++) {
            if (sizes[i] > 0) {
                account.returnRun(addresses[i], sizes[i]);
                sizes[i] = 0;
            }
        }
    }
}

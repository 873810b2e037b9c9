// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Pages of one client's reply that {@link LongReplies} sends.
 *
 * <p>Owns its pages until they are sent. The sender's thread sends; the event loop may take what is left away at any moment, and waits for nobody. What always holds: each page goes back
 * to its account once, and nothing is sent after {@link #giveUp} but the piece that is just being written.
 *
 * <pre>
 *  RESTING --- sender: a piece ---> SENDING --- it is written ---> RESTING
 *     |                                |
 *     `-- loop: all pages back         `-- loop: all pages back but the one being sent, which the sender returns
 *                        GIVEN_UP
 * </pre>
 */
final class LongReply {
    /**
     * Written at once. The kernel does the receiver's part within the same call, and does not let go of the processor meanwhile: who wakes for a short command waits for its end.
     */
    private static final int PIECE_BYTES = 16 * 1024;
    private static final int RESTING = 0;
    private static final int SENDING = 1;
    private static final int GIVEN_UP = 2;

    private final Connection client;
    private final Account account;
    /** 0 for those that went back. */
    private final long[] pages;
    private final int[] from;
    private final int[] to;
    private final AtomicInteger state = new AtomicInteger();
    /** Index of the page that is sent from. The sender moves it while it rests. */
    private volatile int current;
    private volatile long unsentBytes;
    private final long allBytes;
    /** The sender's: as above, a buffer over the current page, and whether it has said that it is over. */
    private long left;
    private @Nullable ByteBuffer view;
    private boolean ended;
    /** The loop's: what was unsent when it looked last. */
    private long seenBytes;

    /** @param from offsets into the pages of their first unsent byte, and {@code to} behind their last one */
    LongReply(Connection client, Account account, long[] pages, int[] from, int[] to) {
        this.client = client;
        this.account = account;
        this.pages = pages;
        this.from = from;
        this.to = to;
        long bytes = 0;
        for (int i = 0; i < pages.length; i++) {
            bytes += to[i] - from[i];
        }
        allBytes = bytes;
        unsentBytes = bytes;
        left = bytes;
        seenBytes = bytes;
    }

    Connection client() {
        return client;
    }

    /** Any thread. When it is 0 the sender does not touch the socket any more. */
    long unsentBytes() {
        return unsentBytes;
    }

    long sentBytes() {
        return allBytes - unsentBytes;
    }

    /** What its pages cost. */
    long heldBytes() {
        return state.get() == GIVEN_UP ? 0 : (long) (pages.length - current) * account.arena().pageBytes();
    }

    /** Event loop: true when bytes were sent since it was asked last. */
    boolean hasProgressed() {
        long bytes = unsentBytes;
        boolean progressed = bytes < seenBytes;
        seenBytes = bytes;
        return progressed;
    }

    // ---------------------------------------------------------------- the sender's thread

    /** Sends what the socket takes, about {@code most} bytes; false when nothing more is to be sent, whatever the reason. */
    boolean send(int most) {
        for (int turn = 0; turn < most;) {
            int index = current;
            if (pages[index] == 0) {
                index++;
                current = index;
                view = null;
            }
            if (!state.compareAndSet(RESTING, SENDING)) {
                return false;
            }
            int part = Math.min(PIECE_BYTES, to[index] - from[index]);
            int sent = write(index, part);
            from[index] += Math.max(0, sent);
            boolean isSent = from[index] == to[index];
            if (isSent) {
                account.returnPage(pages[index]);
                pages[index] = 0;
            }
            boolean goesOn = state.compareAndSet(SENDING, RESTING);
            if (!goesOn && !isSent) {
                account.returnPage(pages[index]);
                pages[index] = 0;
            }
            left -= Math.max(0, sent);
            unsentBytes = left;
            if (!goesOn || sent < 0 || isSent && index == pages.length - 1) {
                return false;
            }
            if (sent < part) {
                return true;
            }
            turn += sent;
        }
        return true;
    }

    /** Answers -1 when it failed. */
    private int write(int index, int bytes) {
        ByteBuffer bufferedPage = view;
        if (bufferedPage == null) {
            bufferedPage = Mem.buffer(pages[index], to[index]);
            view = bufferedPage;
        }
        bufferedPage.limit(from[index] + bytes).position(from[index]);
        try {
            return client.write(bufferedPage);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            return -1; // whatever it is, the client pays
        }
    }

    /** True the first time it is asked. */
    boolean end() {
        boolean first = !ended;
        ended = true;
        return first;
    }

    // ---------------------------------------------------------------- any thread

    boolean isGivenUp() {
        return state.get() == GIVEN_UP;
    }

    /** Nobody wants the rest: its memory goes back now, but for the page that is just being sent from. */
    void giveUp() {
        int was = state.getAndSet(GIVEN_UP);
        if (was == GIVEN_UP) {
            return;
        }
        for (int i = was == SENDING ? current + 1 : current; i < pages.length; i++) {
            if (pages[i] != 0) {
                account.returnPage(pages[i]);
                pages[i] = 0;
            }
        }
    }
}

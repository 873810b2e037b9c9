// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.memory.Account;
import dev.cofferdam.resp.ReplyWriter;
import java.util.Arrays;

/**
 * The reply of a lane's command: pages of the connections account, filled one after the other, then sent to the client.
 *
 * <p>Owns its pages. The lane's while that works, the loop's afterwards. What always holds: a reply leaves a part of the account to everybody else's small
 * buffers. When it needs more, its pages go back at once, the rest is counted and thrown away, and the client is cut: half a reply is worse than none.
 */
final class LaneOutput {
    /** One part in this many of what connections may use is left to others. */
    private static final int FLOOR_SHARE = 16;
    static final int SCRATCH_BYTES = ReplyWriter.MAX_REQUEST_BYTES;

    private final Account account;
    private final int pageBytes;
    private long[] pages = new long[16];
    private int[] fill = new int[16];
    private int count;
    private boolean overflowed;
    private long droppedBytes;
    private long mostBytes;
    /** Written over and over where there is not even one page. */
    private final long scratch;

    LaneOutput(Account account, long scratch) {
        this.account = account;
        this.scratch = scratch;
        this.pageBytes = account.arena().pageBytes();
    }

    /** Gives the writer its first page; false when there is none. {@code most} are the bytes that the client may have waiting; 0 for any number. */
    boolean open(ReplyWriter writer, long most) {
        mostBytes = most;
        overflowed = false;
        droppedBytes = 0;
        count = 0;
        addPage(writer);
        return count > 0;
    }

    /** There was no page, and the command must run all the same: everything is counted and thrown away. */
    void openLost(ReplyWriter writer) {
        overflow(writer);
    }

    /** Nobody wants what was written so far. */
    void restart(ReplyWriter writer) {
        while (count > 1) {
            account.returnPage(pages[--count]);
        }
        overflowed = count == 0;
        droppedBytes = 0;
        if (count == 1) {
            fill[0] = 0;
            attach(writer, pages[0]);
        } else {
            writer.attach(scratch, SCRATCH_BYTES);
        }
    }

    /** The writer's page is full. */
    void take(ReplyWriter writer) {
        end(writer);
        addPage(writer);
    }

    /** The reply is over. */
    void end(ReplyWriter writer) {
        if (overflowed) {
            droppedBytes += writer.writtenBytes();
        } else {
            fill[count - 1] = writer.writtenBytes();
        }
    }

    private void addPage(ReplyWriter writer) {
        boolean room = !overflowed && (mostBytes == 0 || (count - 1L) * pageBytes <= mostBytes)
                && (count == 0 || account.reachableBytes() >= pageBytes + account.maxBytes() / FLOOR_SHARE);
        long page = room ? account.takePage() : 0;
        if (page == 0) {
            overflow(writer);
            return;
        }
        if (count == pages.length) {
            pages = Arrays.copyOf(pages, count * 2);
            fill = Arrays.copyOf(fill, count * 2);
        }
        pages[count] = page;
        fill[count] = 0;
        count++;
        attach(writer, page);
    }

    /** Before the bytes is room for what makes the page a segment of the client's unsent output. */
    private void attach(ReplyWriter writer, long page) {
        writer.attach(page + OutputChain.HEADER_BYTES, pageBytes - OutputChain.HEADER_BYTES);
    }

    /** What follows is counted and thrown away: one page is written over and over, the others are everybody's again. */
    private void overflow(ReplyWriter writer) {
        overflowed = true;
        while (count > 1) {
            count--;
            droppedBytes += fill[count];
            account.returnPage(pages[count]);
        }
        if (count == 1) {
            droppedBytes += fill[0];
            fill[0] = 0;
            attach(writer, pages[0]);
        } else {
            writer.attach(scratch, SCRATCH_BYTES);
        }
    }

    /** True when the reply did not fit; {@link #sendTo} then cuts the client. */
    boolean isOverflowed() {
        return overflowed;
    }

    void clear() {
        for (int i = 0; i < count; i++) {
            account.returnPage(pages[i]);
        }
        count = 0;
    }

    /**
     * Event loop: hands the pages over to the client's output and begins to send, or cuts the client when the reply did not fit. Nothing is copied, and
     * no more is sent at once than is fair to others.
     *
     * @param what command and key, for the log
     */
    void sendTo(EventLoop loop, Connection client, String what) {
        if (overflowed) {
            clear();
            if (!loop.unsent().allows(client, droppedBytes)) {
                return;
            }
            loop.unsent().cutForLaneReply(client, what, droppedBytes);
            return;
        }
        loop.sendReplies(); // the client's own earlier ones come first
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            bytes += fill[i];
        }
        if (!client.closed && client.pendingClose == null && !loop.unsent().allows(client, bytes)) {
            clear();
            return;
        }
        boolean leaves = client.closed || client.pendingClose != null;
        for (int i = 0; i < count; i++) {
            if (leaves || fill[i] == 0) {
                account.returnPage(pages[i]);
            } else {
                client.chain().appendPage(pages[i], fill[i]);
            }
        }
        count = 0;
        if (!leaves) {
            loop.unsent().begin(client);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.memory.Account;
import dev.cofferdam.resp.ReplyWriter;
import java.util.Arrays;

/**
 * The reply of a lane's command: pages of the connections account, filled one after the other, then sent to the client.
 *
 * <p>Owns its pages. The lane's while that works, the loop's afterwards. When the account refuses a page the rest of the reply is thrown away and
 * the client is cut: half a reply is worse than none.
 */
final class LaneOutput {
    private final Account account;
    private final int pageBytes;
    private long[] pages = new long[16];
    private int[] fill = new int[16];
    private int count;
    private boolean overflowed;

    LaneOutput(Account account) {
        this.account = account;
        this.pageBytes = account.arena().pageBytes();
    }

    /** Gives the writer its first page; false when there is none. */
    boolean open(ReplyWriter writer) {
        overflowed = false;
        count = 0;
        addPage(writer);
        return count > 0;
    }

    /** The writer's page is full, or the reply is over. */
    void take(ReplyWriter writer) {
        if (!overflowed) {
            fill[count - 1] = writer.writtenBytes();
        }
        addPage(writer);
    }

    private void addPage(ReplyWriter writer) {
        long page = overflowed ? 0 : account.takePage();
        if (page == 0) {
            overflowed = true;
            if (count > 0) {
                // What follows is thrown away: the last page is written over and over.
                writer.attach(pages[count - 1], pageBytes);
            }
            return;
        }
        if (count == pages.length) {
            pages = Arrays.copyOf(pages, count * 2);
            fill = Arrays.copyOf(fill, count * 2);
        }
        pages[count] = page;
        fill[count] = 0;
        count++;
        writer.attach(page, pageBytes);
    }

    void clear() {
        for (int i = 0; i < count; i++) {
            account.returnPage(pages[i]);
        }
        count = 0;
    }

    /** Event loop: sends everything, or cuts the client when the reply did not fit. Each page goes back as soon as its bytes are elsewhere. */
    void sendTo(EventLoop loop, Connection client) {
        if (overflowed) {
            long bytes = (long) count * pageBytes;
            clear();
            loop.unsent().cutForLaneReply(client, bytes);
            return;
        }
        for (int i = 0; i < count; i++) {
            if (client.pendingClose == null && fill[i] > 0) {
                loop.unsent().send(client, pages[i], fill[i]);
            }
            account.returnPage(pages[i]);
        }
        count = 0;
    }
}

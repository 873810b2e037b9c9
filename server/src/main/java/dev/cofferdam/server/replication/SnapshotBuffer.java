// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.replication;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.dump.ByteSink;
import java.util.Arrays;

/**
 * What was written of a snapshot and not taken yet: pages of {@code connections}, first in, first out.
 *
 * <p>Owns its pages; one stays for what comes next. One thread at a time. What always holds: a part of the account is left to everybody else's buffers. What has no room is dropped, and
 * said by {@link #isOverflowed}.
 */
final class SnapshotBuffer implements ByteSink, AutoCloseable {
    /** One part in this many of what connections may use is left to others. */
    private static final int FLOOR_SHARE = 16;

    private final Account account;
    private final int pageBytes;
    private long[] pages = new long[16];
    private int count;
    /** Sent of the first page, and written of the last. */
    private int from;
    private int to;
    private long droppedBytes;

    SnapshotBuffer(Account account) {
        this.account = account;
        this.pageBytes = account.arena().pageBytes();
    }

    boolean isEmpty() {
        return count == 0 || count == 1 && from == to;
    }

    /** Bytes that have not been taken. */
    long bytes() {
        return count == 0 ? 0 : (count - 1L) * pageBytes + to - from;
    }

    /** Has room for something, at least; false when not even one page can be had. */
    boolean isReady() {
        return count > 0 || addPage();
    }

    boolean isOverflowed() {
        return droppedBytes > 0;
    }

    /** Bytes that had no room. */
    long droppedBytes() {
        return droppedBytes;
    }

    @Override
    public void write(long address, long length) {
        long at = address;
        long left = length;
        while (left > 0) {
            if (droppedBytes > 0 || (count == 0 || to == pageBytes) && !addPage()) {
                droppedBytes += left;
                return;
            }
            int part = (int) Math.min(left, pageBytes - to);
            Mem.copy(at, pages[count - 1] + to, part);
            to += part;
            at += part;
            left -= part;
        }
    }

    private boolean addPage() {
        long page = account.reachableBytes() >= pageBytes + account.maxBytes() / FLOOR_SHARE ? account.takePage() : 0;
        if (page == 0) {
            return false;
        }
        if (count == pages.length) {
            pages = Arrays.copyOf(pages, count * 2);
        }
        pages[count++] = page;
        to = 0;
        return true;
    }

    /** Writes as much as the output takes. */
    void drainTo(SnapshotOutput out) {
        int first = 0;
        while (first < count) {
            int end = first == count - 1 ? to : pageBytes;
            int part = (int) Math.clamp(out.roomBytes(), 0, end - from);
            if (part > 0) {
                out.write(pages[first] + from, part);
                from += part;
            }
            if (from < end) {
                break;
            }
            from = 0;
            if (first == count - 1) { // all is taken: this page is written anew
                to = 0;
                break;
            }
            account.returnPage(pages[first++]);
        }
        System.arraycopy(pages, first, pages, 0, count - first);
        count -= first;
    }

    @Override
    public void close() {
        while (count > 0) {
            account.returnPage(pages[--count]);
        }
        from = 0;
        to = 0;
    }
}

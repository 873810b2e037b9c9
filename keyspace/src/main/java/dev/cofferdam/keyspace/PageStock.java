// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Arena;

/**
 * Pages a compartment already owns and has not filled yet: what makes an admitted command unable to run out of memory half-way.
 *
 * <p>Owner thread of the compartment only. The last {@link #CLEANER_PAGES} are for the cleaner, which must be able to copy before it frees; nobody
 * else counts them as spare. Holds at most {@link #LIMIT} pages; more go back to the arena.
 */
final class PageStock {
    /** Pages that only the cleaner may use. */
    static final int CLEANER_PAGES = 2;
    /** Pages kept at most when nobody has asked for more. */
    static final int IDLE_PAGES = CLEANER_PAGES + 2;
    private static final int LIMIT = 1 << 20;

    private final Account account;
    private final int pageBytes;
    private long[] pages = new long[8];
    private int count;

    PageStock(Account account) {
        this.account = account;
        this.pageBytes = account.arena().pageBytes();
    }

    Arena arena() {
        return account.arena();
    }

    Account account() {
        return account;
    }

    int pageBytes() {
        return pageBytes;
    }

    int count() {
        return count;
    }

    /** Bytes that may be used without touching the cleaner's pages. */
    long spareBytes() {
        return Math.max(0, (long) (count - CLEANER_PAGES) * pageBytes);
    }

    /** Takes one more page from the account into the stock; false when it is refused. */
    boolean refill() {
        if (count == LIMIT) {
            return false;
        }
        long page = account.takePage();
        if (page == 0) {
            return false;
        }
        push(page);
        return true;
    }

    private void push(long page) {
        if (count == pages.length) {
            pages = java.util.Arrays.copyOf(pages, count * 2);
        }
        pages[count++] = page;
    }

    /** A page for use. The caller was admitted, or is the cleaner: an empty stock is a broken promise. */
    long take() {
        if (count > CLEANER_PAGES) {
            return pages[--count]; // before what was set aside, which may be just enough for the run it was set aside for
        }
        if (account.heldBytes() >= pageBytes) {
            long page = account.takePage(); // the rest of the stock is the cleaner's
            if (page != 0) {
                return page;
            }
        }
        if (count == 0) {
            long page = account.takePage(); // index growth and the like may still be lucky
            if (page == 0) {
                throw new IllegalStateException("compartment '" + account.name() + "': page stock empty at " + account.usedBytes() + " of "
                        + account.maxBytes() + " bytes: a command used more than it was admitted for");
            }
            return page;
        }
        return pages[--count];
    }

    /** Puts an emptied page back. */
    void giveBack(long page) {
        push(page);
    }

    /** Returns what exceeds {@code keep} pages to the arena. */
    void trimTo(int keep) {
        while (count > keep) {
            account.returnPage(pages[--count]);
        }
    }
}

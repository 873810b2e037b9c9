// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.client;

import org.jspecify.annotations.Nullable;

/**
 * For each key somebody waits for or watches, the clients in order of arrival. Keys are known by their 64-bit hash only: no key bytes are kept,
 * and a collision costs a needless look (blocking) or a transaction tried again (WATCH), never a wrong answer.
 *
 * <p>Owns the heads and tails of the queues: open addressing, linear, at most half full. Event loop only; a lookup allocates nothing.
 */
final class KeyQueues {
    private static final int START_SLOTS = 64;

    private @Nullable KeyLink[] heads = new @Nullable KeyLink[START_SLOTS];
    private @Nullable KeyLink[] tails = new @Nullable KeyLink[START_SLOTS];
    private int links;
    private int used;

    boolean isEmpty() {
        return used == 0;
    }

    /** Keys with a queue. */
    int size() {
        return used;
    }

    /** First of the key's queue, or null. */
    @Nullable
    KeyLink first(long hash) {
        return heads[slotOf(hash)];
    }

    /** Any queue at or after a slot, for walks over all; see {@link #slots}. */
    @Nullable
    KeyLink headAt(int slot) {
        return heads[slot];
    }

    int slots() {
        return heads.length;
    }

    /** All links of all queues. */
    int links() {
        return links;
    }

    /** The key's last link, or null: a client that was just queued for it is there. */
    @Nullable
    KeyLink last(long hash) {
        return tails[slotOf(hash)];
    }

    void append(KeyLink link) {
        links++;
        int slot = slotOf(link.hash);
        KeyLink tail = tails[slot];
        if (tail == null) {
            heads[slot] = link;
            tails[slot] = link;
            used++;
            if (used * 2 > heads.length) {
                grow();
            }
            return;
        }
        tail.next = link;
        link.previous = tail;
        tails[slot] = link;
    }

    void remove(KeyLink link) {
        links--;
        int slot = slotOf(link.hash);
        KeyLink before = link.previous;
        KeyLink after = link.next;
        if (before == null) {
            heads[slot] = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            tails[slot] = before;
        } else {
            after.previous = before;
        }
        link.previous = null;
        link.next = null;
        if (heads[slot] == null) {
            used--;
            closeGap(slot);
        }
    }

    private int slotOf(long hash) {
        int mask = heads.length - 1;
        int slot = home(hash, mask);
        KeyLink head = heads[slot];
        while (head != null && head.hash != hash) {
            slot = slot + 1 & mask;
            head = heads[slot];
        }
        return slot;
    }

    private static int home(long hash, int mask) {
        return (int) (hash ^ hash >>> 32) & mask;
    }

    /** Moves later queues of the same run back, so that lookups need no tombstones. */
    private void closeGap(int emptied) {
        int mask = heads.length - 1;
        int gap = emptied;
        int slot = emptied;
        while (true) {
            slot = slot + 1 & mask;
            KeyLink head = heads[slot];
            if (head == null) {
                return;
            }
            int home = home(head.hash, mask);
            boolean staysBehindGap = gap <= slot ? home > gap && home <= slot : home > gap || home <= slot;
            if (!staysBehindGap) {
                heads[gap] = head;
                tails[gap] = tails[slot];
                heads[slot] = null;
                tails[slot] = null;
                gap = slot;
            }
        }
    }

    private void grow() {
        @Nullable KeyLink[] oldHeads = heads;
        @Nullable KeyLink[] oldTails = tails;
        heads = new @Nullable KeyLink[oldHeads.length * 2];
        tails = new @Nullable KeyLink[oldHeads.length * 2];
        for (int i = 0; i < oldHeads.length; i++) {
            KeyLink head = oldHeads[i];
            if (head != null) {
                int slot = slotOf(head.hash);
                heads[slot] = head;
                tails[slot] = oldTails[i];
            }
        }
    }
}

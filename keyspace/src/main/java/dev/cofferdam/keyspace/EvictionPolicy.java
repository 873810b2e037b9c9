// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/**
 * The decisions of plain eviction, apart from the pages it works on: S3-FIFO (Yang et al., SOSP 2023) with a small queue whose share adapts.
 *
 * <p>Owns the {@link GhostTable} and the share. Owner thread of the compartment only; nothing is allocated on the Java heap. New entries go to the
 * small queue, but those that are missed soon after they were evicted go to the main queue at once. When the oldest page of a queue is emptied, the
 * entries used since they came there stay, as the youngest of the main queue; the rest is dropped. So what is asked for once passes through the
 * small queue without washing out the rest, and no hit moves anything.
 *
 * <p>How large the small queue should be depends on the traffic: small when the popular keys stay the same, large when they change. The share follows
 * the gain at the margin: a miss of an entry lately dropped from the small queue would have been a hit had that queue been a little larger,
 * so the share grows by a little; a miss of one lately dropped from the main queue says the opposite. Both spans are equally long (a bucket of
 * the ghost table), so the share rests where a page more is worth the same in either queue. Climbing by the hit rate itself needs ten times the
 * requests to see through its noise. Simulated: {@code EvictionSimulation}, figures in decisions.md.
 */
final class EvictionPolicy {
    static final int SMALL = 0;
    static final int MAIN = 1;
    /** Uses counted between two visits of eviction. Three and more make the queue forget too slowly when popularity shifts. */
    static final int FREQUENCY_MAX = 2;
    /** Verdict on an entry that is to be dropped. */
    static final int DROP = -1;

    static final double SHARE_MIN = 0.02;
    static final double SHARE_MAX = 0.70;
    private static final double SHARE_START = 0.10;
    /** How much of all entries the share moves by for one telling miss, counted in entries. */
    private static final double STEP_ENTRIES = 16;

    /**
     * When fewer entries of the main queue than this were used, it is turned over before anything returns: a loop larger than the compartment. Then
     * only one in sixteen of the keys that return goes there, always the same ones, and these stay long enough to be found.
     */
    private static final double THRASHING_PERCENT = 2;
    private static final int THRASHING_MASK = 15;
    private static final double KEPT_PAGES = 8;

    private final GhostTable ghosts;
    private double share = SHARE_START;
    private double step;
    /** Of the entries of the main queue's pages emptied lately, those that had been used: a moving average; and the counts of the last page. */
    private double keptPercent = 100;
    private int mainSeen;
    private int mainKept;

    EvictionPolicy(GhostTable ghosts) {
        this.ghosts = ghosts;
    }

    /** The queue a new entry goes to; its key was missing. Asked once per entry, before it is inserted. Starts with frequency 0. */
    int queueFor(long hash) {
        int ghost = ghosts.find(hash);
        if (ghost == GhostTable.UNKNOWN) {
            return SMALL;
        }
        if (ghost == GhostTable.SMALL_LATELY) {
            share = Math.min(SHARE_MAX, share + step);
        } else if (ghost == GhostTable.MAIN_LATELY) {
            share = Math.max(SHARE_MIN, share - step);
        }
        return keptPercent >= THRASHING_PERCENT || (hash >>> 8 & THRASHING_MASK) == 0 ? MAIN : SMALL;
    }

    /** The frequency after one more use. */
    static int used(int frequency) {
        return Math.min(frequency + 1, FREQUENCY_MAX);
    }

    /** The queue whose oldest page is to be emptied next, given the pages of both; main only if it has one to give. */
    int victimQueue(long smallPages, long mainPages) {
        return smallPages > 0 && (mainPages <= 1 || smallPages > Math.max(1, share * (smallPages + mainPages))) ? SMALL : MAIN;
    }

    /** Takes memory for the keys evicted from a compartment with so many entries, if there is any and it is due. */
    void remember(long entries) {
        ghosts.fit(entries);
    }

    /** Begins to empty a page of a compartment with so many entries. */
    void beginPage(long entries) {
        remember(entries);
        step = STEP_ENTRIES / Math.max(STEP_ENTRIES, entries);
        if (mainSeen > 0) {
            keptPercent += (100.0 * mainKept / mainSeen - keptPercent) / KEPT_PAGES;
            mainSeen = 0;
            mainKept = 0;
        }
    }

    /**
     * What becomes of an entry of a page that is emptied.
     *
     * @return its frequency as the youngest of the main queue, or {@link #DROP}, which is noted
     */
    int verdict(int queue, int frequency, long hash) {
        if (queue == MAIN) {
            mainSeen++;
            mainKept += frequency > 0 ? 1 : 0;
        }
        if (frequency > 0) {
            return queue == SMALL ? 0 : frequency - 1;
        }
        if (queue == SMALL) {
            ghosts.droppedFromSmall(hash);
        } else {
            ghosts.droppedFromMain(hash);
        }
        return DROP;
    }

    /** Share of the pages the small queue may have, 0 to 1. */
    double share() {
        return share;
    }

    /** Forgets what was evicted and returns the memory for it. */
    void clear() {
        ghosts.clear();
        share = SHARE_START;
    }

    long ownedBytes() {
        return ghosts.ownedBytes();
    }
}

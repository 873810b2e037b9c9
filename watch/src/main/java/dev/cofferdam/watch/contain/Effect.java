// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import dev.cofferdam.watch.text.Words;

/**
 * What an action did, measured at the target. Immutable; figures of several nodes are summed.
 *
 * @param backAfterMillis until used memory was below the limit again, from the first command on; 0 when it was never full, -1 when it stayed full
 * @param refusedWrites commands answered with OOM while it ran
 * @param removed keys or elements
 * @param stopped why it ended before its end; empty when it did not
 */
public record Effect(long usedBeforeBytes, long usedAfterBytes, long limitBytes, long tookMillis, long backAfterMillis, long refusedWrites,
        long removed, String stopped) {
    static final Effect NONE = new Effect(0, 0, 0, 0, 0, 0, 0, "");

    Effect and(Effect other) {
        return new Effect(usedBeforeBytes + other.usedBeforeBytes, usedAfterBytes + other.usedAfterBytes, limitBytes + other.limitBytes,
                tookMillis + other.tookMillis,
                backAfterMillis < 0 || other.backAfterMillis < 0 ? -1 : Math.max(backAfterMillis, other.backAfterMillis),
                refusedWrites + other.refusedWrites, removed + other.removed, stopped.isEmpty() ? other.stopped : stopped);
    }

    /** One line for people. */
    public String text() {
        String back = backAfterMillis < 0
                ? "; still full"
                : backAfterMillis == 0 ? "" : "; writes were possible again after " + backAfterMillis + " ms";
        String gone = removed == 0 ? "" : Words.count(removed) + " removed; ";
        return gone + "used " + Words.bytes(usedBeforeBytes) + " before, " + Words.bytes(usedAfterBytes) + " after, of "
                + Words.bytes(limitBytes)
                + back + "; took " + tookMillis + " ms" + (stopped.isEmpty() ? "" : "; stopped: " + stopped);
    }
}

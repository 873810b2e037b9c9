// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import dev.cofferdam.keyspace.FullPolicy;

/**
 * One compartment with its budget in bytes. Immutable.
 *
 * @param index number by which rules and the keyspace know it; -1 for those that hold no keys
 * @param reserve as it was written, for messages and for working it out again when maxmemory changes
 */
public record CompartmentPlan(String name, int index, Share reserve, Share max, long reserveBytes, long maxBytes, FullPolicy full) {
    static final int NO_KEYS = -1;

    public boolean holdsKeys() {
        return index != NO_KEYS;
    }

    /** {@code reserve 20% (51.2 MB), max 50% (128.0 MB)}. */
    public String budgetText() {
        return "reserve " + text(reserve, reserveBytes) + ", max " + text(max, maxBytes);
    }

    static String text(Share share, long bytes) {
        return share.isPercent() ? Sizes.readable(bytes) + " (" + share + ")" : Sizes.readable(bytes);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/**
 * What a compartment does when its budget is full. Immutable, any thread.
 *
 * @param evicts whether entries may be dropped to make room; if not, growth is refused
 * @param protectMillis entries used within this time are never dropped; 0 for plain eviction
 * @param sparesPersistent whether keys without a time to live are never dropped: Redis's volatile policies
 */
public record FullPolicy(boolean evicts, long protectMillis, boolean sparesPersistent) {
    /** Refuse what grows; keep what is there. */
    public static final FullPolicy REJECT = new FullPolicy(false, 0, false);
    /** Drop what is least useful. */
    public static final FullPolicy EVICT = new FullPolicy(true, 0, false);
    /** The same, among keys with a time to live only. */
    public static final FullPolicy EVICT_VOLATILE = new FullPolicy(true, 0, true);

    /** Drop what was never used again first, then what was not used for the given time, and nothing else. */
    public static FullPolicy evictProtecting(long millis) {
        return new FullPolicy(true, millis, false);
    }

    /** True when nothing is spared: whatever the compartment holds can be had back at once, so it may borrow what others reserved. */
    public boolean givesBackAtOnce() {
        return evicts && protectMillis == 0 && !sparesPersistent;
    }

    @Override
    public String toString() {
        return !evicts ? "reject" : protectMillis == 0 ? "evict" : "evict protect " + protectMillis / 1000 + "s";
    }
}

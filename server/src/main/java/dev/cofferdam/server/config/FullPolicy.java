// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import java.util.List;

/**
 * What a compartment does when it is full. Immutable.
 *
 * @param protectMillis evicting only: entries used within this time are never evicted; 0 protects none
 */
public record FullPolicy(Kind kind, long protectMillis) {
    /** The choices. */
    public enum Kind {
        /** Refuses what grows. */
        REJECT,
        /** Drops what is used least. */
        EVICT
    }

    public static final FullPolicy REJECT = new FullPolicy(Kind.REJECT, 0);
    public static final FullPolicy EVICT = new FullPolicy(Kind.EVICT, 0);

    public static FullPolicy evictProtecting(long protectMillis) {
        return new FullPolicy(Kind.EVICT, protectMillis);
    }

    public boolean evicts() {
        return kind == Kind.EVICT;
    }

    /** As it would be written in a file. */
    public List<String> words() {
        if (kind == Kind.REJECT) {
            return List.of("reject");
        }
        return protectMillis == 0 ? List.of("evict") : List.of("evict", "protect", Sizes.printMillis(protectMillis));
    }

    @Override
    public String toString() {
        return String.join(" ", words());
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

/** What Redis's eight names for maxmemory-policy mean here. Stateless. */
public final class EvictionNames {
    private EvictionNames() {
    }

    /** The policy that stands behind the name. */
    static FullPolicy policy(String name) {
        return name.equals("noeviction") ? FullPolicy.REJECT : FullPolicy.EVICT;
    }

    /** What INFO and CONFIG GET say for a compartment with that policy. */
    public static String nameOf(FullPolicy policy) {
        return policy.evicts() ? "allkeys-lru" : "noeviction";
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import dev.cofferdam.keyspace.FullPolicy;
import java.util.List;

/** What a compartment does when it is full, in the words of the configuration; and what Redis's eight names for maxmemory-policy mean. Stateless. */
public final class PolicyWords {
    /** Evicts among keys with a time to live only. */
    private static final String VOLATILE = "evict-volatile";

    private PolicyWords() {
    }

    /** Reads the words behind 'full'. */
    static FullPolicy parse(List<String> words) throws InvalidValueException {
        if (words.equals(List.of("reject"))) {
            return FullPolicy.REJECT;
        }
        if (words.equals(List.of(VOLATILE))) {
            return FullPolicy.EVICT_VOLATILE;
        }
        if (words.equals(List.of("evict"))) {
            return FullPolicy.EVICT;
        }
        if (words.size() == 3 && words.getFirst().equals("evict") && words.get(1).equals("protect")) {
            return FullPolicy.evictProtecting(Sizes.parseMillis(words.get(2)));
        }
        if (words.getFirst().equals("spill")) {
            throw new InvalidValueException("'full spill' needs a data directory, which this version does not have; use reject or evict");
        }
        throw new InvalidValueException(
                "'full " + String.join(" ", words)
                        + "' is none of: full reject, full evict, full evict protect <time>, full evict-volatile");
    }

    /** As it would be written in a file. */
    public static List<String> of(FullPolicy policy) {
        if (!policy.evicts()) {
            return List.of("reject");
        }
        if (policy.sparesPersistent()) {
            return List.of(VOLATILE);
        }
        return policy.protectMillis() == 0 ? List.of("evict") : List.of("evict", "protect", Sizes.printMillis(policy.protectMillis()));
    }

    /** The same as one text. */
    public static String text(FullPolicy policy) {
        return String.join(" ", of(policy));
    }

    /** The policy that stands behind one of Redis's names. */
    static FullPolicy named(String redisName) {
        if (redisName.equals("noeviction")) {
            return FullPolicy.REJECT;
        }
        return redisName.startsWith("volatile-") ? FullPolicy.EVICT_VOLATILE : FullPolicy.EVICT;
    }

    /** The name by which a client of Redis knows the policy. */
    public static String redisName(FullPolicy policy) {
        return !policy.evicts() ? "noeviction" : policy.sparesPersistent() ? "volatile-lru" : "allkeys-lru";
    }
}

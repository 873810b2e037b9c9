// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import java.util.List;

/**
 * What an attribution found, at one moment of a climb. Immutable; a later one may know more.
 *
 * @param growthBytes the growth it explains, since the onset
 * @param prefixes what grows most first, at most a few
 * @param writers who writes most first, at most a few; empty when not known
 * @param samples keys looked at
 * @param serverCpuNanos processor time of the target it took, by the target's own count
 * @param caveat a sentence that qualifies the finding; empty for none
 */
public record Attribution(long atMillis, Culprit culprit, long growthBytes, List<PrefixShare> prefixes, List<Writer> writers, long samples,
        long serverCpuNanos, String caveat) {

    /** A finding without reservations. */
    public Attribution(long atMillis, Culprit culprit, long growthBytes, List<PrefixShare> prefixes, List<Writer> writers, long samples,
            long serverCpuNanos) {
        this(atMillis, culprit, growthBytes, prefixes, writers, samples, serverCpuNanos, "");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

/**
 * What grows. One of these; texts are escaped, printable and short enough to show ({@code KeyText}), never a value.
 *
 * <p>Shares are parts of the growth since the onset, 0 to 1; the margin is half the width of their 95 % interval.
 */
public sealed interface Culprit {
    /**
     * Many keys with a common beginning.
     *
     * @param pattern as people write it, {@code cache:report:<uuid>:pdf}
     * @param prefix literal beginning of all those keys, for containment; bytes as ISO-8859-1
     * @param newKeys whether keys were added, rather than existing ones grew
     * @param withoutTtlShare part of the new bytes whose keys never expire; {@link PrefixShare#UNKNOWN} where nobody counted that
     * @param confidence probability that this and no other prefix is the one
     */
    record Prefix(int database, String pattern, String prefix, long growthBytes, double share, double shareMargin, double bytesPerSecond,
            boolean newKeys, double withoutTtlShare, double confidence) implements Culprit {
    }

    /** One key that grows inside: a queue, a stream, a huge value. */
    record Key(int database, String name, String type, long elements, long growthBytes, double share, double bytesPerSecond)
            implements
                Culprit {
    }

    /** Buffers of one client, which sends without end or does not read; {@code kind} is normal, pubsub or replica. */
    record ClientBuffer(long id, String address, String name, String user, String kind, long bufferBytes, double share)
            implements
                Culprit {
    }

    /** Something of the server's own: replication backlog, AOF buffer, scripts, a dictionary that is being resized. */
    record ServerOverhead(String what, long growthBytes, boolean harmless) implements Culprit {
    }

    /** Not known, and why: too early, nothing stands out, no permission to look. */
    record Undecided(String reason) implements Culprit {
    }
}

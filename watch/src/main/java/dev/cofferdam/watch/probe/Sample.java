// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

/**
 * What one look at a target told: levels as they are, counters since the target's start. Immutable; a value that the target does not tell is 0.
 *
 * <p>A compartment of Cofferdam is sampled into the same record, so that one detector serves both.
 *
 * @param atMillis wall clock of the watcher when the reply was there
 * @param usedBytes used_memory less mem_not_counted_for_evict: what the target itself holds against its limit
 * @param limitBytes maxmemory, or the limit the user gave; 0 when there is none
 * @param datasetBytes keys and values
 * @param clientBytes buffers of ordinary and subscribed clients
 * @param replicaBytes buffers of replicas
 * @param keys in all databases
 * @param expiringKeys those of them with a time to live
 * @param refusedWrites commands answered with OOM
 * @param cpuNanos processor time the server has used, user and system
 * @param evicting whether the policy gives up keys when full, so that full alone is no outage
 * @param uptimeSeconds how long the target's process has run; -1 when it does not tell
 * @param promisedBytes filling so much is no climb: what an account of a Cofferdam that is not for keys has of its own for its interpreters and tables; else 0
 */
public record Sample(long atMillis, long usedBytes, long limitBytes, long datasetBytes, long clientBytes, long replicaBytes, long keys,
        long expiringKeys, long refusedWrites, long evictedKeys, long expiredKeys, long hits, long misses, long commands, long cpuNanos,
        boolean evicting, long uptimeSeconds, long promisedBytes) {

    /** Of a target whose every byte counts. */
    public Sample(long atMillis, long usedBytes, long limitBytes, long datasetBytes, long clientBytes, long replicaBytes, long keys,
            long expiringKeys, long refusedWrites, long evictedKeys, long expiredKeys, long hits, long misses, long commands, long cpuNanos,
            boolean evicting, long uptimeSeconds) {
        this(atMillis, usedBytes, limitBytes, datasetBytes, clientBytes, replicaBytes, keys, expiringKeys, refusedWrites, evictedKeys,
                expiredKeys, hits, misses, commands, cpuNanos, evicting, uptimeSeconds, 0);
    }

    /** Of a target that does not tell how long it has run. */
    public Sample(long atMillis, long usedBytes, long limitBytes, long datasetBytes, long clientBytes, long replicaBytes, long keys,
            long expiringKeys, long refusedWrites, long evictedKeys, long expiredKeys, long hits, long misses, long commands, long cpuNanos,
            boolean evicting) {
        this(atMillis, usedBytes, limitBytes, datasetBytes, clientBytes, replicaBytes, keys, expiringKeys, refusedWrites, evictedKeys,
                expiredKeys, hits, misses, commands, cpuNanos, evicting, -1);
    }

    /** What is left until the limit, never negative; {@link Long#MAX_VALUE} without a limit. */
    public long headroomBytes() {
        return limitBytes == 0 ? Long.MAX_VALUE : Math.max(0, limitBytes - usedBytes);
    }
}

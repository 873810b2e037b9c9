// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

import java.util.LinkedHashMap;
import java.util.Map;

/** Makes samples of what a target told. Pure functions. */
final class Samples {
    private static final double NANOS = 1e9;

    private Samples() {
    }

    /** @param givenLimitBytes the limit the user gave, which counts when the target tells none; 0 for none */
    static Sample of(InfoText info, long givenLimitBytes, long atMillis) {
        long keys = 0;
        long expiring = 0;
        for (InfoText.Database database : info.databases()) {
            keys += database.keys();
            expiring += database.expires();
        }
        long limit = info.number("maxmemory");
        String policy = info.get("maxmemory_policy");
        // Dragonfly has a policy by another name: cache mode.
        boolean evicting = !policy.isEmpty() && !policy.equals("noeviction") || info.get("cache_mode").equals("true");
        long used = Math.max(0, info.number("used_memory") - info.number("mem_not_counted_for_evict"));
        // Redis < 4, Dragonfly: no word about what of it is data.
        long dataset = info.has("used_memory_dataset")
                ? info.number("used_memory_dataset")
                : info.has("object_used_memory") ? info.number("object_used_memory") : used;
        return new Sample(atMillis, used, limit > 0 ? limit : givenLimitBytes, dataset, info.number("mem_clients_normal"),
                info.number("mem_clients_slaves"), keys, expiring, info.errors("OOM"), info.number("evicted_keys"),
                info.number("expired_keys"), info.number("keyspace_hits"), info.number("keyspace_misses"),
                info.number("total_commands_processed"), cpuNanos(info), evicting,
                info.has("uptime_in_seconds") ? info.number("uptime_in_seconds") : -1);
    }

    static long cpuNanos(InfoText info) {
        return Math.round((info.real("used_cpu_sys") + info.real("used_cpu_user")) * NANOS);
    }

    /**
     * Each compartment of a Cofferdam as a sample of its own, by name; what is the server's (buffers, processor time, hits) is 0 there.
     *
     * @param text COMPARTMENT INFO without a name
     */
    static Map<String, Sample> ofCompartments(String text, long atMillis) {
        Map<String, Sample> samples = new LinkedHashMap<>();
        for (String block : text.split("(?m)(?=^name:)", -1)) {
            InfoText one = InfoText.parse(block);
            if (one.has("name") && one.has("used_bytes")) {
                long used = one.number("used_bytes");
                long live = one.has("live_bytes") ? one.number("live_bytes") : used;
                String full = one.get("full");
                samples.put(one.get("name"), new Sample(atMillis, used, one.number("max_bytes"), live, 0, 0, one.number("keys"),
                        one.number("expires"), one.number("refused_commands"), one.number("evicted_keys"), one.number("expired_keys"), 0, 0,
                        0,
                        0, full.startsWith("evict"), -1, one.has("keys") ? 0 : one.number("reserve_bytes")));
            }
        }
        return samples;
    }
}

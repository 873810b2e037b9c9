// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.metrics;

import dev.cofferdam.watch.TargetState;
import dev.cofferdam.watch.attribute.PrefixShare;
import dev.cofferdam.watch.probe.InfoText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A target's figures under redis_exporter's names. Stateless. */
final class RedisPoints {
    private static final String OTHER = "other";

    private RedisPoints() {
    }

    /** @param labels those of every point: empty, or {@code target} and its name */
    static void add(Exposition out, TargetState state, List<String> labels) {
        out.add("redis_up", state.reachable() ? 1 : 0, labels);
        if (!state.reachable() || state.info().isEmpty()) {
            return;
        }
        InfoText info = InfoText.parse(state.info());
        for (WatchMetric metric : WatchMetrics.all()) {
            if (!metric.infoField().isEmpty()) {
                out.add(metric.name(), info.figure(metric.infoField()) * metric.scale(), labels);
            }
        }
        out.add("redis_start_time_seconds", Math.rint(state.reading().atMillis() / 1e3 - info.figure("uptime_in_seconds")), labels);
        instance(out, state, info, labels);
        status(out, "redis_rdb_last_bgsave_status", info.get("rdb_last_bgsave_status"), "ok", labels);
        status(out, "redis_master_link_up", info.get("master_link_status"), "up", labels);
        info.each("cmdstat_", (command, parts) -> {
            List<String> with = with(labels, "cmd", command);
            out.add("redis_commands_total", parts.getOrDefault("calls", Double.NaN), with);
            out.add("redis_commands_duration_seconds_total", parts.getOrDefault("usec", Double.NaN) / 1e6, with);
            out.add("redis_commands_rejected_calls_total", parts.getOrDefault("rejected_calls", Double.NaN), with);
            out.add("redis_commands_failed_calls_total", parts.getOrDefault("failed_calls", Double.NaN), with);
        });
        info.each("errorstat_", (error, parts) -> out.add("redis_errors_total", parts.getOrDefault("count", Double.NaN),
                with(labels, "err", error)));
        info.each("db", (number, parts) -> {
            if (parts.containsKey("keys")) {
                List<String> with = with(labels, "db", "db" + number);
                out.add("redis_db_keys", parts.getOrDefault("keys", Double.NaN), with);
                out.add("redis_db_keys_expiring", parts.getOrDefault("expires", Double.NaN), with);
                out.add("redis_db_avg_ttl_seconds", parts.getOrDefault("avg_ttl", Double.NaN) / 1e3, with);
            }
        });
        groups(out, state.prefixes(), labels);
    }

    private static void instance(Exposition out, TargetState state, InfoText info, List<String> labels) {
        List<String> all = new ArrayList<>(labels);
        for (String label : WatchMetrics.INSTANCE.labels()) {
            all.add(label);
            all.add(label.equals("maxmemory_policy") && info.get(label).isEmpty() ? state.policy() : info.get(label));
        }
        out.add("redis_instance_info", 1, all);
    }

    private static void status(Exposition out, String name, String text, String good, List<String> labels) {
        if (!text.isEmpty()) {
            out.add(name, text.equals(good) ? 1 : 0, labels);
        }
    }

    private static void groups(Exposition out, List<PrefixShare> prefixes, List<String> labels) {
        Map<Integer, Integer> groups = new LinkedHashMap<>();
        for (PrefixShare share : prefixes) {
            String database = "db" + share.database();
            String group = share.pattern().toLowerCase(Locale.ROOT).equals(OTHER) ? "overflow" : share.pattern();
            List<String> with = with(with(labels, "db", database), "key_group", group);
            out.add("redis_key_group_count", share.keys(), with);
            out.add("redis_key_group_memory_usage_bytes", share.bytes(), with);
            groups.merge(share.database(), 1, Integer::sum);
        }
        groups.forEach((database, count) -> out.add("redis_number_of_distinct_key_groups", count, with(labels, "db", "db" + database)));
    }

    static List<String> with(List<String> labels, String name, String value) {
        List<String> all = new ArrayList<>(labels);
        all.add(name);
        all.add(value);
        return all;
    }
}

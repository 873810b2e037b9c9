// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.metrics;

import static dev.cofferdam.watch.metrics.WatchMetric.counter;
import static dev.cofferdam.watch.metrics.WatchMetric.gauge;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The table of all metrics. Those that begin with {@code redis_} have the names, labels and units of redis_exporter, whose dashboards and rules thus work
 * unchanged. Stateless.
 */
final class WatchMetrics {
    /** What a server is, in labels. */
    static final WatchMetric INSTANCE = gauge("redis_instance_info", "Always 1; the labels say what the server is.", "role",
            "redis_version", "redis_build_id",
            "redis_mode", "os",
            "maxmemory_policy", "tcp_port", "run_id", "process_id", "master_replid");

    private static final List<WatchMetric> ALL = List.of(
            // The watcher's own.
            gauge("cofferdam_watch_stage", "How sure the detector is: 0 calm, 1 suspect, 2 notify, 3 page.", "target"),
            gauge("cofferdam_target_reachable", "Whether the last look at the target succeeded.", "target"),
            gauge("cofferdam_headroom_bytes", "What is left until the limit; absent without one.", "target"),
            gauge("cofferdam_time_to_full_seconds",
                    "Until the limit at the present rate, with the range that holds in four of five climbs; absent without a climb.",
                    "target", "quantile"),
            gauge("cofferdam_climb_bytes_per_second", "Present rate of the climb; absent without one.", "target"),
            gauge("cofferdam_climb_excess_bytes", "Climb beyond the rate that fills the headroom in half an hour.", "target"),
            gauge("cofferdam_climb_onset_timestamp_seconds", "When the climb began; absent without one.", "target"),
            gauge("cofferdam_prefix_memory_bytes", "What the keys of a prefix hold, estimated; at most 50 prefixes and other.", "target",
                    "db", "prefix"),
            gauge("cofferdam_prefix_keys", "Keys of a prefix, estimated.", "target", "db", "prefix"),
            gauge("cofferdam_prefix_growth_bytes_per_second", "How fast a prefix grows.", "target", "db", "prefix"),
            gauge("cofferdam_prefix_without_ttl_ratio", "Part of a prefix's bytes whose keys never expire.", "target", "db", "prefix"),
            gauge("cofferdam_incident_active", "Whether an incident is on, by its highest stage.", "target", "severity"),
            counter("cofferdam_incidents_total", "Incidents that reached a stage, since the watcher's start.", "severity"),
            counter("cofferdam_containment_actions_total", "Actions on targets.", "action", "outcome"),
            counter("cofferdam_notifications_total", "Messages to people.", "channel", "outcome"),
            counter("cofferdam_observer_server_cpu_seconds_total",
                    "Processor time the watcher has cost a target, by the target's own count.", "target"),
            gauge("cofferdam_console_visitors", "Streams of events that are open."),
            counter("cofferdam_console_slow_readers_total", "Visitors cut off because they did not take their answer in time."),
            counter("cofferdam_console_refused_requests_total", "Requests turned away because too many were being served."),
            counter("cofferdam_metric_points_dropped_total", "Points left out of this text: beyond a bound, or of a name not declared."),
            gauge("cofferdam_build_info", "Always 1; the labels say what runs.", "version"),

            // As redis_exporter has them: worked out.
            gauge("redis_up", "Whether the last look succeeded."),
            gauge("redis_start_time_seconds", "When the server was started."),
            INSTANCE,
            counter("redis_commands_total", "Calls of a command.", "cmd"),
            counter("redis_commands_duration_seconds_total", "Time the calls took.", "cmd"),
            counter("redis_commands_rejected_calls_total", "Calls refused before they ran.", "cmd"),
            counter("redis_commands_failed_calls_total", "Calls that ran and failed.", "cmd"),
            counter("redis_errors_total", "Error replies by their first word.", "err"),
            gauge("redis_db_keys", "Keys of a database.", "db"),
            gauge("redis_db_keys_expiring", "Keys with a time to live.", "db"),
            gauge("redis_db_avg_ttl_seconds", "Mean time to live, as the server estimates it.", "db"),
            gauge("redis_key_group_count", "Keys of a group, estimated from samples: no scan, no Lua.", "db", "key_group"),
            gauge("redis_key_group_memory_usage_bytes", "What a group holds, estimated.", "db", "key_group"),
            gauge("redis_number_of_distinct_key_groups", "Groups seen.", "db"),
            gauge("redis_rdb_last_bgsave_status", "Whether the last background save succeeded."),
            gauge("redis_master_link_up", "Whether a replica's line to its primary is up."),

            // As redis_exporter has them: read from INFO.
            gauge("redis_uptime_in_seconds", "Since the start.").from("uptime_in_seconds"),
            gauge("redis_connected_clients", "Connections of clients.").from("connected_clients"),
            gauge("redis_blocked_clients", "Clients that wait in a blocking command.").from("blocked_clients"),
            gauge("redis_config_maxclients", "Connections there may be.").from("maxclients"),
            gauge("redis_max_clients", "Connections there may be.").from("maxclients"),
            gauge("redis_memory_used_bytes", "Allocated.").from("used_memory"),
            gauge("redis_memory_used_rss_bytes", "Resident.").from("used_memory_rss"),
            gauge("redis_memory_used_peak_bytes", "The most ever allocated.").from("used_memory_peak"),
            gauge("redis_memory_used_overhead_bytes", "All but keys and values.").from("used_memory_overhead"),
            gauge("redis_memory_used_startup_bytes", "At the start.").from("used_memory_startup"),
            gauge("redis_memory_used_dataset_bytes", "Keys and values.").from("used_memory_dataset"),
            gauge("redis_memory_used_lua_bytes", "The script engine.").from("used_memory_lua"),
            gauge("redis_memory_used_scripts_bytes", "Scripts.").from("used_memory_scripts"),
            gauge("redis_memory_max_bytes", "maxmemory; 0 for none.").from("maxmemory"),
            gauge("redis_mem_fragmentation_ratio", "Resident by allocated.").from("mem_fragmentation_ratio"),
            gauge("redis_memory_fragmentation_ratio", "The same, as the mixin's dashboard asks for it.").from("mem_fragmentation_ratio"),
            gauge("redis_mem_fragmentation_bytes", "Resident less allocated.").from("mem_fragmentation_bytes"),
            gauge("redis_mem_clients_normal", "Buffers of clients.").from("mem_clients_normal"),
            gauge("redis_mem_clients_slaves", "Buffers of replicas.").from("mem_clients_slaves"),
            gauge("redis_mem_replication_backlog_bytes", "Replication backlog.").from("mem_replication_backlog"),
            gauge("redis_mem_aof_buffer_bytes", "AOF buffers.").from("mem_aof_buffer"),
            gauge("redis_mem_not_counted_for_eviction_bytes", "Allocated, but not held against maxmemory.")
                .from("mem_not_counted_for_evict"),
            gauge("redis_total_system_memory_bytes", "Memory of the machine.").from("total_system_memory"),
            gauge("redis_lazyfree_pending_objects", "Objects that wait to be freed.").from("lazyfree_pending_objects"),
            gauge("redis_active_defrag_running", "Whether it defragments.").from("active_defrag_running"),
            gauge("redis_loading_dump_file", "Whether it loads its dump.").from("loading"),
            gauge("redis_rdb_changes_since_last_save", "Changes since the last save.").from("rdb_changes_since_last_save"),
            gauge("redis_rdb_bgsave_in_progress", "Whether it saves.").from("rdb_bgsave_in_progress"),
            gauge("redis_rdb_last_save_timestamp_seconds", "When it was last saved.").from("rdb_last_save_time"),
            gauge("redis_aof_enabled", "Whether it writes an AOF.").from("aof_enabled"),
            counter("redis_connections_received_total", "Connections accepted.").from("total_connections_received"),
            counter("redis_commands_processed_total", "Commands.").from("total_commands_processed"),
            counter("redis_rejected_connections_total", "Connections refused at maxclients.").from("rejected_connections"),
            counter("redis_net_input_bytes_total", "Bytes received.").from("total_net_input_bytes"),
            counter("redis_net_output_bytes_total", "Bytes sent.").from("total_net_output_bytes"),
            counter("redis_expired_keys_total", "Keys whose time was over.").from("expired_keys"),
            counter("redis_evicted_keys_total", "Keys dropped to make room.").from("evicted_keys"),
            counter("redis_keyspace_hits_total", "Reads that found their key.").from("keyspace_hits"),
            counter("redis_keyspace_misses_total", "Reads that did not.").from("keyspace_misses"),
            gauge("redis_pubsub_channels", "Channels with subscribers.").from("pubsub_channels"),
            gauge("redis_pubsub_patterns", "Patterns with subscribers.").from("pubsub_patterns"),
            gauge("redis_latest_fork_seconds", "How long the last fork took.").from("latest_fork_usec", 1e-6),
            gauge("redis_connected_slaves", "Replicas.").from("connected_slaves"),
            gauge("redis_master_last_io_seconds_ago", "Since a replica heard of its primary.").from("master_last_io_seconds_ago"),
            gauge("redis_master_repl_offset", "Replication offset.").from("master_repl_offset"),
            counter("redis_cpu_sys_seconds_total", "Processor time in the system.").from("used_cpu_sys"),
            counter("redis_cpu_user_seconds_total", "Processor time of its own.").from("used_cpu_user"));

    private static final Map<String, WatchMetric> BY_NAME = new LinkedHashMap<>();

    static {
        for (WatchMetric metric : ALL) {
            boolean counterByName = metric.name().endsWith("_total");
            if (BY_NAME.put(metric.name(), metric) != null || counterByName != (metric.kind() == WatchMetric.Kind.COUNTER)) {
                throw new IllegalStateException(metric.name() + " is declared twice, or its kind is not what its name says");
            }
        }
    }

    private WatchMetrics() {
    }

    static List<WatchMetric> all() {
        return ALL;
    }

    static Map<String, WatchMetric> byName() {
        return BY_NAME;
    }
}

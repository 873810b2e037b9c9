// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.metrics;

import static dev.cofferdam.server.metrics.Metric.Kind.COUNTER;
import static dev.cofferdam.server.metrics.Metric.Kind.GAUGE;
import static dev.cofferdam.server.metrics.Metric.Kind.TEXT;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.server.acl.AclLimits;
import dev.cofferdam.server.client.Client;
import dev.cofferdam.server.metrics.Metric.Section;
import dev.cofferdam.server.pubsub.Subscriptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Every figure that has one value for the whole server, declared once. Names of INFO are Redis 7.0's, so that tools find what they look for; what this server
 * does not do (disk, replicas, scripts) is answered as by a Redis that never did it.
 *
 * <p>Figures per compartment, database, command and error are in {@link CompartmentMetric} and {@link InfoReport}. Long because it is a table.
 */
public final class Metrics {
    private static final List<Metric> ALL = new ArrayList<>();
    private static Section section = Section.SERVER;

    static {
        server();
        clients();
        memory();
        persistence();
        stats();
        replication();
        processor();
    }

    private Metrics() {
    }

    private static void server() {
        section = Section.SERVER;
        text("redis_version", "The version of Redis whose commands this server follows.", f -> Operations.REDIS_VERSION);
        text("redis_git_sha1", "Constant.", f -> "00000000");
        text("redis_git_dirty", "Constant.", f -> "0");
        text("redis_build_id", "Constant.", f -> "0");
        text("redis_mode", "Constant.", f -> "standalone");
        text("server_name", "The server's own name.", f -> "cofferdam");
        text("cofferdam_version", "The server's own version.", f -> f.operations().version());
        text("os", "Operating system.",
                f -> System.getProperty("os.name") + " " + System.getProperty("os.version") + " " + System.getProperty("os.arch"));
        text("arch_bits", "Constant.", f -> "64");
        text("monotonic_clock", "Constant.", f -> "POSIX clock_gettime");
        text("multiplexing_api", "Constant.", f -> "epoll");
        text("atomicvar_api", "Constant.", f -> "java");
        text("gcc_version", "Constant.", f -> "0.0.0");
        text("java_version", "The Java runtime.", f -> Runtime.version().toString());
        number("process_id", "redis_process_id", GAUGE, "", "Process id.", f -> ProcessHandle.current().pid());
        text("process_supervised", "Constant.", f -> "no");
        text("run_id", "Random name of this run.", f -> f.operations().runId());
        number("tcp_port", "", GAUGE, "", "Port for clients.", f -> f.operations().port());
        number("server_time_usec", "", GAUGE, "microseconds", "Time since 1970.", f -> f.server().nowMillis() * 1000);
        number("uptime_in_seconds", "redis_uptime_in_seconds", GAUGE, "seconds", "Time since the start.", Figures::uptimeSeconds);
        number("uptime_in_days", "", GAUGE, "days", "The same in days.", f -> f.uptimeSeconds() / 86_400);
        text("hz", "Constant: background work is not paced by it.", f -> "10");
        text("configured_hz", "Constant.", f -> "10");
        number("lru_clock", "", GAUGE, "seconds", "Seconds since 1970, the lower 24 bits.", f -> f.server().nowMillis() / 1000 & 0xffffff);
        text("executable", "The program that runs the server.", f -> ProcessHandle.current().info().command().orElse(""));
        text("config_file", "The configuration file, empty when there is none.", f -> f.operations().configFile());
        text("io_threads_active", "Constant.", f -> "0");
    }

    private static void clients() {
        section = Section.CLIENTS;
        number("connected_clients", "redis_connected_clients", GAUGE, "clients", "Connected clients.", f -> f.server().clients().count());
        constant("cluster_connections", "0");
        number("maxclients", "redis_max_clients", GAUGE, "clients", "How many may be connected.", f -> f.server().settings().maxClients());
        number("client_recent_max_input_buffer", "", GAUGE, "bytes", "Longest input buffer of a client.",
                f -> f.longestOfClients(Client::inputBufferBytes));
        number("client_recent_max_output_buffer", "", GAUGE, "bytes", "Longest unsent output of a client.",
                f -> f.longestOfClients(Client::outputBytes));
        number("blocked_clients", "redis_blocked_clients", GAUGE, "clients", "Clients that wait for a key or for the end of CLIENT PAUSE.",
                f -> f.server().waitingClients());
        number("tracking_clients", "redis_tracking_clients", GAUGE, "clients",
                "Clients that keep keys in a cache of their own (CLIENT TRACKING).",
                f -> f.server().tracking().clients());
        constant("clients_in_timeout_table", "0");
        number("tls_clients", "", GAUGE, "clients", "Clients connected by TLS.", Figures::tlsClients);
        number("tls_clients_max", "", GAUGE, "clients", "How many may be: what a third of the Java heap has room for.",
                Figures::tlsClientsMax);
    }

    private static void memory() {
        section = Section.MEMORY;
        sized("used_memory", "redis_memory_used_bytes", "Pages that belong to somebody: what counts against maxmemory.",
                Figures::usedBytes);
        sized("used_memory_rss", "redis_memory_used_rss_bytes", "Resident memory of the process, the Java runtime included.",
                Figures::residentBytes);
        sized("used_memory_peak", "redis_memory_used_peak_bytes", "The most used_memory has been.", Figures::peakBytes);
        text("used_memory_peak_perc", "used_memory in percent of its peak.", f -> Figures.percent(f.usedBytes(), f.peakBytes()));
        number("used_memory_overhead", "redis_memory_used_overhead_bytes", GAUGE, "bytes",
                "used_memory without the data: indexes, spare pages, dead bytes, buffers.",
                f -> f.usedBytes() - f.datasetBytes());
        constant("used_memory_startup", "0");
        number("used_memory_dataset", "redis_memory_used_dataset_bytes", GAUGE, "bytes",
                "Live bytes of keys and values with their headers.", Figures::datasetBytes);
        text("used_memory_dataset_perc", "The same in percent of used_memory.", f -> Figures.percent(f.datasetBytes(), f.usedBytes()));
        number("allocator_allocated", "redis_allocator_allocated_bytes", GAUGE, "bytes", "As used_memory: the arena is the allocator.",
                Figures::usedBytes);
        number("allocator_active", "redis_allocator_active_bytes", GAUGE, "bytes", "Bytes of the arena that have memory behind them.",
                f -> f.server().arena().committedBytes());
        number("allocator_resident", "redis_allocator_resident_bytes", GAUGE, "bytes", "The same.",
                f -> f.server().arena().committedBytes());
        sized("total_system_memory", "redis_total_system_memory_bytes", "Memory of the machine.", f -> f.operations().systemMemoryBytes());
        text("used_memory_lua", "Bytes of all Lua interpreters.", f -> engineBytes(f));
        text("used_memory_vm_eval", "The same: EVAL and functions share them.", f -> engineBytes(f));
        text("used_memory_lua_human", "The same for people.", f -> Figures.human(f.server().scripting().engineBytes()));
        text("used_memory_scripts_eval", "Bytes of the sources of scripts and libraries.",
                f -> Long.toString(f.server().scripting().sourceBytes()));
        number("number_of_cached_scripts", "redis_number_of_cached_scripts", GAUGE, "scripts", "Scripts that EVALSHA finds.",
                f -> f.server().scripting().scriptCount());
        number("number_of_functions", "redis_number_of_functions", GAUGE, "functions", "Functions that FCALL finds.",
                f -> f.server().scripting().functionCount());
        number("number_of_libraries", "redis_number_of_libraries", GAUGE, "libraries", "Libraries of functions.",
                f -> f.server().scripting().libraryCount());
        constant("used_memory_vm_functions", "0");
        text("used_memory_vm_total", "As used_memory_lua.", f -> engineBytes(f));
        text("used_memory_vm_total_human", "The same for people.", f -> Figures.human(f.server().scripting().engineBytes()));
        constant("used_memory_functions", "0");
        sized("used_memory_scripts", "redis_memory_used_scripts_bytes",
                "All that scripts use: interpreters, sources and what they work with.",
                f -> f.server().scripting().account().usedBytes());
        sized("maxmemory", "redis_memory_max_bytes", "The limit: data, connections and machinery together.", Figures::maxBytes);
        text("maxmemory_policy", "noeviction, unless the asking connection belongs to an evicting compartment (COMPARTMENT USE).",
                Figures::policyName);
        text("allocator_frag_ratio", "allocator_active by allocator_allocated.",
                f -> Figures.ratio(f.server().arena().committedBytes(), f.usedBytes()));
        number("allocator_frag_bytes", "", GAUGE, "bytes", "Their difference.", f -> f.server().arena().committedBytes() - f.usedBytes());
        constant("allocator_rss_ratio", "1.00");
        constant("allocator_rss_bytes", "0");
        text("rss_overhead_ratio", "used_memory_rss by allocator_resident.",
                f -> Figures.ratio(f.residentBytes(), f.server().arena().committedBytes()));
        number("rss_overhead_bytes", "", GAUGE, "bytes", "Their difference: the Java runtime.",
                f -> f.residentBytes() - f.server().arena().committedBytes());
        metric("mem_fragmentation_ratio", "redis_mem_fragmentation_ratio", GAUGE, "", "used_memory_rss by used_memory.",
                f -> Figures.ratio(f.residentBytes(), f.usedBytes()));
        number("mem_fragmentation_bytes", "redis_mem_fragmentation_bytes", GAUGE, "bytes", "Their difference.",
                f -> f.residentBytes() - f.usedBytes());
        constant("mem_not_counted_for_evict", "0");
        constant("mem_replication_backlog", "0");
        constant("mem_total_replication_buffers", "0");
        constant("mem_clients_slaves", "0");
        number("mem_clients_normal", "redis_mem_clients_normal", GAUGE, "bytes", "Buffers of clients: the compartment 'connections'.",
                f -> f.server().connections().usedBytes());
        number("mem_replies_taken_over", "cofferdam_replies_taken_over_bytes", GAUGE, "bytes",
                "Large values that are gone or changed while a reply is being sent from them: part of 'connections' until it is read.",
                f -> f.server().statistics().takenOverBytes);
        constant("mem_cluster_links", "0");
        constant("mem_aof_buffer", "0");
        constant("mem_allocator", "arena");
        constant("active_defrag_running", "0");
        number("lazyfree_pending_objects", "redis_lazyfree_pending_objects", GAUGE, "values",
                "Large values that are deleted and not freed yet.",
                f -> f.sum(Compartment::deletedValues));
        number("lazyfreed_objects", "redis_lazyfreed_objects", COUNTER, "values",
                "Values of more than 64 parts that were deleted by themselves and freed, a slice at a time.",
                f -> f.sum(Compartment::freedLargeValues) - f.server().statistics().freedLargeValuesBefore);
    }

    private static void persistence() {
        section = Section.PERSISTENCE;
        for (String name : List.of("loading", "async_loading", "current_cow_peak", "current_cow_size", "current_cow_size_age")) {
            constant(name, "0");
        }
        constant("current_fork_perc", "0.00");
        constant("current_save_keys_processed", "0");
        constant("current_save_keys_total", "0");
        number("rdb_changes_since_last_save", "redis_rdb_changes_since_last_save", COUNTER, "changes",
                "Changes since the start: nothing is ever saved in this version.",
                f -> f.server().statistics().changes);
        constant("rdb_bgsave_in_progress", "0");
        number("rdb_last_save_time", "", GAUGE, "seconds", "Time of the start, since 1970: nothing is ever saved in this version.",
                f -> f.server().startedMillis() / 1000);
        constant("rdb_last_bgsave_status", "ok");
        constant("rdb_last_bgsave_time_sec", "-1");
        constant("rdb_current_bgsave_time_sec", "-1");
        for (String name : List.of("rdb_saves", "rdb_last_cow_size", "rdb_last_load_keys_expired", "rdb_last_load_keys_loaded",
                "aof_enabled", "aof_rewrite_in_progress",
                "aof_rewrite_scheduled")) {
            constant(name, "0");
        }
        constant("aof_last_rewrite_time_sec", "-1");
        constant("aof_current_rewrite_time_sec", "-1");
        constant("aof_last_bgrewrite_status", "ok");
        constant("aof_rewrites", "0");
        constant("aof_rewrites_consecutive_failures", "0");
        constant("aof_last_write_status", "ok");
        constant("aof_last_cow_size", "0");
        constant("module_fork_in_progress", "0");
        constant("module_fork_last_cow_size", "0");
    }

    private static void stats() {
        section = Section.STATS;
        listeners();
        number("total_connections_received", "redis_connections_received_total", COUNTER, "connections", "Connections accepted.",
                f -> f.server().statistics().connectionsReceived);
        number("total_commands_processed", "redis_commands_processed_total", COUNTER, "commands", "Commands executed.",
                f -> f.server().statistics().commandsProcessed);
        number("instantaneous_ops_per_sec", "redis_instantaneous_ops_per_sec", GAUGE, "commands per second",
                "Commands over about the last second.",
                f -> f.operations().commandRate());
        number("total_net_input_bytes", "redis_net_input_bytes_total", COUNTER, "bytes", "Bytes read from clients.",
                f -> f.server().statistics().inputBytes);
        number("total_net_output_bytes", "redis_net_output_bytes_total", COUNTER, "bytes", "Bytes sent to clients.",
                f -> f.server().statistics().outputBytes);
        constant("total_net_repl_input_bytes", "0");
        constant("total_net_repl_output_bytes", "0");
        metric("instantaneous_input_kbps", "", GAUGE, "KB per second", "Bytes read over about the last second.",
                f -> f.operations().inputRate());
        metric("instantaneous_output_kbps", "", GAUGE, "KB per second", "Bytes sent over about the last second.",
                f -> f.operations().outputRate());
        constant("instantaneous_input_repl_kbps", "0.00");
        constant("instantaneous_output_repl_kbps", "0.00");
        number("rejected_connections", "redis_rejected_connections_total", COUNTER, "connections", "Connections over maxclients.",
                f -> f.server().statistics().connectionsRejected);
        number("sync_full", "redis_resyncs_full_total", COUNTER, "files", "Times the whole keyspace was begun to be sent to replicas.",
                f -> f.server().replication().fullSyncs());
        constant("sync_partial_ok", "0");
        constant("sync_partial_err", "0");
        number("expired_keys", "redis_expired_keys_total", COUNTER, "keys", "Keys whose time was over.",
                f -> f.sum(Compartment::expiredKeys) - f.server().statistics().expiredKeysBefore);
        constant("expired_stale_perc", "0.00");
        constant("expired_time_cap_reached_count", "0");
        constant("expire_cycle_cpu_milliseconds", "0");
        number("evicted_keys", "redis_evicted_keys_total", COUNTER, "keys", "Keys dropped by evicting compartments.",
                f -> f.sum(Compartment::evictedKeys) - f.server().statistics().evictedKeysBefore);
        number("evicted_clients", "redis_evicted_clients", COUNTER, "clients",
                "Clients disconnected because all together held more than maxmemory-clients.",
                f -> f.server().statistics().clientsEvicted);
        number("clients_cut_for_output", "cofferdam_clients_cut_for_output_total", COUNTER, "clients",
                "Clients cut because they did not read their replies, or asked for more than their output limit.",
                f -> f.server().statistics().clientsCutForOutput);
        constant("total_eviction_exceeded_time", "0");
        constant("current_eviction_exceeded_time", "0");
        number("keyspace_hits", "redis_keyspace_hits_total", COUNTER, "lookups", "Keys that readers looked for and found.",
                f -> f.server().statistics().keyHits);
        number("keyspace_misses", "redis_keyspace_misses_total", COUNTER, "lookups", "Keys that readers looked for and did not find.",
                f -> f.server().statistics().keyMisses);
        for (String name : List.of("latest_fork_usec", "total_forks",
                "migrate_cached_sockets",
                "slave_expires_tracked_keys", "active_defrag_hits", "active_defrag_misses", "active_defrag_key_hits",
                "active_defrag_key_misses",
                "total_active_defrag_time", "current_active_defrag_time")) {
            constant(name, "0");
        }
        tracking();
        access();
        number("unexpected_error_replies", "", COUNTER, "replies", "Errors that should not have been.",
                f -> f.server().statistics().unexpectedErrorReplies);
        number("total_error_replies", "redis_total_error_replies", COUNTER, "replies", "Error replies.",
                f -> f.server().statistics().errorReplies);
        for (String name : List.of("dump_payload_sanitizations", "total_reads_processed", "total_writes_processed",
                "io_threaded_reads_processed",
                "io_threaded_writes_processed", "reply_buffer_shrinks", "reply_buffer_expands")) {
            constant(name, "0");
        }
        number("lane_commands", "cofferdam_lane_commands_total", COUNTER, "commands",
                "Long commands that ran in the lane of their compartment.",
                f -> f.server().statistics().laneCommands);
        number("loop_turn_max_usec", "cofferdam_loop_turn_max_microseconds", GAUGE, "microseconds",
                "The longest turn of the event loop, in which all clients waited.", f -> f.server().turns().maxMicros());
        text("loop_turn_max_during", "What that turn did, with the microseconds of each.", f -> f.server().turns().maxDuring());
        number("loop_turn_max_cpu_usec", "cofferdam_loop_turn_max_cpu_microseconds", GAUGE, "microseconds",
                "The turn with most processor time: what a turn took beyond that is the machine's or the JVM's doing.",
                f -> f.server().turns().maxCpuMicros());
        text("loop_turn_max_cpu_during", "What that turn did.", f -> f.server().turns().maxCpuDuring());
        number("loop_turns_long", "cofferdam_loop_turns_long_total", COUNTER, "turns", "Turns of 5 ms of processor time and more.",
                f -> f.server().turns().longTurns());
        number("clients_cut_for_input", "cofferdam_clients_cut_for_input_total", COUNTER, "clients",
                "Clients cut because their upload stalled while others waited.",
                f -> f.server().statistics().clientsCutForInput);
        number("upload_waits", "cofferdam_upload_waits_total", COUNTER, "waits", "Times a client waited for memory for its command.",
                f -> f.server().statistics().uploadWaits);
        number("slowlog_entries", "redis_slowlog_length", GAUGE, "entries", "Entries of SLOWLOG.", f -> f.operations().slowLog().size());
    }

    private static void tracking() {
        number("tracking_total_keys", "redis_tracking_total_keys", GAUGE, "keys", "Keys that clients have in caches of their own.",
                f -> f.server().tracking().trackedKeys());
        number("tracking_total_items", "redis_tracking_total_items", GAUGE, "items", "The same, a key once for each of its clients.",
                f -> f.server().tracking().items());
        number("tracking_total_prefixes", "redis_tracking_total_prefixes", GAUGE, "prefixes", "Prefixes that clients want to hear of.",
                f -> f.server().tracking().prefixes());
        number("tracking_memory_bytes", "cofferdam_tracking_memory_bytes", GAUGE, "bytes",
                "Memory of tracked keys and prefixes: part of 'connections'.", f -> f.server().tracking().memory().usedBytes());
        number("tracking_memory_max_bytes", "cofferdam_tracking_memory_max_bytes", GAUGE, "bytes",
                "The most they may take: a quarter of what 'connections' may use. Beyond it keys are dropped and their clients told.",
                f -> f.server().tracking().memory().maxBytes());
    }

    private static void listeners() {
        number("pubsub_channels", "redis_pubsub_channels", GAUGE, "channels", "Channels somebody listens to.",
                f -> f.server().pubsub().of(Subscriptions.CHANNELS).names());
        number("pubsub_patterns", "redis_pubsub_patterns", GAUGE, "patterns", "Patterns somebody listens to.",
                f -> f.server().pubsub().of(Subscriptions.PATTERNS).names());
        number("pubsubshard_channels", "redis_pubsubshard_channels", GAUGE, "channels", "Shard channels somebody listens to.",
                f -> f.server().pubsub().of(Subscriptions.SHARD_CHANNELS).names());
        number("pubsub_memory_bytes", "cofferdam_pubsub_memory_bytes", GAUGE, "bytes",
                "Memory of all subscriptions: part of 'connections'.", f -> f.server().pubsub().memory().usedBytes());
        number("pubsub_memory_max_bytes", "cofferdam_pubsub_memory_max_bytes", GAUGE, "bytes",
                "The most they may take: a quarter of what 'connections' may use. Beyond it SUBSCRIBE is refused.",
                f -> f.server().pubsub().memory().maxBytes());
        number("keyspace_events_dropped", "cofferdam_keyspace_events_dropped_total", COUNTER, "events",
                "Events about keys that were not published because 'connections' had no memory for them.",
                f -> f.server().statistics().keyEventsDropped);
    }

    /** Names of Redis 7.2 where it has them. */
    private static void access() {
        number("tls_handshakes", "", COUNTER, "handshakes", "TLS handshakes that came to an end.",
                f -> f.server().statistics().tlsHandshakes);
        number("tls_handshakes_failed", "", COUNTER, "handshakes", "TLS handshakes that failed; the log says why.",
                f -> f.server().statistics().tlsHandshakesFailed);
        number("acl_access_denied_auth", "redis_acl_access_denied_auth_total", COUNTER, "attempts", "Attempts to log in that failed.",
                f -> f.server().statistics().deniedLogins);
        number("acl_access_denied_cmd", "redis_acl_access_denied_cmd_total", COUNTER, "commands", "Commands their user may not run.",
                f -> f.server().statistics().deniedCommands);
        number("acl_access_denied_key", "redis_acl_access_denied_key_total", COUNTER, "commands", "Commands refused for a key.",
                f -> f.server().statistics().deniedKeys);
        number("acl_access_denied_channel", "redis_acl_access_denied_channel_total", COUNTER, "commands", "Commands refused for a channel.",
                f -> f.server().statistics().deniedChannels);
        number("acl_users", "", GAUGE, "users", "Users there are.", f -> f.server().acl().users().count());
        number("acl_users_max", "", GAUGE, "users", "Users there may be.", f -> AclLimits.USERS_MAX);
        number("acl_rules_bytes", "", GAUGE, "bytes", "About what all users' rules take on the Java heap.",
                f -> f.server().acl().users().rulesBytes());
        number("acl_rules_max_bytes", "", GAUGE, "bytes",
                "What they may take. A user may have 64 passwords, 64 selectors, and 1024 patterns of 1024 bytes.",
                f -> AclLimits.RULES_MAX_BYTES);
        number("acl_log_entries", "", GAUGE, "entries", "Entries of ACL LOG; 1024 at most.", f -> f.server().acl().log().size());
    }

    private static void replication() {
        section = Section.REPLICATION;
        constant("role", "master");
        number("connected_slaves", "redis_connected_slaves", GAUGE, "replicas", "Replicas, those included that are getting their file.",
                f -> f.server().replication().following().size());
        constant("master_failover_state", "no-failover");
        text("master_replid", "As run_id.", f -> f.operations().runId());
        constant("master_replid2", "0".repeat(40));
        number("master_repl_offset", "redis_master_repl_offset", COUNTER, "bytes", "Bytes of the stream that replicas get.",
                f -> f.server().replication().offset());
        constant("second_repl_offset", "-1");
        constant("repl_backlog_active", "0");
        constant("repl_backlog_size", "1048576");
        constant("repl_backlog_first_byte_offset", "0");
        constant("repl_backlog_histlen", "0");
        number("replication_lost_units", "cofferdam_replication_lost_units_total", COUNTER, "units",
                "Commands of which replicas could not be told for want of memory, so that they had to come again.",
                f -> f.server().replication().lostUnits());
    }

    private static void processor() {
        section = Section.CPU;
        seconds("used_cpu_sys", "redis_cpu_sys_seconds_total", "Processor time in the system.", f -> ProcessFigures.systemSeconds());
        seconds("used_cpu_user", "redis_cpu_user_seconds_total", "Processor time of the program.", f -> ProcessFigures.userSeconds());
        seconds("used_cpu_sys_children", "", "Constant.", f -> 0.0);
        seconds("used_cpu_user_children", "", "Constant.", f -> 0.0);
        seconds("used_cpu_sys_main_thread", "", "The same of the event loop alone.", f -> ProcessFigures.threadSystemSeconds());
        seconds("used_cpu_user_main_thread", "", "The same of the event loop alone.", f -> ProcessFigures.threadUserSeconds());
        section = Section.CLUSTER;
        constant("cluster_enabled", "0");
    }

    private static void metric(String name, String prometheus, Metric.Kind kind, String unit, String sentence,
            Function<Figures, String> value) {
        ALL.add(new Metric(section, name, prometheus, kind, unit, sentence, value));
    }

    private static String engineBytes(Figures figures) {
        return Long.toString(figures.server().scripting().engineBytes());
    }

    private static void text(String name, String sentence, Function<Figures, String> value) {
        metric(name, "", TEXT, "", sentence, value);
    }

    private static void constant(String name, String value) {
        metric(name, "", TEXT, "", "Constant: there is no such thing here.", f -> value);
    }

    private static void number(String name, String prometheus, Metric.Kind kind, String unit, String sentence,
            ToLongFunction<Figures> value) {
        metric(name, prometheus, kind, unit, sentence, f -> Long.toString(value.applyAsLong(f)));
    }

    /** A number of bytes and its twin for people. */
    private static void sized(String name, String prometheus, String sentence, ToLongFunction<Figures> value) {
        number(name, prometheus, GAUGE, "bytes", sentence, value);
        text(name + "_human", "The same for people.", f -> Figures.human(value.applyAsLong(f)));
    }

    private static void seconds(String name, String prometheus, String sentence, Function<Figures, Double> value) {
        metric(name, prometheus, COUNTER, "seconds", sentence, f -> String.format(Locale.ROOT, "%.6f", value.apply(f)));
    }

    /** All of them, in the order of INFO. */
    public static List<Metric> all() {
        return List.copyOf(ALL);
    }
}

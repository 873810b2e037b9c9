// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import dev.cofferdam.server.config.Directive.Effect;
import dev.cofferdam.server.config.Directive.Section;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Directives of Redis 7.0 that this server takes and does not act on, so that existing files and tools work.
 *
 * <p>Two kinds. Where ignoring the value harms nobody (there is no fork to tune, deletes are always incremental) any value Redis would take is taken and
 * CONFIG GET gives it back. Where ignoring it would be a lie (persistence, replication, cluster) only the value that asks for nothing is taken; any other
 * is refused with the reason.
 */
final class UnusedDirectives {
    private static final String NO_DISK = "data lives in memory only in this version, nothing is written to disk";
    private static final String NO_REPLICATION = "this version does not replicate";
    private static final String NO_CLUSTER = "this version has no cluster mode";

    /** What Redis does not change at run time either. */
    private static final Set<String> AT_START = Set.of("always-show-logo", "server_cpulist", "bio_cpulist", "bgsave_cpulist",
            "aof_rewrite_cpulist",
            "appenddirname", "appendfilename", "cluster-config-file", "cluster-enabled", "cluster-port", "disable-thp",
            "enable-module-command",
            "io-threads", "io-threads-do-reads", "rdbchecksum", "replicaof", "set-proc-title", "socket-mark-id", "supervised",
            "syslog-enabled",
            "syslog-facility", "syslog-ident");

    /** Redis's own developers' switches: CONFIG GET shows them to those who ask by name only. */
    private static final Set<String> HIDDEN = Set.of("key-load-delay", "rdb-key-save-delay", "loading-process-events-interval-bytes",
            "use-exit-on-panic", "watchdog-period");

    private final Consumer<Directive<?>> table;

    private UnusedDirectives(Consumer<Directive<?>> table) {
        this.table = table;
    }

    static boolean isHidden(Directive<?> directive) {
        return HIDDEN.contains(directive.name());
    }

    static void declareInto(Consumer<Directive<?>> table) {
        UnusedDirectives unused = new UnusedDirectives(table);
        unused.forMemory();
        unused.forValues();
        unused.forDisk();
        unused.forReplication();
        unused.forNetwork();
        unused.forProcess();
    }

    private void forMemory() {
        number("maxmemory-samples", 1, Integer.MAX_VALUE, 5, "eviction does not sample");
        number("maxmemory-eviction-tenacity", 0, 100, 10, "eviction has a fixed step");
        number("lfu-log-factor", 0, Integer.MAX_VALUE, 10, "the frequency counters are of another kind");
        number("lfu-decay-time", 0, Integer.MAX_VALUE, 1, "the frequency counters are of another kind");
        for (String name : List.of("lazyfree-lazy-eviction", "lazyfree-lazy-expire", "lazyfree-lazy-server-del", "lazyfree-lazy-user-del",
                "lazyfree-lazy-user-flush")) {
            yesNo(name, false, "large values are always freed in slices");
        }
        yesNo("activedefrag", false, "the cleaner compacts all the time");
        number("active-defrag-threshold-lower", 0, 1000, 10, "the cleaner compacts all the time");
        number("active-defrag-threshold-upper", 0, 1000, 100, "the cleaner compacts all the time");
        number("active-defrag-cycle-min", 1, 99, 1, "the cleaner compacts all the time");
        number("active-defrag-cycle-max", 1, 99, 25, "the cleaner compacts all the time");
        number("active-defrag-max-scan-fields", 1, Long.MAX_VALUE, 1000, "the cleaner compacts all the time");
        bytes("active-defrag-ignore-bytes", 100L << 20, "the cleaner compacts all the time");
        yesNo("activerehashing", true, "the index grows a segment at a time and never rehashes");
        yesNo("jemalloc-bg-thread", true, "there is no jemalloc");
        number("active-expire-effort", 1, 10, 1, "expiry runs by a timing wheel");
    }

    private void forValues() {
        number("list-max-listpack-size", "list-max-ziplist-size", Integer.MIN_VALUE, Integer.MAX_VALUE, -2,
                "compact lists have a limit of their own");
        number("list-compress-depth", 0, Integer.MAX_VALUE, 0, "lists are not compressed");
    }

    private void forDisk() {
        harmless("appendonly", ValueTypes.YES_NO, "no", NO_DISK);
        choice("appendfsync", "everysec", NO_DISK, "everysec", "always", "no");
        text("appendfilename", "appendonly.aof", NO_DISK);
        text("appenddirname", "appendonlydir", NO_DISK);
        text("dbfilename", "dump.rdb", NO_DISK);
        text("dir", ".", NO_DISK);
        yesNo("no-appendfsync-on-rewrite", false, NO_DISK);
        number("auto-aof-rewrite-percentage", 0, Integer.MAX_VALUE, 100, NO_DISK);
        bytes("auto-aof-rewrite-min-size", 64L << 20, NO_DISK);
        yesNo("aof-disable-auto-gc", false, NO_DISK);
        yesNo("aof-load-truncated", true, NO_DISK);
        yesNo("aof-use-rdb-preamble", true, NO_DISK);
        yesNo("aof-timestamp-enabled", false, NO_DISK);
        yesNo("aof-rewrite-incremental-fsync", true, NO_DISK);
        yesNo("rdb-save-incremental-fsync", true, NO_DISK);
        yesNo("rdbcompression", true, NO_DISK);
        yesNo("rdbchecksum", true, NO_DISK);
        yesNo("rdb-del-sync-files", false, NO_DISK);
        yesNo("stop-writes-on-bgsave-error", true, NO_DISK);
        number("key-load-delay", Integer.MIN_VALUE, Integer.MAX_VALUE, 0, NO_DISK);
        number("rdb-key-save-delay", Integer.MIN_VALUE, Integer.MAX_VALUE, 0, NO_DISK);
        bytes("loading-process-events-interval-bytes", 2L << 20, NO_DISK);
        choice("sanitize-dump-payload", "no", NO_DISK, "no", "yes", "clients");
    }

    private void forReplication() {
        text("masterauth", "", NO_REPLICATION);
        text("masteruser", "", NO_REPLICATION);
        harmless("replicaof", "slaveof", ValueTypes.LIST, "", NO_REPLICATION);
        bytes("repl-backlog-size", 1L << 20, NO_REPLICATION);
        number("repl-backlog-ttl", 0, Long.MAX_VALUE, 3600, NO_REPLICATION);
        yesNo("repl-disable-tcp-nodelay", false, NO_REPLICATION);
        yesNo("repl-diskless-sync", true, NO_REPLICATION);
        number("repl-diskless-sync-delay", 0, Integer.MAX_VALUE, 5, NO_REPLICATION);
        number("repl-diskless-sync-max-replicas", 0, Integer.MAX_VALUE, 0, NO_REPLICATION);
        choice("repl-diskless-load", "disabled", NO_REPLICATION, "disabled", "on-empty-db", "swapdb");
        text("replica-announce-ip", "slave-announce-ip", "", NO_REPLICATION);
        number("replica-announce-port", "slave-announce-port", 0, 65535, 0, NO_REPLICATION);
        yesNo("replica-announced", true, NO_REPLICATION);
        yesNo("replica-ignore-disk-write-errors", false, NO_REPLICATION);
        yesNo("replica-ignore-maxmemory", "slave-ignore-maxmemory", true, NO_REPLICATION);
        yesNo("replica-lazy-flush", "slave-lazy-flush", false, NO_REPLICATION);
        number("replica-priority", "slave-priority", 0, Integer.MAX_VALUE, 100, NO_REPLICATION);
        yesNo("replica-read-only", "slave-read-only", true, NO_REPLICATION);
        yesNo("replica-serve-stale-data", "slave-serve-stale-data", true, NO_REPLICATION);
        number("min-replicas-max-lag", "min-slaves-max-lag", 0, Integer.MAX_VALUE, 10, NO_REPLICATION);
        choice("propagation-error-behavior", "ignore", NO_REPLICATION, "ignore", "panic", "panic-on-replicas");
        harmless("cluster-enabled", ValueTypes.YES_NO, "no", NO_CLUSTER);
        text("cluster-config-file", "nodes.conf", NO_CLUSTER);
        number("cluster-node-timeout", 0, Long.MAX_VALUE, 15000, NO_CLUSTER);
        yesNo("cluster-require-full-coverage", true, NO_CLUSTER);
        yesNo("cluster-allow-pubsubshard-when-down", true, NO_CLUSTER);
        yesNo("cluster-allow-reads-when-down", false, NO_CLUSTER);
        yesNo("cluster-allow-replica-migration", true, NO_CLUSTER);
        number("cluster-announce-bus-port", 0, 65535, 0, NO_CLUSTER);
        number("cluster-announce-port", 0, 65535, 0, NO_CLUSTER);
        number("cluster-announce-tls-port", 0, 65535, 0, NO_CLUSTER);
        text("cluster-announce-hostname", "", NO_CLUSTER);
        text("cluster-announce-ip", "", NO_CLUSTER);
        bytes("cluster-link-sendbuf-limit", 0, NO_CLUSTER);
        number("cluster-migration-barrier", 0, Integer.MAX_VALUE, 1, NO_CLUSTER);
        number("cluster-port", 0, 65535, 0, NO_CLUSTER);
        choice("cluster-preferred-endpoint-type", "ip", NO_CLUSTER, "ip", "hostname", "unknown-endpoint");
        yesNo("cluster-replica-no-failover", "cluster-slave-no-failover", false, NO_CLUSTER);
        number("cluster-replica-validity-factor", "cluster-slave-validity-factor", 0, Integer.MAX_VALUE, 10, NO_CLUSTER);
    }

    private void forNetwork() {
        text("bind-source-addr", "", "the server opens no connections");
        number("socket-mark-id", 0, 4294967295L, 0, "sockets are not marked");
        number("io-threads", 1, 128, 1, "one event loop and lanes for long commands do the work");
        yesNo("io-threads-do-reads", false, "one event loop and lanes for long commands do the work");
    }

    private void forProcess() {
        text("supervised", "no", "systemd's Type=simple or exec fits: the launcher's pid is the server's");
        number("hz", 0, Integer.MAX_VALUE, 10, "background work is paced by what there is to do");
        yesNo("dynamic-hz", true, "background work is paced by what there is to do");
        yesNo("always-show-logo", false, "there is no logo");
        yesNo("set-proc-title", true, "a Java process keeps its title");
        text("proc-title-template", "{title} {listen-addr} {server-mode}", "a Java process keeps its title");
        yesNo("syslog-enabled", false, "the log goes to logfile or standard output");
        text("syslog-ident", "redis", "the log goes to logfile or standard output");
        text("syslog-facility", "local0", "the log goes to logfile or standard output");
        yesNo("crash-log-enabled", true, "the Java runtime writes hs_err files");
        yesNo("crash-memcheck-enabled", true, "the Java runtime writes hs_err files");
        yesNo("use-exit-on-panic", false, "the Java runtime writes hs_err files");
        number("watchdog-period", 0, Integer.MAX_VALUE, 0, "long turns of the loop are logged: long-turn-log");
        yesNo("disable-thp", true, "the arena never asks for huge pages");
        choice("oom-score-adj", "no", "the score is left as the system has it", "no", "yes", "relative", "absolute");
        list("oom-score-adj-values", List.of("0", "200", "800"), "the score is left as the system has it");
        number("shutdown-timeout", 0, Integer.MAX_VALUE, 10, "there are no replicas to wait for");
        text("shutdown-on-sigint", "default", "there is nothing to save");
        text("shutdown-on-sigterm", "default", "there is nothing to save");
        choice("enable-module-command", "no", "there are no modules", "no", "local", "yes");
        for (String name : List.of("server_cpulist", "bio_cpulist", "bgsave_cpulist", "aof_rewrite_cpulist")) {
            text(name, "", "use taskset");
        }
        text("ignore-warnings", "", "there are no such warnings");
    }

    private void yesNo(String name, boolean value, String why) {
        yesNo(name, null, value, why);
    }

    private void yesNo(String name, @Nullable String formerName, boolean value, String why) {
        put(name, formerName, ValueTypes.YES_NO, value, why);
    }

    private void number(String name, long min, long max, long value, String why) {
        number(name, null, min, max, value, why);
    }

    private void number(String name, @Nullable String formerName, long min, long max, long value, String why) {
        put(name, formerName, ValueTypes.integer(min, max, ""), value, why);
    }

    private void bytes(String name, long value, String why) {
        put(name, null, ValueTypes.bytes(0, Long.MAX_VALUE), value, why);
    }

    private void text(String name, String value, String why) {
        text(name, null, value, why);
    }

    private void text(String name, @Nullable String formerName, String value, String why) {
        put(name, formerName, ValueTypes.TEXT, value, why);
    }

    private void choice(String name, String value, String why, String... choices) {
        put(name, null, ValueTypes.choice(choices), value, why);
    }

    private void list(String name, List<String> value, String why) {
        put(name, null, ValueTypes.LIST, value, why);
    }

    private <T> void harmless(String name, ValueType<T> type, String value, String why) {
        harmless(name, null, type, value, why);
    }

    /** Takes no value but the one that asks for nothing. */
    private <T> void harmless(String name, @Nullable String formerName, ValueType<T> type, String value, String why) {
        try {
            put(name, formerName, ValueTypes.only(type, value, why), type.parse(List.of(value)), why);
        } catch (InvalidValueException e) {
            throw new IllegalStateException("directive '" + name + "': its default is refused: " + e.reason(), e);
        }
    }

    private <T> void put(String name, @Nullable String formerName, ValueType<T> type, T value, String why) {
        table.accept(new Directive<>(name, formerName, Section.UNUSED, type, value, !AT_START.contains(name), Effect.NONE,
                "No effect: " + why + ".", ""));
    }
}

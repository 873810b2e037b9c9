// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
    @TempDir Path folder;

    @Test
    void withoutAnythingTheDefaultsHold() throws ConfigException {
        Configuration configuration = load();
        assertThat(configuration.number(Directives.PORT)).isEqualTo(6379);
        assertThat(configuration.get(Directives.BIND)).containsExactly("127.0.0.1", "-::1");
        assertThat(configuration.number(Directives.MAXMEMORY)).isBetween(8L << 20, 1L << 30);
        assertThat(configuration.plan().compartments()).extracting(CompartmentPlan::name).containsExactly("sessions", "jobs", "cache",
                "default");
    }

    @Test
    void theCommandLineStandsOverTheFile() throws Exception {
        Path file = file("port 7000", "maxmemory 64mb", "# a comment", "", "  timeout 5  ");
        Configuration configuration = load(file.toString(), "--port", "7001", "--bind", "127.0.0.1", "::1", "--requirepass", "a b");
        assertThat(configuration.number(Directives.PORT)).isEqualTo(7001);
        assertThat(configuration.number(Directives.TIMEOUT)).isEqualTo(5);
        assertThat(configuration.get(Directives.BIND)).containsExactly("127.0.0.1", "::1");
        assertThat(configuration.get(Directives.REQUIREPASS)).isEqualTo("a b");
        assertThat(configuration.file()).isEqualTo(file);
    }

    @Test
    void whatHasNoEffectIsTakenFromWhoNamesIt() throws Exception {
        assertThatThrownBy(() -> load("--appendonly", "yes")).isInstanceOf(ConfigException.class);
        // The permission counts wherever it stands.
        Configuration configuration = load("--appendonly", "yes", "--accept-without-effect", "appendonly");
        assertThat(configuration.matching(List.of("appendonly"))).containsEntry("appendonly", "yes");
        assertThat(configuration.set(List.of("appendonly", "no", "replicaof", "there 6379"))).contains("'replicaof'");
        assertThat(configuration.set(List.of("appendonly", "no"))).isNull();
        assertThat(configuration.set(List.of("appendonly", "perhaps"))).contains("argument must be 'yes' or 'no'");
    }

    @Test
    void aDashAtTheEndAddsStandardInputToTheFile() throws Exception {
        Path file = file("port 7000", "timeout 5");
        Configuration configuration = ConfigLoader.load(CommandLine.of(List.of(file.toString(), "--timeout", "9", "-")),
                MemoryLimit.ofThisMachine(), new ByteArrayInputStream("port 7003\n".getBytes(StandardCharsets.US_ASCII)));
        assertThat(configuration.number(Directives.PORT)).isEqualTo(7003);
        assertThat(configuration.number(Directives.TIMEOUT)).isEqualTo(9);
    }

    @Test
    void anOptionInOneArgumentAndTheFileOnStandardInputAreUnderstood() throws ConfigException {
        Configuration configuration = ConfigLoader.load(CommandLine.of(List.of("-", "--port 7002", "--save")), MemoryLimit.ofThisMachine(),
                new ByteArrayInputStream("timeout 9\n".getBytes(StandardCharsets.US_ASCII)));
        assertThat(configuration.number(Directives.PORT)).isEqualTo(7002);
        assertThat(configuration.number(Directives.TIMEOUT)).isEqualTo(9);
    }

    @Test
    void includesAreReadInPlaceAndLaterLinesWin() throws Exception {
        Files.writeString(folder.resolve("other.conf"), "timeout 5\nport 7003\n");
        Path file = file("port 7000", "include other.conf", "timeout 6");
        Configuration configuration = load(file.toString());
        assertThat(configuration.number(Directives.PORT)).isEqualTo(7003);
        assertThat(configuration.number(Directives.TIMEOUT)).isEqualTo(6);
    }

    @Test
    void linesOfTheOutputLimitAddUp() throws Exception {
        Path file = file("client-output-buffer-limit normal 1mb 512kb 10", "client-output-buffer-limit pubsub 2mb 1mb 20");
        OutputLimits limits = load(file.toString()).get(Directives.CLIENT_OUTPUT_BUFFER_LIMIT);
        assertThat(limits.normal()).isEqualTo(new OutputLimits.Limit(1 << 20, 512 << 10, 10));
        assertThat(limits.pubsub()).isEqualTo(new OutputLimits.Limit(2 << 20, 1 << 20, 20));
        assertThat(limits.replica()).isEqualTo(OutputLimits.DEFAULT.replica());
    }

    @Test
    void everyProblemIsReportedWithItsPlace() throws Exception {
        Path file = file("maxmemry 64mb", "port", "port abc", "port 99999", "maxmemory 1xb", "requirepass \"abc", "appendonly yes",
                "user", "zzzzzzzzzzz 1",
                "maxmemory-policy lru", "timeout 1 2", "tls-auth-clients maybe", "include nowhere.conf", "include");
        assertThat(problems(file.toString())).containsExactly(
                file + ":6: the quotes do not balance: requirepass \"abc",
                file + ":13: can't open config file '" + folder.resolve("nowhere.conf") + "': no such file",
                file + ":14: 'include' takes one file, not 0",
                file + ":1: unknown directive 'maxmemry'; did you mean 'maxmemory'?",
                file + ":2: port: wrong number of arguments; it takes port from 0 to 65535",
                file + ":3: port abc: argument couldn't be parsed into an integer",
                file + ":4: port 99999: argument must be between 0 and 65535 inclusive",
                file + ":5: maxmemory 1xb: argument must be a memory value",
                file + ":7: appendonly yes: only 'no' is possible here: data lives in memory only in this version, nothing is written to disk",
                file + ":8: user: a name and rules must follow",
                file + ":9: unknown directive 'zzzzzzzzzzz'; docs/reference/configuration.md lists them all",
                file + ":10: maxmemory-policy lru: argument(s) must be one of the following: volatile-lru, volatile-lfu, volatile-random, volatile-ttl, allkeys-lru, "
                        + "allkeys-lfu, allkeys-random, noeviction",
                file + ":11: timeout 1 2: wrong number of arguments",
                file + ":12: tls-auth-clients maybe: argument(s) must be one of the following: no, yes, optional");
    }

    @Test
    void aBadCommandLineIsReportedToo() {
        assertThat(problems("--prot", "7000")).containsExactly("command line: unknown directive 'prot'; did you mean 'port'?");
        assertThat(problems("--port")).containsExactly("command line: port: wrong number of arguments; it takes port from 0 to 65535");
        assertThat(problems("a.conf")).containsExactly("can't open config file 'a.conf': no such file");
        ConfigException e = catchThrowableOfType(ConfigException.class, () -> CommandLine.of(List.of("-p", "7000")));
        assertThat(e.problems()).containsExactly("command line: '-p' belongs to no directive; write [file] --directive value ...",
                "command line: '7000' belongs to no directive; write [file] --directive value ...");
    }

    @Test
    void filesThatIncludeEachOtherAreReported() throws Exception {
        Path file = file("include cofferdam.conf");
        assertThat(problems(file.toString())).containsExactly(file + ":1: files include each other more than 16 deep; is there a circle?");
    }

    @Test
    void bytesThatAreNoTextSurvive() throws Exception {
        Path file = folder.resolve("cofferdam.conf");
        Files.write(file, "requirepass \"\\xff\\x00\"\ncompartment a keys \u00fc*\n".getBytes(StandardCharsets.UTF_8));
        Configuration configuration = load(file.toString());
        assertThat(configuration.get(Directives.REQUIREPASS)).isEqualTo("\u00ff\u0000");
        assertThat(String.valueOf(configuration.plan().rules().rules().getFirst().pattern())).isEqualTo("\u00c3\u00bc*");
    }

    @Test
    void theDefaultFileSaysNothingButTheDefaults() throws Exception {
        Path file = folder.resolve("cofferdam.conf");
        Files.writeString(file, ConfigReference.file());
        Configuration written = load(file.toString());
        Configuration defaults = load();
        for (Directive<?> directive : Directives.all()) {
            assertThat(written.get(directive)).as(directive.name()).isEqualTo(defaults.get(directive));
        }
        assertThat(written.plan().compartments()).isEqualTo(defaults.plan().compartments());
    }

    @Test
    void everyNameOfRedis7IsKnownOrRefusedWithAReason() {
        List<String> unknown = new ArrayList<>();
        for (String name : REDIS_7_0_NAMES.split(" ")) {
            Directive<?> directive = Directives.find(name);
            if (directive == null && problems("--" + name, "1").getFirst().contains("unknown directive")) {
                unknown.add(name);
            }
        }
        assertThat(unknown).isEmpty();
    }

    /** What CONFIG GET * of redis-server 7.0.15 lists. */
    private static final String REDIS_7_0_NAMES = "acl-pubsub-default aclfile acllog-max-len active-defrag-cycle-max active-defrag-cycle-min active-defrag-ignore-bytes "
            + "active-defrag-max-scan-fields active-defrag-threshold-lower active-defrag-threshold-upper active-expire-effort activedefrag "
            + "activerehashing always-show-logo aof-disable-auto-gc aof-load-truncated aof-rewrite-incremental-fsync aof-timestamp-enabled "
            + "aof-use-rdb-preamble aof_rewrite_cpulist appenddirname appendfilename appendfsync appendonly auto-aof-rewrite-min-size "
            + "auto-aof-rewrite-percentage bgsave_cpulist bind bind-source-addr bio_cpulist busy-reply-threshold client-output-buffer-limit "
            + "client-query-buffer-limit cluster-allow-pubsubshard-when-down cluster-allow-reads-when-down cluster-allow-replica-migration "
            + "cluster-announce-bus-port cluster-announce-hostname cluster-announce-ip cluster-announce-port cluster-announce-tls-port "
            + "cluster-config-file cluster-enabled cluster-link-sendbuf-limit cluster-migration-barrier cluster-node-timeout cluster-port "
            + "cluster-preferred-endpoint-type cluster-replica-no-failover cluster-replica-validity-factor cluster-require-full-coverage "
            + "cluster-slave-no-failover cluster-slave-validity-factor crash-log-enabled crash-memcheck-enabled daemonize databases dbfilename "
            + "dir disable-thp dynamic-hz enable-debug-command enable-module-command enable-protected-configs hash-max-listpack-entries "
            + "hash-max-listpack-value hash-max-ziplist-entries hash-max-ziplist-value hll-sparse-max-bytes hz ignore-warnings io-threads "
            + "io-threads-do-reads jemalloc-bg-thread latency-monitor-threshold latency-tracking latency-tracking-info-percentiles "
            + "lazyfree-lazy-eviction lazyfree-lazy-expire lazyfree-lazy-server-del lazyfree-lazy-user-del lazyfree-lazy-user-flush "
            + "lfu-decay-time lfu-log-factor list-compress-depth list-max-listpack-size list-max-ziplist-size logfile loglevel lua-time-limit "
            + "masterauth masteruser maxclients maxmemory maxmemory-clients maxmemory-eviction-tenacity maxmemory-policy maxmemory-samples "
            + "min-replicas-max-lag min-replicas-to-write min-slaves-max-lag min-slaves-to-write no-appendfsync-on-rewrite "
            + "notify-keyspace-events oom-score-adj oom-score-adj-values pidfile port proc-title-template propagation-error-behavior "
            + "protected-mode proto-max-bulk-len rdb-del-sync-files rdb-save-incremental-fsync rdbchecksum rdbcompression repl-backlog-size "
            + "repl-backlog-ttl repl-disable-tcp-nodelay repl-diskless-load repl-diskless-sync repl-diskless-sync-delay "
            + "repl-diskless-sync-max-replicas repl-ping-replica-period repl-ping-slave-period repl-timeout replica-announce-ip "
            + "replica-announce-port replica-announced replica-ignore-disk-write-errors replica-ignore-maxmemory replica-lazy-flush "
            + "replica-priority replica-read-only replica-serve-stale-data replicaof requirepass sanitize-dump-payload save server_cpulist "
            + "set-max-intset-entries set-proc-title shutdown-on-sigint shutdown-on-sigterm shutdown-timeout slave-announce-ip "
            + "slave-announce-port slave-ignore-maxmemory slave-lazy-flush slave-priority slave-read-only slave-serve-stale-data slaveof "
            + "slowlog-log-slower-than slowlog-max-len socket-mark-id stop-writes-on-bgsave-error stream-node-max-bytes stream-node-max-entries "
            + "supervised syslog-enabled syslog-facility syslog-ident tcp-backlog tcp-keepalive timeout tls-auth-clients tls-ca-cert-dir "
            + "tls-ca-cert-file tls-cert-file tls-ciphers tls-ciphersuites tls-client-cert-file tls-client-key-file tls-client-key-file-pass "
            + "tls-cluster tls-dh-params-file tls-key-file tls-key-file-pass tls-port tls-prefer-server-ciphers tls-protocols tls-replication "
            + "tls-session-cache-size tls-session-cache-timeout tls-session-caching tracking-table-max-keys unixsocket unixsocketperm "
            + "zset-max-listpack-entries zset-max-listpack-value zset-max-ziplist-entries zset-max-ziplist-value";

    private List<String> problems(String... arguments) {
        ConfigException e = catchThrowableOfType(ConfigException.class, () -> load(arguments));
        return e == null ? List.of("no problem") : e.problems();
    }

    private static Configuration load(String... arguments) throws ConfigException {
        return ConfigLoader.load(CommandLine.of(List.of(arguments)), MemoryLimit.ofThisMachine());
    }

    private Path file(String... lines) throws IOException {
        return Files.writeString(folder.resolve("cofferdam.conf"), String.join("\n", lines) + "\n");
    }
}

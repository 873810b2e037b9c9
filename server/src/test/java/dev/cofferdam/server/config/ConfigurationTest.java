// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
    @TempDir Path folder;
    private final Configuration configuration;

    ConfigurationTest() throws ConfigException {
        configuration = load("--maxmemory", "100mb");
    }

    @Test
    void getTakesGlobsInAnyCaseAndSeveralOfThem() {
        assertThat(get("maxmemory")).containsExactly(Map.entry("maxmemory", "104857600"));
        assertThat(get("TIMEOUT")).containsExactly(Map.entry("TIMEOUT", "0"));
        assertThat(get("time*", "timeout", "port")).containsExactly(Map.entry("timeout", "0"), Map.entry("port", "6379"));
        assertThat(get("hash-max-*")).containsKeys("hash-max-listpack-entries", "hash-max-ziplist-entries", "hash-max-listpack-value",
                "hash-max-ziplist-value");
        assertThat(get("[st]ave", "por?")).containsKeys("save", "port");
        assertThat(get("nothing*")).isEmpty();
        assertThat(get("client-output-buffer-limit")).containsValue("normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60");
    }

    @Test
    void setRefusesInRedissWords() {
        assertThat(set("foo", "bar")).isEqualTo("ERR Unknown option or number of arguments for CONFIG SET - 'foo'");
        assertThat(set("maxmemory", "1mb", "foo", "bar")).isEqualTo("ERR Unknown option or number of arguments for CONFIG SET - 'foo'");
        assertThat(set("databases", "3"))
            .isEqualTo("ERR CONFIG SET failed (possibly related to argument 'databases') - can't set immutable config");
        assertThat(set("timeout", "10", "TIMEOUT", "20"))
            .isEqualTo("ERR CONFIG SET failed (possibly related to argument 'TIMEOUT') - duplicate parameter");
        assertThat(set("maxmemory", "abc"))
            .isEqualTo("ERR CONFIG SET failed (possibly related to argument 'maxmemory') - argument must be a memory value");
        assertThat(set("timeout", "-1")).isEqualTo(
                "ERR CONFIG SET failed (possibly related to argument 'timeout') - argument must be between 0 and 2147483647 inclusive");
        assertThat(set("timeout", "1.5"))
            .isEqualTo("ERR CONFIG SET failed (possibly related to argument 'timeout') - argument couldn't be parsed into an integer");
        assertThat(set("protected-mode", "maybe"))
            .isEqualTo("ERR CONFIG SET failed (possibly related to argument 'protected-mode') - argument must be 'yes' or 'no'");
        assertThat(set("loglevel", "loud")).isEqualTo(
                "ERR CONFIG SET failed (possibly related to argument 'loglevel') - argument(s) must be one of the following: debug, verbose, notice, warning");
        assertThat(set("proto-max-bulk-len", "1kb")).isEqualTo(
                "ERR CONFIG SET failed (possibly related to argument 'proto-max-bulk-len') - argument must be between 1048576 and 9223372036854775807 inclusive");
        assertThat(set("client-output-buffer-limit", "foo 1 2 3"))
            .isEqualTo("ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - "
                    + "Invalid client class specified in buffer limit configuration.");
        assertThat(set("client-output-buffer-limit", "normal 1 2"))
            .isEqualTo("ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - "
                    + "Wrong number of arguments in buffer limit configuration.");
        assertThat(set("client-output-buffer-limit", "normal a 2 3"))
            .isEqualTo("ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - "
                    + "Error in hard, soft or soft_seconds setting in buffer limit configuration.");
        assertThat(set("maxmemory-policy", "allkeys-lru"))
            .startsWith("ERR CONFIG SET failed (possibly related to argument 'maxmemory-policy') - each compartment has");
        assertThat(set("maxmemory-policy", "noeviction")).isNull();
        assertThat(set("appendonly", "yes")).contains("only 'no' is possible here: data lives in memory only");
    }

    /** A tool that sets all it has read knows which of Redis's it has to leave out, and none of ours. */
    @Test
    void oursThatOnlyCountAtTheStartMayBeSetToWhatTheyAre() {
        Set<String> immutableInRedis = Set.of("tcp-backlog", "unixsocket", "unixsocketperm", "databases", "daemonize", "pidfile",
                "supervised", "always-show-logo", "set-proc-title", "logfile", "syslog-enabled", "syslog-ident", "syslog-facility",
                "aclfile", "cluster-enabled", "cluster-config-file", "cluster-port", "rdbchecksum", "appendfilename", "appenddirname",
                "io-threads", "io-threads-do-reads", "server_cpulist", "bio_cpulist", "aof_rewrite_cpulist", "bgsave_cpulist",
                "disable-thp", "replicaof", "enable-protected-configs", "enable-debug-command", "enable-module-command", "dbfilename",
                "socket-mark-id",
                "dir");
        for (Directive<?> directive : Directives.all()) {
            if (!immutableInRedis.contains(directive.name()) && get(directive.name()).containsKey(directive.name())) {
                assertThat(set(directive.name(), get(directive.name()).get(directive.name()))).as(directive.name()).isNull();
            }
        }
    }

    @Test
    void setOfSeveralIsAllOrNothing() {
        assertThat(set("timeout", "5", "tcp-keepalive", "x")).contains("'tcp-keepalive'");
        assertThat(configuration.number(Directives.TIMEOUT)).isZero();
        assertThat(set("timeout", "5", "tcp-keepalive", "60")).isNull();
        assertThat(configuration.number(Directives.TIMEOUT)).isEqualTo(5);
        assertThat(get("tcp-keepalive")).containsValue("60");
    }

    @Test
    void whenOneWhoMustApplyRefusesAllIsPutBack() {
        List<Long> seen = new ArrayList<>();
        configuration.whenChanged(Directives.TIMEOUT, seen::add);
        configuration.whenChanged(Directives.MAXCLIENTS, value -> {
            if (value > 100) {
                throw new InvalidValueException("too many");
            }
        });
        assertThat(set("timeout", "5", "maxclients", "50")).isNull();
        assertThat(set("timeout", "7", "maxclients", "101"))
            .isEqualTo("ERR CONFIG SET failed (possibly related to argument 'maxclients') - too many");
        assertThat(seen).containsExactly(5L, 7L, 5L);
        assertThat(configuration.number(Directives.TIMEOUT)).isEqualTo(5);
        assertThat(configuration.number(Directives.MAXCLIENTS)).isEqualTo(50);
    }

    @Test
    void whatBelongsTogetherCountsOnceAllOfItIsSetOrNotAtAll() {
        List<String> seen = new ArrayList<>();
        configuration.whenAnyChanges(Set.of(TlsDirectives.CERT_FILE, TlsDirectives.KEY_FILE), new Configuration.GroupApplier() {
            @Override
            public void apply(Set<Directive<?>> changed) throws InvalidValueException {
                String both = configuration.get(TlsDirectives.CERT_FILE) + " " + configuration.get(TlsDirectives.KEY_FILE);
                if (both.contains("bad")) {
                    throw new InvalidValueException("they do not fit");
                }
                seen.add(changed.size() + " " + both);
            }

            @Override
            public void undo() {
                seen.add("undo " + configuration.get(TlsDirectives.CERT_FILE));
            }
        });
        configuration.whenPlanChanges(plan -> {
            throw new InvalidValueException("no new plan");
        });
        assertThat(set("tls-cert-file", "a", "timeout", "7", "tls-key-file", "b")).isNull();
        assertThat(set("timeout", "8", "tls-key-file", "bad"))
            .isEqualTo("ERR CONFIG SET failed (possibly related to argument 'tls-key-file') - they do not fit");
        assertThat(configuration.number(Directives.TIMEOUT)).isEqualTo(7);
        assertThat(get("tls-key-file")).containsValue("b");
        assertThat(set("tls-cert-file", "c", "maxmemory", "90mb")).contains("no new plan");
        assertThat(get("tls-cert-file")).containsValue("a");
        assertThat(seen).containsExactly("2 a b", "1 c b", "undo a");
    }

    @Test
    void oneClassOfTheOutputLimitChangesAlone() {
        assertThat(set("client-output-buffer-limit", "normal 1mb 2kb 100")).isNull();
        assertThat(get("client-output-buffer-limit"))
            .containsValue("normal 1048576 2048 100 slave 268435456 67108864 60 pubsub 33554432 8388608 60");
        assertThat(set("client-output-buffer-limit", "slave 1 2 3")).isNull();
        assertThat(get("client-output-buffer-limit")).containsValue("normal 1048576 2048 100 slave 1 2 3 pubsub 33554432 8388608 60");
    }

    @Test
    void budgetsFollowMaxmemoryAndACompartmentsOwnChange() {
        List<Long> jobs = new ArrayList<>();
        configuration.whenPlanChanges(plan -> jobs.add(plan.compartments().get(1).maxBytes() >> 20));
        assertThat(set("maxmemory", "200mb")).isNull();
        assertThat(configuration.setCompartment("jobs", List.of("max", "60mb"))).isNull();
        assertThat(jobs).containsExactly(100L, 60L);
        assertThat(set("maxmemory", "50mb"))
            .isEqualTo("ERR CONFIG SET failed (possibly related to argument 'maxmemory') - compartment 'jobs': max 60.0 MB is more than "
                    + "maxmemory, 50.0 MB; lower it or raise maxmemory");
        assertThat(configuration.number(Directives.MAXMEMORY)).isEqualTo(200L << 20);
        assertThat(jobs).containsExactly(100L, 60L);
    }

    @Test
    void developersSwitchesAreShownToThoseWhoKnowTheirNames() {
        assertThat(get("key-load-delay")).containsExactly(Map.entry("key-load-delay", "0"));
        assertThat(get("*")).doesNotContainKey("key-load-delay").containsKey("maxmemory");
    }

    @Test
    void withoutCompartmentsALowerMaxmemoryIsACeilingOverTheSameBudgets() throws Exception {
        Configuration plain = load("--maxmemory", "100mb", "--compartments", "off");
        BudgetPlan atStart = plain.plan();
        assertThat(atStart.ceilingBytes()).isZero();
        for (String lower : List.of("99mb", "9mb", "1")) {
            assertThat(plain.set(List.of("maxmemory", lower))).isNull();
            assertThat(plain.plan().ceilingBytes()).isEqualTo(plain.plan().maxMemoryBytes()).isEqualTo(plain.number(Directives.MAXMEMORY));
            assertThat(plain.plan().arenaBytes()).isEqualTo(100L << 20);
            assertThat(plain.plan().compartments()).isEqualTo(atStart.compartments());
            assertThat(plain.plan().connections()).isEqualTo(atStart.connections());
            assertThat(plain.plan().isFrozen()).isFalse();
        }
        assertThat(plain.set(List.of("maxmemory", "100mb"))).isNull();
        assertThat(plain.plan().ceilingBytes()).isZero();
    }

    @Test
    void aCompartmentsBadChangeIsRefused() {
        assertThat(configuration.setCompartment("nowhere", List.of("max", "1mb")))
            .isEqualTo("no compartment 'nowhere'; see COMPARTMENT LIST");
        assertThat(configuration.setCompartment("jobs", List.of("keys", "a:*")))
            .startsWith("COMPARTMENT SET takes one option and its value");
        assertThat(configuration.setCompartment("jobs", List.of("reserve", "80%")))
            .startsWith("compartment 'jobs': reserve 80.0 MB (80%) is more than its max");
        assertThat(configuration.setCompartment("cache", List.of("reserve", "80%")))
            .startsWith("the reserves do not fit into maxmemory: ");
        assertThat(configuration.plan().compartments().get(2).reserveBytes()).isEqualTo(10L << 20);
    }

    @Test
    void rewriteNeedsAFile() {
        assertThat(ConfigRewriter.rewrite(configuration)).isEqualTo("ERR The server is running without a config file");
    }

    @Test
    void rewriteKeepsCommentsAndWhatIsStillTrue() throws Exception {
        Path file = folder.resolve("cofferdam.conf");
        Files.writeString(file, """
                # my server
                port   7000

                # why five
                timeout 5
                timeout 6
                maxmemory 100mb
                compartment geo keys geo:* "a b*" reserve 1mb full evict
                # the end
                """);
        Configuration loaded = load(file.toString(), "--requirepass", "a b");
        assertThat(loaded.set(List.of("timeout", "9", "maxclients", "77", "tcp-keepalive", "300"))).isNull();
        assertThat(loaded.setCompartment("geo", List.of("full", "evict", "protect", "5m"))).isNull();
        assertThat(loaded.setCompartment("jobs", List.of("max", "60%"))).isNull();
        assertThat(ConfigRewriter.rewrite(loaded)).isNull();
        assertThat(file).hasContent("""
                # my server
                port   7000

                # why five
                timeout 9
                maxmemory 100mb
                compartment geo keys geo:* "a b*" reserve 1mb full evict protect 5m
                # the end

                # Written by CONFIG REWRITE
                requirepass "a b"
                maxclients 77
                compartment jobs max 60%
                """);
        assertThat(ConfigRewriter.rewrite(loaded)).as("a second time").isNull();
        Configuration again = load(file.toString());
        assertThat(again.number(Directives.MAXCLIENTS)).isEqualTo(77);
        assertThat(again.plan().compartments()).isEqualTo(loaded.plan().compartments());
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
    }

    private Map<String, String> get(String... patterns) {
        return configuration.matching(List.of(patterns));
    }

    private String set(String... pairs) {
        return configuration.set(List.of(pairs));
    }

    private static Configuration load(String... arguments) throws ConfigException {
        return ConfigLoader.load(CommandLine.of(List.of(arguments)), MemoryLimit.ofThisMachine());
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StringValues;
import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.ServerOptions;
import dev.cofferdam.server.command.CommandHarness;
import dev.cofferdam.server.config.CommandLine;
import dev.cofferdam.server.config.ConfigException;
import dev.cofferdam.server.config.ConfigLoader;
import dev.cofferdam.server.config.Configuration;
import dev.cofferdam.server.config.MemoryLimit;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The commands about the server, on a server of 64 MB with the preset compartments. Texts of errors as redis-server 7.0.15 gives them. */
class AdminCommandsTest {
    private final CommandHarness harness;

    AdminCommandsTest() throws ConfigException {
        Configuration configuration = ConfigLoader.load(CommandLine.of(List.of("--maxmemory", "64mb", "--enable-debug-command", "yes")),
                MemoryLimit.ofThisMachine());
        harness = new CommandHarness(ServerOptions.of(configuration, 42));
        harness.server.operations().configure(configuration);
    }

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void infoHasRedissSectionsAndFields() {
        String info = harness.run("INFO");
        assertThat(info).contains("# Server\r\nredis_version:7.0.15\r\n", "# Clients\r\n", "# Memory\r\n", "# Persistence\r\nloading:0\r\n",
                "# Stats\r\n",
                "# Replication\r\nrole:master\r\n", "# CPU\r\n", "# Modules\r\n", "# Errorstats\r\n", "# Cluster\r\ncluster_enabled:0\r\n",
                "# Keyspace\r\n",
                "maxmemory:67108864\r\nmaxmemory_human:64.00M\r\nmaxmemory_policy:noeviction\r\n", "# Compartments\r\nsessions:used=");
        assertThat(info).doesNotContain("# Commandstats");
        assertThat(harness.run("INFO", "COMMANDSTATS"))
            .matches("(?s)\\$\\d+\r\n# Commandstats\r\ncmdstat_info:calls=1,usec=\\d+,usec_per_call=\\d+\\.\\d\\d,"
                    + "rejected_calls=0,failed_calls=0\r\n\r\n");
        assertThat(harness.run("INFO", "nosuch")).isEqualTo("$0\r\n\r\n");
        harness.run("HELLO");
        assertThat(harness.run("INFO", "server", "KEYSPACE")).contains("# Server", "# Keyspace").doesNotContain("# Clients");
    }

    @Test
    void infoCountsKeysOfDatabasesAndCompartments() {
        create("sess:1", 0);
        create("cache:1", 0);
        create("user:1", 3);
        assertThat(harness.run("INFO", "keyspace")).contains("db0:keys=2,expires=0,avg_ttl=0\r\ndb3:keys=1,expires=0,avg_ttl=0\r\n");
        assertThat(harness.run("INFO", "compartments")).containsPattern("sessions:used=\\d+,.*,keys=1,.*,full=evict protect 30m\r\n")
            .containsPattern("jobs:used=\\d+,.*,keys=0,.*,full=reject\r\n")
            .containsPattern("connections:used=\\d+,reserve=5368709,max=16777216,");
        assertThat(harness.run("DBSIZE")).isEqualTo(":2\r\n");
    }

    @Test
    void errorsAreCountedByTheirFirstWord() {
        harness.run("CONFIG", "SET", "foo", "bar");
        harness.run("NOSUCH");
        assertThat(harness.run("INFO", "errorstats")).contains("errorstat_ERR:count=2");
        assertThat(harness.run("CONFIG", "RESETSTAT")).isEqualTo("+OK\r\n");
        assertThat(harness.run("INFO", "errorstats")).doesNotContain("errorstat_ERR");
    }

    @Test
    void configGetAndSet() {
        assertThat(harness.run("CONFIG", "GET", "maxmemory", "timeout"))
            .isEqualTo("*4\r\n$9\r\nmaxmemory\r\n$8\r\n67108864\r\n$7\r\ntimeout\r\n$1\r\n0\r\n");
        assertThat(harness.run("CONFIG", "SET", "timeout", "5", "maxclients", "7")).isEqualTo("+OK\r\n");
        assertThat(harness.server.settings().idleTimeoutSeconds()).isEqualTo(5);
        assertThat(harness.server.settings().maxClients()).isEqualTo(7);
        assertThat(harness.run("CONFIG", "SET", "timeout")).isEqualTo("-ERR wrong number of arguments for 'config|set' command\r\n");
        assertThat(harness.run("CONFIG", "SET", "timeout", "5", "x"))
            .isEqualTo("-ERR wrong number of arguments for 'config|set' command\r\n");
        assertThat(harness.run("CONFIG", "SET", "timeout", "x")).isEqualTo(
                "-ERR CONFIG SET failed (possibly related to argument 'timeout') - argument couldn't be parsed into an integer\r\n");
        assertThat(harness.run("CONFIG", "REWRITE")).isEqualTo("-ERR The server is running without a config file\r\n");
        assertThat(harness.run("CONFIG", "NOSUCH")).isEqualTo("-ERR unknown subcommand 'NOSUCH'. Try CONFIG HELP.\r\n");
    }

    @Test
    void maxmemoryShrinksAndGrowsBackButNotBeyondTheStart() {
        assertThat(harness.run("CONFIG", "SET", "maxmemory", "32mb")).isEqualTo("+OK\r\n");
        assertThat(harness.server.arena().maxBytes()).isEqualTo(32 << 20);
        assertThat(account("jobs").maxBytes()).isEqualTo(16 << 20);
        assertThat(harness.run("INFO", "memory")).contains("maxmemory:33554432\r\n");
        assertThat(harness.run("CONFIG", "SET", "maxmemory", "64mb")).isEqualTo("+OK\r\n");
        assertThat(account("jobs").maxBytes()).isEqualTo(32 << 20);
        assertThat(harness.run("CONFIG", "SET", "maxmemory", "65mb"))
            .isEqualTo("-ERR CONFIG SET failed (possibly related to argument 'maxmemory') - "
                    + "the arena was opened with 64.0 MB; it can shrink and grow back to that while running, more needs a restart\r\n");
        assertThat(account("jobs").maxBytes()).isEqualTo(32 << 20);
    }

    @Test
    void aCompartmentIsListedShownUsedAndSet() {
        assertThat(harness.run("COMPARTMENT", "LIST")).isEqualTo(
                "*7\r\n$8\r\nsessions\r\n$4\r\njobs\r\n$5\r\ncache\r\n$7\r\ndefault\r\n$11\r\nconnections\r\n$7\r\nscripts\r\n$9\r\nmachinery\r\n");
        assertThat(harness.run("COMPARTMENT", "OF", "sess:1")).isEqualTo("$8\r\nsessions\r\n");
        assertThat(harness.run("COMPARTMENT", "OF", "anything")).isEqualTo("$7\r\ndefault\r\n");
        assertThat(harness.run("COMPARTMENT", "INFO", "jobs")).contains("name:jobs\r\n", "max_bytes:33554432\r\nmax_human:32.0 MB\r\n",
                "full:reject\r\n", "rule:queue:*\r\n");
        assertThat(harness.run("COMPARTMENT", "INFO", "connections")).contains("name:connections\r\n");
        assertThat(harness.run("COMPARTMENT", "INFO", "nosuch")).isEqualTo("-ERR no compartment 'nosuch'; see COMPARTMENT LIST\r\n");
        assertThat(harness.run("COMPARTMENT", "USE", "nosuch")).isEqualTo("-ERR no compartment 'nosuch'; see COMPARTMENT LIST\r\n");
        assertThat(harness.run("COMPARTMENT", "SET", "jobs", "max", "20mb")).isEqualTo("+OK\r\n");
        assertThat(account("jobs").maxBytes()).isEqualTo(20 << 20);
        assertThat(harness.run("COMPARTMENT", "SET", "jobs", "full", "evict", "protect", "5m")).isEqualTo("+OK\r\n");
        assertThat(account("jobs").givesBack()).as("what is protected cannot be given back at once").isFalse();
        assertThat(harness.run("COMPARTMENT", "SET", "jobs", "full", "evict")).isEqualTo("+OK\r\n");
        assertThat(account("jobs").givesBack()).isTrue();
        assertThat(harness.run("COMPARTMENT", "SET", "jobs", "full", "reject")).isEqualTo("+OK\r\n");
        assertThat(account("jobs").givesBack()).isFalse();
        assertThat(harness.run("COMPARTMENT", "SET", "jobs", "max", "lots")).isEqualTo(
                "-ERR COMPARTMENT SET failed - compartment 'jobs': 'lots' is neither a size, as 64mb, nor a percentage of maxmemory, as 20%\r\n");
        assertThat(harness.run("COMPARTMENT", "SET", "nosuch", "max", "1mb"))
            .isEqualTo("-ERR COMPARTMENT SET failed - no compartment 'nosuch'; see COMPARTMENT LIST\r\n");
    }

    @Test
    void oneCompartmentIsFlushedAndTheOthersKeepTheirKeys() {
        harness.run("SET", "sess:1", "a");
        harness.run("RPUSH", "jobs:1", "a");
        harness.run("SELECT", "2");
        harness.run("RPUSH", "jobs:2", "a");
        harness.run("SELECT", "0");
        assertThat(harness.run("COMPARTMENT", "FLUSH", "nosuch")).isEqualTo("-ERR no compartment 'nosuch'; see COMPARTMENT LIST\r\n");
        assertThat(harness.run("COMPARTMENT", "FLUSH", "jobs")).isEqualTo("+OK\r\n");
        assertThat(harness.run("EXISTS", "jobs:1", "sess:1")).isEqualTo(":1\r\n");
        assertThat(harness.run("INFO", "keyspace")).contains("db0:keys=1,").doesNotContain("db2");
        assertThat(harness.run("DEBUG", "AUDIT")).isEqualTo("+OK\r\n");
    }

    @Test
    void prefixesWithMostBytesAreListed() {
        assertThat(harness.run("COMPARTMENT", "PREFIXES", "nosuch")).isEqualTo("-ERR no compartment 'nosuch'; see COMPARTMENT LIST\r\n");
        assertThat(harness.run("COMPARTMENT", "PREFIXES", "jobs", "x")).isEqualTo("-ERR value is not an integer or out of range\r\n");
        assertThat(harness.run("COMPARTMENT", "PREFIXES", "jobs", "0")).isEqualTo("*0\r\n");
    }

    @Test
    void theEvictionPolicyIsNoneUnlessTheConnectionBelongsToAnEvictingCompartment() {
        assertThat(harness.run("CONFIG", "GET", "maxmemory-policy")).endsWith("$10\r\nnoeviction\r\n");
        assertThat(harness.run("COMPARTMENT", "USE", "cache")).isEqualTo("+OK\r\n");
        assertThat(harness.run("CONFIG", "GET", "maxmemory-policy")).endsWith("$11\r\nallkeys-lru\r\n");
        assertThat(harness.run("INFO", "memory")).contains("maxmemory_policy:allkeys-lru\r\n");
        assertThat(harness.run("COMPARTMENT", "USE", "jobs")).isEqualTo("+OK\r\n");
        assertThat(harness.run("INFO", "memory")).contains("maxmemory_policy:noeviction\r\n");
    }

    @Test
    void aBudgetUnderTheUseIsTakenAndSaid() {
        Account jobs = account("jobs");
        while (jobs.usedBytes() < 28 << 20) {
            create("jobs:" + jobs.usedBytes() + ":" + harness.server.keyspace().keyCount(0), 0, 4000);
        }
        assertThat(harness.run("COMPARTMENT", "SET", "jobs", "max", "16mb")).matches(
                "\\+OK\\. Compartment 'jobs' is 1\\d\\.\\d MB over its max: what grows is refused until it is below\r\n");
        assertThat(jobs.takePage()).isZero();
        assertThat(harness.run("MEMORY", "DOCTOR")).contains("'jobs' is 1", " over its max, which was lowered");
    }

    @Test
    void commandsDescribeThemselvesAsRedisDoes() {
        assertThat(harness.run("COMMAND", "INFO", "dbsize"))
            .isEqualTo("*1\r\n*10\r\n$6\r\ndbsize\r\n:1\r\n*2\r\n+readonly\r\n+fast\r\n:0\r\n:0\r\n:0\r\n*3\r\n"
                    + "+@keyspace\r\n+@read\r\n+@fast\r\n*2\r\n$25\r\nrequest_policy:all_shards\r\n$23\r\nresponse_policy:agg_sum\r\n*0\r\n*0\r\n");
        assertThat(harness.run("COMMAND", "INFO", "nosuch")).isEqualTo("*1\r\n*-1\r\n");
        assertThat(harness.run("COMMAND", "COUNT")).matches(":\\d+\r\n");
        assertThat(harness.run("COMMAND", "DOCS", "dbsize")).startsWith("*2\r\n$6\r\ndbsize\r\n*8\r\n$7\r\nsummary\r\n");
        assertThat(harness.run("COMMAND", "GETKEYS", "WATCH", "a", "b")).isEqualTo("*2\r\n$1\r\na\r\n$1\r\nb\r\n");
        assertThat(harness.run("COMMAND", "GETKEYSANDFLAGS", "MEMORY", "USAGE", "a")).isEqualTo("*1\r\n*2\r\n$1\r\na\r\n*1\r\n+RO\r\n");
        assertThat(harness.run("COMMAND", "GETKEYS", "dbsize", "a")).isEqualTo("-ERR The command has no key arguments\r\n");
        assertThat(harness.run("COMMAND", "GETKEYS", "nosuch", "a")).isEqualTo("-ERR Invalid command specified\r\n");
        assertThat(harness.run("COMMAND", "GETKEYS", "memory", "usage"))
            .isEqualTo("-ERR Invalid number of arguments specified for command\r\n");
        assertThat(harness.run("COMMAND", "LIST", "FILTERBY", "PATTERN", "db*")).isEqualTo("*1\r\n$6\r\ndbsize\r\n");
        assertThat(harness.run("COMMAND", "LIST", "FILTERBY", "foo", "x")).isEqualTo("-ERR syntax error\r\n");
        assertThat(harness.run("COMMAND")).startsWith("*").contains("$11\r\ncompartment\r\n");
    }

    @Test
    void slowCommandsAreKept() {
        assertThat(harness.run("CONFIG", "SET", "slowlog-log-slower-than", "0", "slowlog-max-len", "2")).isEqualTo("+OK\r\n");
        harness.run("DBSIZE");
        harness.run("COMPARTMENT", "OF", "k".repeat(200));
        String entries = harness.run("SLOWLOG", "GET");
        assertThat(entries).startsWith("*2\r\n*6\r\n:2\r\n:1700000000\r\n:0\r\n*3\r\n$11\r\nCOMPARTMENT\r\n$2\r\nOF\r\n$147\r\n"
                + "k".repeat(128) + "... (72 more bytes)\r\n");
        assertThat(harness.run("SLOWLOG", "LEN")).isEqualTo(":2\r\n");
        assertThat(harness.run("SLOWLOG", "GET", "-2")).isEqualTo("-ERR count should be greater than or equal to -1\r\n");
        assertThat(harness.run("CONFIG", "SET", "slowlog-log-slower-than", "-1")).isEqualTo("+OK\r\n");
        assertThat(harness.run("SLOWLOG", "RESET")).isEqualTo("+OK\r\n");
        assertThat(harness.run("SLOWLOG", "GET")).isEqualTo("*0\r\n");
    }

    @Test
    void memoryOfAKey() {
        create("user:1", 0, 100);
        assertThat(harness.run("MEMORY", "USAGE", "user:1")).matches(":1[1-9]\\d\r\n");
        assertThat(harness.run("MEMORY", "USAGE", "nokey")).isEqualTo("$-1\r\n");
        assertThat(harness.run("MEMORY", "USAGE", "user:1", "SAMPLES", "-1")).isEqualTo("-ERR syntax error\r\n");
        assertThat(harness.run("MEMORY", "USAGE", "user:1", "foo")).isEqualTo("-ERR syntax error\r\n");
        assertThat(harness.run("MEMORY", "STATS")).contains("total.allocated", "compartment.sessions");
        assertThat(harness.run("MEMORY", "DOCTOR")).contains("No compartment is above 90 %");
    }

    @Test
    void theRest() {
        assertThat(harness.run("TIME")).isEqualTo("*2\r\n$10\r\n1700000000\r\n$1\r\n0\r\n");
        assertThat(harness.run("ROLE")).isEqualTo("*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n");
        assertThat(harness.run("LASTSAVE")).isEqualTo(":1700000000\r\n");
        assertThat(harness.run("LATENCY", "LATEST")).isEqualTo("*0\r\n");
        assertThat(harness.run("LATENCY", "HISTOGRAM", "time")).startsWith("*2\r\n$4\r\ntime\r\n*4\r\n$5\r\ncalls\r\n:1\r\n");
        assertThat(harness.run("DEBUG", "AUDIT")).isEqualTo("+OK\r\n");
        assertThat(harness.run("DEBUG", "SLEEP", "61")).isEqualTo("-ERR DEBUG SLEEP takes 0 to 60 seconds\r\n");
        assertThat(harness.run("SHUTDOWN", "foo")).isEqualTo("-ERR syntax error\r\n");
        assertThat(harness.run("SHUTDOWN", "ABORT")).isEqualTo("-ERR No shutdown in progress.\r\n");
        assertThat(harness.run("SHUTDOWN", "SAVE")).startsWith("-ERR SHUTDOWN SAVE cannot save");
        assertThat(harness.run("SHUTDOWN", "NOSAVE")).isEmpty();
    }

    @Test
    void debugIsOffUnlessItWasAllowed() {
        try (CommandHarness plain = CommandHarness.single(16 << 20)) {
            assertThat(plain.run("DEBUG", "SLEEP", "0"))
                .startsWith("-ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\"");
        }
    }

    private Account account(String name) {
        return harness.server.arena().accounts().stream().filter(account -> account.name().equals(name)).findFirst().orElseThrow();
    }

    private void create(String name, int database) {
        create(name, database, 10);
    }

    private void create(String name, int database, int valueBytes) {
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        long address = harness.server.connections().takeRun(bytes.length);
        Mem.copyFrom(bytes, 0, address, bytes.length);
        Key key = new Key();
        key.set(database, address, bytes.length);
        harness.server.keyspace().route(key);
        assertThat(key.compartment().admit(valueBytes + 1000)).isTrue();
        StringValues.setRaw(key, "v".repeat(valueBytes).getBytes(StandardCharsets.ISO_8859_1));
        key.compartment().endCommand();
        harness.server.connections().returnRun(address, bytes.length);
    }
}

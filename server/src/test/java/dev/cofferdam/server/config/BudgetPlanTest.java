// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Arena;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.scripting.Scripting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetPlanTest {
    @TempDir Path folder;

    @Test
    void thePresetDividesMaxmemory() throws Exception {
        BudgetPlan plan = plan();
        CompartmentPlan sessions = find(plan, "sessions");
        assertThat(sessions.budgetText()).isEqualTo("reserve 10.0 MB (10%), max 50.0 MB (50%)");
        assertThat(sessions.full()).isEqualTo(FullPolicy.evictProtecting(30 * 60_000));
        assertThat(find(plan, "jobs").full()).isEqualTo(FullPolicy.REJECT);
        assertThat(find(plan, "cache").full()).isEqualTo(FullPolicy.EVICT);
        assertThat(plan.connections().reserveBytes()).isEqualTo((100L << 20) * 8 / 100);
        assertThat(plan.machinery().holdsKeys()).isFalse();
    }

    @Test
    void everyPrintedMaxCanBeReached() throws Exception {
        for (String mode : List.of("preset", "off")) {
            BudgetPlan plan = plan("compartments " + mode);
            for (CompartmentPlan compartment : plan.compartments()) {
                assertThat(plan.reachBytes(compartment)).as(mode + ", " + compartment.name()).isEqualTo(compartment.maxBytes());
                assertThat(plan.isOutOfReach(compartment)).isFalse();
            }
            assertThat(plan.reachBytes(plan.connections())).isEqualTo(plan.connections().maxBytes());
            assertThat(plan.reachBytes(plan.machinery())).isEqualTo(plan.machinery().maxBytes());
        }
    }

    @Test
    void scriptsReserveAnInterpreterForEachCompartment() throws Exception {
        int page = Arena.pageBytesFor(64 << 20);
        long each = Scripting.interpreterBytes(page);
        assertThat(plan("maxmemory 64mb").scripts().reserveBytes()).isEqualTo(5 * each + page);
        assertThat(plan("maxmemory 64mb", "compartment a keys a:*", "compartment b keys b:*").scripts().reserveBytes())
            .as("a sixteenth at most").isEqualTo(4 << 20);
        assertThat(plan("maxmemory 64mb", "compartments off").scripts().reserveBytes()).isEqualTo(2 * each + page);
        assertThat(plan("maxmemory 1gb").scripts().budgetText()).isEqualTo("reserve 10.2 MB (1%), max 102.4 MB (10%)");
        assertThat(plan("maxmemory 64mb", "compartment scripts reserve 1mb").scripts().reserveBytes()).as("as declared").isEqualTo(1 << 20);
        assertThat(plan("maxmemory 64mb", "compartment scripts max 2mb").scripts().reserveBytes()).isEqualTo(2 << 20);
        assertThat(plan("maxmemory 64mb", "compartment cache reserve 64%").scripts().reserveBytes()).as("what others reserve is theirs")
            .isBetween((64 << 20) / 50L, (64 << 20) / 49L);
        assertThat(find(plan("maxmemory 64mb"), "default").maxBytes()).as("as much less").isEqualTo(plan("maxmemory 64mb").reachBytes(
                find(plan("maxmemory 64mb"), "default")))
            .isBetween((64L << 20) * 55 / 100, (64L << 20) * 57 / 100);
        assertThat(find(plan("maxmemory 64mb", "compartment default max 60%"), "default").maxBytes()).as("as declared")
            .isEqualTo((64L << 20) * 60 / 100);
    }

    @Test
    void aMaxThatOthersReservesPutOutOfReachIsKnown() throws Exception {
        BudgetPlan plan = plan("compartment cache reserve 30%");
        assertThat(plan.reachBytes(find(plan, "default"))).isCloseTo((100L << 20) * 41 / 100 - plan.scripts().reserveBytes(),
                Offset.offset(2L));
        assertThat(plan.isOutOfReach(find(plan, "default"))).isTrue();
        assertThat(plan.isOutOfReach(find(plan, "cache"))).as("it borrows").isFalse();
        assertThat(plan.isOutOfReach(find(plan("compartment a keys a:*"), "a"))).as("no max was given").isFalse();
    }

    @ParameterizedTest
    @CsvSource({"spring:session:sessions:9a,sessions", "PHPREDIS_SESSION:x,sessions", "sess:1,sessions",
        ":1:django.contrib.sessions.cacheabc,sessions",
        "app:1:django.contrib.sessions.cacheabc,sessions", ":2:django.contrib.sessions.cacheabc,sessions", ":2:page,cache",
        ":17:page,cache",
        ":x:page,default", "queue:default,jobs", "queues,jobs", "stat:processed,jobs",
        "resque:queue:mail,jobs",
        "bull:mail:wait,jobs", "rq:job:1,jobs", "celery,jobs", "celery-task-meta-1,jobs", "_kombu.binding.celery,jobs",
        "unacked_index,jobs",
        "web1:4711:0a1b2c3d4e5f,jobs", "web1:4711:0a1b2c3d4e5f:work,jobs", "myapp_database_queues:default,jobs", "jobs:1,jobs",
        "cache:1,cache", ":1:views,cache",
        "laravel_database_laravel_cache:x,cache", "user:1,default", "celerity,default", "queuesx,default", "scheduled,default"})
    void wellKnownKeysGoWhereTheyBelong(String key, String compartment) throws Exception {
        BudgetPlan plan = plan();
        assertThat(compartmentOf(plan, 0, key)).isEqualTo(compartment);
    }

    @Test
    void aLineForAPresetChangesWhatItNamesAndItsRuleReplacesThePresets() throws Exception {
        BudgetPlan plan = plan("compartment sessions reserve 10mb", "compartment cache keys page:*");
        assertThat(find(plan, "sessions").budgetText()).isEqualTo("reserve 10.0 MB, max 50.0 MB (50%)");
        assertThat(compartmentOf(plan, 0, "sess:1")).isEqualTo("sessions");
        assertThat(compartmentOf(plan, 0, "page:1")).isEqualTo("cache");
        assertThat(compartmentOf(plan, 0, "cache:1")).isEqualTo("default");
    }

    @Test
    void rulesOfTheFileComeBeforeThePresets() throws Exception {
        BudgetPlan plan = plan("compartment hot keys cache:hot:* reserve 1mb", "compartment two db 2");
        assertThat(compartmentOf(plan, 0, "cache:hot:1")).isEqualTo("hot");
        assertThat(compartmentOf(plan, 0, "cache:1")).isEqualTo("cache");
        assertThat(compartmentOf(plan, 2, "cache:1")).isEqualTo("two");
    }

    @Test
    void declaredLeavesOnlyWhatTheFileSays() throws Exception {
        BudgetPlan plan = plan("compartments declared", "compartment a keys a:* reserve 50% max 60% full evict");
        assertThat(plan.compartments()).extracting(CompartmentPlan::name).containsExactly("default", "a");
        assertThat(compartmentOf(plan, 0, "sess:1")).isEqualTo("default");
        assertThat(find(plan, "default").maxBytes()).isEqualTo(100L << 20);
    }

    @Test
    void offLeavesOneThatFollowsMaxmemoryPolicy() throws Exception {
        BudgetPlan plan = plan("compartments off", "maxmemory-policy allkeys-lfu");
        assertThat(plan.compartments()).extracting(CompartmentPlan::name).containsExactly("default");
        assertThat(plan.compartments().getFirst().full()).isEqualTo(FullPolicy.EVICT);
        assertThat(plan("compartments off", "maxmemory-policy volatile-ttl").compartments().getFirst().full())
            .isEqualTo(FullPolicy.EVICT_VOLATILE);
        assertThat(plan("compartments off").compartments().getFirst().full()).isEqualTo(FullPolicy.REJECT);
    }

    @Test
    void reservesThatDoNotFitAreRefusedWithTheSum() throws Exception {
        assertThat(problem("compartment geo keys geo:* reserve 60mb"))
            .isEqualTo("the reserves do not fit into maxmemory: sessions 10.0 MB (10%) + "
                    + "jobs 10.0 MB (10%) + cache 10.0 MB (10%) + default 5.0 MB (5%) + connections 8.0 MB (8%) + machinery 1.0 MB (1%) + scripts 1.0 MB (1%) + geo 60.0 MB = 105.0 MB, "
                    + "but maxmemory is 100.0 MB; lower reserves by 5.0 MB or raise maxmemory");
    }

    @Test
    void impossibleBudgetsAreRefused() throws Exception {
        assertThat(problem("compartment jobs reserve 60mb")).isEqualTo(
                "compartment 'jobs': reserve 60.0 MB is more than its max 50.0 MB (50%); lower the reserve or raise the max");
        assertThat(problem("compartment jobs max 200mb")).isEqualTo(
                "compartment 'jobs': max 200.0 MB is more than maxmemory, 100.0 MB; lower it or raise maxmemory");
        assertThat(problem("compartment tiny keys t:* max 100kb")).isEqualTo(
                "compartment 'tiny': max 100.0 KB is too little to work in; at least 256.0 KB is needed with maxmemory 100.0 MB");
        assertThat(problem("maxmemory 1mb")).isEqualTo("maxmemory is 1.0 MB; at least 8.0 MB is needed");
        assertThat(problem("compartments off", "compartment geo keys geo:*")).isEqualTo(
                "compartment 'geo' is declared, but 'compartments off' leaves only one; say 'compartments declared', or remove it");
    }

    @Test
    void badLinesAreRefusedByName() throws Exception {
        assertThat(line("compartment")).startsWith("'compartment' needs a name: compartment <name> [keys <pattern>...]");
        assertThat(line("compartment Jobs keys a"))
            .isEqualTo("'Jobs' is no name for a compartment: up to 32 of a-z, 0-9, '-' and '_', the first a letter");
        assertThat(line("compartment a reserv 1mb")).isEqualTo("compartment 'a': unknown option 'reserv'; did you mean 'reserve'?");
        assertThat(line("compartment a reserve")).isEqualTo("compartment 'a': option 'reserve' has no value");
        assertThat(line("compartment a reserve lots"))
            .isEqualTo("compartment 'a': 'lots' is neither a size, as 64mb, nor a percentage of maxmemory, as 20%");
        assertThat(line("compartment a reserve 120%")).isEqualTo("compartment 'a': '120%' is not a percentage from 0% to 100%");
        assertThat(line("compartment a max 1mb 2mb")).isEqualTo("compartment 'a': option 'max' takes one value, not 2: 1mb 2mb");
        assertThat(line("compartment a full maybe"))
            .isEqualTo("compartment 'a': 'full maybe' is none of: full reject, full evict, full evict protect <time>, full evict-volatile");
        assertThat(line("compartment a full evict protect soon"))
            .isEqualTo("compartment 'a': 'soon' is not a time; write a number and ms, s, m, h or d, as in 30m");
        assertThat(line("compartment a full spill")).isEqualTo(
                "compartment 'a': 'full spill' needs a data directory, which this version does not have; use reject or evict");
        assertThat(line("compartment a durability always")).isEqualTo(
                "compartment 'a': 'durability always' needs a data directory, which this version does not have; only 'none' is possible");
        assertThat(line("compartment a default-ttl 30m"))
            .isEqualTo("compartment 'a': option 'default-ttl' is not in this version; remove it");
        assertThat(line("compartment a db 16")).isEqualTo("compartment 'a': database 16 does not exist: 'databases' is 16");
        assertThat(line("compartment a db x")).isEqualTo("compartment 'a': 'x' is not a database number");
        assertThat(line("compartment connections keys a:*"))
            .isEqualTo("compartment 'connections' holds no keys, so it takes no 'keys' and no 'db'");
        assertThat(line("compartment machinery full evict"))
            .isEqualTo("compartment 'machinery' holds no keys; only 'reserve' and 'max' can be set");
    }

    @Test
    void anOptionSaidTwiceIsRefusedWithBothPlaces() throws Exception {
        Path file = file("maxmemory 100mb", "compartment a keys a:* reserve 1mb", "compartment a keys b:*", "compartment a reserve 2mb");
        ConfigException e = catchThrowableOfType(ConfigException.class, () -> load(file.toString()));
        assertThat(e.problems())
            .containsExactly(file + ":4: compartment 'a': option 'reserve' was given already, at " + file + ":2; say it once");
        Path once = file("maxmemory 100mb", "compartment a keys a:* reserve 1mb");
        assertThat(find(load(once.toString(), "--compartment", "a", "reserve", "3mb").plan(), "a").reserveBytes()).isEqualTo(3 << 20);
    }

    private BudgetPlan plan(String... lines) throws Exception {
        return load(file(lines).toString(),
                List.of(lines).stream().anyMatch(l -> l.startsWith("maxmemory ")) ? new String[0] : new String[] {"--maxmemory", "100mb"})
            .plan();
    }

    private String problem(String... lines) throws Exception {
        ConfigException e = catchThrowableOfType(ConfigException.class, () -> plan(lines));
        return e == null ? "no problem" : e.problems().getFirst().replace(folder.resolve("cofferdam.conf") + ": ", "");
    }

    /** The problem of one line, without its place. */
    private String line(String line) throws Exception {
        return problem(line).replace(folder.resolve("cofferdam.conf") + ":1: ", "");
    }

    private static CompartmentPlan find(BudgetPlan plan, String name) {
        CompartmentPlan found = plan.find(name);
        assertThat(found).as(name).isNotNull();
        return found;
    }

    private static String compartmentOf(BudgetPlan plan, int database, String key) {
        try (Arena arena = Arena.open(1 << 20, 1 << 15)) {
            Account account = arena.account("test", 0, 1 << 20, false);
            long address = account.takePage();
            byte[] bytes = key.getBytes(StandardCharsets.ISO_8859_1);
            Mem.copyFrom(bytes, 0, address, bytes.length);
            return plan.compartments().get(plan.rules().route(database, address, bytes.length)).name();
        }
    }

    private static Configuration load(String file, String... arguments) throws ConfigException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addFirst(file);
        return ConfigLoader.load(CommandLine.of(all), MemoryLimit.ofThisMachine());
    }

    private Path file(String... lines) throws IOException {
        return Files.writeString(folder.resolve("cofferdam.conf"), String.join("\n", lines) + "\n");
    }
}

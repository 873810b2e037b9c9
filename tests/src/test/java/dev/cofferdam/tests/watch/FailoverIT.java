// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.ConfigurationReader;
import dev.cofferdam.watch.TargetState;
import dev.cofferdam.watch.Watch;
import dev.cofferdam.watch.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A watch beside real sentinels and a real cluster: it finds who is in charge, and goes along when another one is. */
@Timeout(300)
class FailoverIT {
    private static final Clock CLOCK = Clock.system();
    private static final long MEGABYTE = 1 << 20;

    @TempDir private Path folder;

    private final List<String> log = new CopyOnWriteArrayList<>();

    @BeforeEach
    void needsRedis() {
        assumeTrue(WatchedRedis.isInstalled(), "no redis-server in PATH");
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private void await(String what, Condition condition) throws Exception {
        long end = CLOCK.monotonicNanos() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.holds()) {
            assertThat(CLOCK.monotonicNanos()).as("%s; log %s", what, log).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private Watch watch(String url) throws Exception {
        Path file = folder.resolve("watch.yaml");
        Files.writeString(file, """
                targets:
                  - url: %s
                    name: prod
                console: {listen: "127.0.0.1:0"}
                """.formatted(url));
        return new Watch(ConfigurationReader.read(Settings.read(file)), CLOCK, new Random(1), log::add);
    }

    /** Servers are told apart by their limits. */
    private static boolean sees(Watch watch, long limitBytes) {
        List<TargetState> targets = watch.feed().targets();
        return targets.size() == 1 && targets.getFirst().reachable() && targets.getFirst().sample() != null
                && targets.getFirst().sample().limitBytes() == limitBytes;
    }

    @Test
    void aSentinelsMasterIsFoundAndFollowed() throws Exception {
        try (WatchedRedis first = WatchedRedis.start("--maxmemory", "64mb");
                WatchedRedis second = WatchedRedis.start("--maxmemory", "65mb", "--replicaof", "127.0.0.1 " + first.port());
                WatchedRedis sentinel = WatchedRedis.sentinel(folder, first.port());
                Watch watch = watch("redis+sentinel://127.0.0.1:" + sentinel.port() + "/prod")) {
            await("the first master", () -> sees(watch, 64 * MEGABYTE));
            await("the sentinel knows the replica, and that it is up to date",
                    () -> sentinel.ask("INFO", "sentinel").contains("slaves=1")
                            && second.ask("INFO", "replication").contains("master_link_status:up"));

            // As an operator does it: the old master stays, as a replica.
            await("a fail-over by hand", () -> "OK".equals(sentinel.ask("SENTINEL", "FAILOVER", "prod")));
            await("the second master", () -> sees(watch, 65 * MEGABYTE));
            await("the old one as its replica", () -> first.ask("INFO", "replication").contains("master_link_status:up"));

            // As it happens: the master is gone.
            second.close();
            await("the first one again", () -> sees(watch, 64 * MEGABYTE));
            assertThat(log).anyMatch(line -> line.contains("target=prod reached Redis 7"));
            assertThat(log).anyMatch(line -> line.contains("target=prod another node is the master now"));
        }
    }

    @Test
    void eachPrimaryOfAClusterIsATargetAndAPromotedReplicaTakesItsPlace() throws Exception {
        List<WatchedRedis> nodes = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                nodes.add(WatchedRedis.clusterNode(folder));
            }
            List<String> create = new ArrayList<>(List.of("redis-cli", "--cluster-yes", "--cluster", "create"));
            nodes.subList(0, 3).forEach(node -> create.add(address(node)));
            run(create);
            await("the cluster is whole", () -> nodes.getFirst().ask("CLUSTER", "INFO").contains("cluster_state:ok"));
            try (Watch watch = watch("redis+cluster://" + address(nodes.getFirst()) + "," + address(nodes.get(1)))) {
                await("three targets", () -> names(watch).equals(expected(nodes.subList(0, 3))) && allReachable(watch));
                assertThat(watch.feed().targets()).allSatisfy(
                        state -> assertThat(state.sample().limitBytes()).isEqualTo(64 * MEGABYTE));

                run(List.of("redis-cli", "--cluster", "add-node", address(nodes.get(3)), address(nodes.getFirst()), "--cluster-slave",
                        "--cluster-master-id", nodes.getFirst().ask("CLUSTER", "MYID")));
                await("the replica is up to date", () -> nodes.get(3).ask("INFO", "replication").contains("master_link_status:up"));
                assertThat(names(watch)).as("a replica is no target").isEqualTo(expected(nodes.subList(0, 3)));

                nodes.getFirst().close();
                await("the replica in its place", () -> names(watch).equals(expected(nodes.subList(1, 4))) && allReachable(watch));
                assertThat(log).anyMatch(line -> line.contains("target=prod/" + address(nodes.getFirst()) + " is no primary any more"));
            }
        } finally {
            for (WatchedRedis node : nodes) {
                node.close();
            }
        }
    }

    private static String address(WatchedRedis node) {
        return "127.0.0.1:" + node.port();
    }

    private static List<String> expected(List<WatchedRedis> nodes) {
        return nodes.stream().map(node -> "prod/" + address(node)).sorted().toList();
    }

    private static List<String> names(Watch watch) {
        return watch.feed().targets().stream().map(TargetState::name).sorted().toList();
    }

    private static boolean allReachable(Watch watch) {
        return watch.feed().targets().stream().allMatch(state -> state.reachable() && state.sample() != null);
    }

    private void run(List<String> command) throws Exception {
        Path out = folder.resolve("out");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ended", command).isTrue();
        assertThat(process.exitValue()).as("%s: %s", command, Files.readString(out)).isZero();
    }
}

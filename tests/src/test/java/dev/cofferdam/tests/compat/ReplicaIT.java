// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stock redis-server follows Cofferdam from the middle of random traffic, with compartments, and has the same keys at the end; so has the file that redis-cli fetches. */
class ReplicaIT {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261123L);
    private static final int BULK_KEYS = 5_000;
    private static final int BEFORE = 2_000;
    private static final int BESIDE = 8_000;
    /** What another process does is waited for as long as this. */
    private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final List<String> PREFIXES = List.of("sessions:", "jobs:", "cache:", "x");
    private static final String SCRIPT = "redis.call('incr', KEYS[1]); redis.call('lpush', KEYS[2], 'a', 'b');"
            + " redis.call('set', KEYS[3], 'x', 'KEEPTTL'); return redis.call('spop', KEYS[4])";

    private static @Nullable SideBySide servers;

    @BeforeAll
    static void startBoth() throws Exception {
        servers = SideBySide.start(ReplicaIT.class, "--maxmemory", "64mb", "--enable-debug-command", "yes", "--lane-threshold", "500");
    }

    @AfterAll
    static void endBoth() throws Exception {
        if (servers != null) {
            servers.close();
        }
    }

    @Test
    void aStockReplicaEndsWithTheSameKeys(@TempDir Path folder) throws Exception {
        SideBySide both = Objects.requireNonNull(servers);
        Random random = new Random(SEED);
        try (RawClient master = both.ours(); RawClient replica = both.stock()) {
            for (int i = 0; i < BEFORE; i++) {
                step(master, random);
            }
            for (int i = 0; i < BULK_KEYS; i++) {
                master.run(List.of("SET", "x:bulk:" + i, "v".repeat(50)));
            }
            assertThat(replica.run(List.of("REPLICAOF", "127.0.0.1", Integer.toString(both.oursPort()))).head()).startsWith("+OK");
            for (int i = 0; i < BESIDE; i++) {
                step(master, random);
            }
            awaitFollowing(master);
            for (int i = 0; i < BESIDE / 4; i++) {
                step(master, random);
            }
            master.run(List.of("SELECT", "0"));
            awaitSame(master, replica);
            assertThat(master.run(List.of("INFO", "replication")).toString()).contains("state=online");
            assertThat(master.run(List.of("WAIT", "1", "20000")).head()).isEqualTo(":1");
            assertThat(replica.run(List.of("REPLICAOF", "NO", "ONE")).head()).startsWith("+OK");
        }
        fileHasTheKeys(both, folder);
    }

    private static void fileHasTheKeys(SideBySide both, Path folder) throws Exception {
        Path file = folder.resolve("backup.rdb");
        Process fetching = new ProcessBuilder("redis-cli", "-p", Integer.toString(both.oursPort()), "--rdb", file.toString())
            .redirectErrorStream(true).redirectOutput(folder.resolve("redis-cli.log").toFile()).start();
        assertThat(fetching.waitFor(60, TimeUnit.SECONDS)).as("redis-cli --rdb ends").isTrue();
        assertThat(fetching.exitValue()).as(Files.readString(folder.resolve("redis-cli.log"))).isZero();
        Process checking = new ProcessBuilder("redis-check-rdb", file.toString()).redirectErrorStream(true)
            .redirectOutput(folder.resolve("check.log").toFile()).start();
        assertThat(checking.waitFor(60, TimeUnit.SECONDS)).as("redis-check-rdb ends").isTrue();
        String said = Files.readString(folder.resolve("check.log"));
        try (RawClient master = both.ours()) {
            assertThat(said).contains("RDB looks OK").contains("keys read");
            assertThat(master.run(List.of("DBSIZE")).head()).isNotEqualTo(":0");
        }
    }

    private static void awaitFollowing(RawClient master) throws Exception {
        long until = System.nanoTime() + WAIT_NANOS;
        String info = "";
        while (System.nanoTime() < until) {
            info = master.run(List.of("INFO", "replication")).toString();
            if (info.contains("state=online")) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(info).as("the replica follows within a minute").contains("state=online");
    }

    /** What expires meanwhile is told to the replica, so the two agree in the end. */
    private static void awaitSame(RawClient master, RawClient replica) throws Exception {
        long until = System.nanoTime() + WAIT_NANOS;
        String ours = "";
        String theirs = "-";
        while (!ours.equals(theirs) && System.nanoTime() < until) {
            master.run(List.of("WAIT", "1", "1000"));
            ours = master.run(List.of("DEBUG", "DIGEST")).toString();
            theirs = replica.run(List.of("DEBUG", "DIGEST")).toString();
        }
        assertThat(theirs).as("the replica's digest; repeat with -Dcofferdam.seed=%d", SEED).isEqualTo(ours);
    }

    // ---------------------------------------------------------------- traffic

    private static void step(RawClient master, Random random) throws IOException {
        int dice = random.nextInt(2_000);
        if (dice < 60) {
            master.run(List.of("MULTI"));
            for (int i = random.nextInt(6); i > 0; i--) {
                master.run(command(random));
            }
            master.run(List.of("EXEC"));
        } else if (dice == 60) {
            master.run(List.of("FLUSHDB"));
        } else {
            master.run(command(random));
        }
    }

    private static String key(Random random, String type) {
        return PREFIXES.get(random.nextInt(PREFIXES.size())) + type + random.nextInt(30);
    }

    private static String value(Random random) {
        return "v".repeat(random.nextInt(random.nextInt(20) == 0 ? 2_000 : 30)) + random.nextInt(100);
    }

    private static String member(Random random) {
        return Integer.toString(random.nextInt(60));
    }

    private static List<String> command(Random random) {
        String v = value(random);
        String m = member(random);
        String any = key(random, List.of("s", "l", "h", "t", "z", "e").get(random.nextInt(6)));
        return switch (random.nextInt(46)) {
            case 0 -> List.of("SET", key(random, "s"), v);
            case 1 -> List.of("SET", key(random, "s"), v, "PX", random.nextBoolean() ? "30" : "10000000");
            case 2 -> List.of("INCRBY", key(random, "i"), m);
            case 3 -> List.of("INCRBYFLOAT", key(random, "i"), "1.5");
            case 4 -> List.of("APPEND", key(random, "s"), v);
            case 5 -> List.of("SETRANGE", key(random, "s"), m, v);
            case 6 -> List.of("SETBIT", key(random, "s"), m, "1");
            case 7 -> List.of("GETDEL", key(random, "s"));
            case 8 -> List.of("MSET", "xs1", v, "xs2", m);
            case 9 -> List.of("PFADD", key(random, "p"), v, m);
            case 10, 11 -> List.of("RPUSH", key(random, "l"), v, m, "p");
            case 12 -> List.of("LPUSH", key(random, "l"), m);
            case 13 -> List.of("LPOP", key(random, "l"), "2");
            case 14 -> List.of("RPOP", key(random, "l"));
            case 15 -> List.of("LSET", key(random, "l"), "0", v);
            case 16 -> List.of("LINSERT", key(random, "l"), "BEFORE", "p", m);
            case 17 -> List.of("LREM", key(random, "l"), "-1", "p");
            case 18 -> List.of("LTRIM", key(random, "l"), "1", "-2");
            case 19 -> List.of("LMOVE", "xl1", "xl2", "LEFT", "RIGHT");
            case 20, 21 -> List.of("HSET", key(random, "h"), m, v, "f", m);
            case 22 -> List.of("HINCRBYFLOAT", key(random, "h"), "d", "0.1");
            case 23 -> List.of("HDEL", key(random, "h"), m, "f");
            case 24, 25 -> List.of("SADD", key(random, "t"), m, v, member(random));
            case 26 -> List.of("SPOP", key(random, "t"), "2");
            case 27 -> List.of("SUNIONSTORE", "xt3", "xt1", "xt2");
            case 28, 29 -> List.of("ZADD", key(random, "z"), Double.toString(random.nextDouble()), m, "1", v);
            case 30 -> List.of("ZPOPMIN", key(random, "z"));
            case 31 -> List.of("ZREMRANGEBYRANK", key(random, "z"), "1", "2");
            case 32 -> List.of("ZUNIONSTORE", "xz9", "2", "xz1", "xz2", "WEIGHTS", "1.5", "0.3");
            case 33, 34 -> List.of("XADD", key(random, "e"), "MAXLEN", "~", "50", "*", "f", v);
            case 35 -> List.of("XTRIM", key(random, "e"), "MAXLEN", "3");
            case 36 -> List.of("XGROUP", "CREATE", key(random, "e"), "g", "0", "MKSTREAM");
            case 37 -> List.of("XREADGROUP", "GROUP", "g", "c" + random.nextInt(3), "COUNT", "2", "STREAMS", key(random, "e"), ">");
            case 38 -> List.of("DEL", any);
            case 39 -> List.of("PEXPIRE", any, random.nextBoolean() ? "20" : "10000000");
            case 40 -> List.of("PERSIST", any);
            case 41 -> List.of("RENAME", "xs" + random.nextInt(30), "xs" + random.nextInt(30));
            case 42 -> List.of("COPY", "xz" + random.nextInt(30), "xz" + random.nextInt(30), "REPLACE");
            case 43 -> List.of("SELECT", Integer.toString(random.nextInt(3)));
            case 44 -> new ArrayList<>(List.of("EVAL", SCRIPT, "4", "xi1", "xl3", "xs4", "xt1"));
            default -> List.of("SET", "cache:f" + random.nextInt(1_000_000), "z".repeat(4_000));
        };
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class InfoTextTest {
    private static final String GARBAGE = "\n\r:=,#db09.-\u0000x";
    private static final String REDIS_7 = """
            # Server\r
            redis_version:7.0.15\r
            run_id:d23eb7\r
            # Memory\r
            used_memory:916280\r
            used_memory_dataset:40016\r
            mem_not_counted_for_evict:280\r
            mem_clients_normal:1928\r
            maxmemory:1000000\r
            maxmemory_policy:noeviction\r
            # Errorstats\r
            errorstat_OOM:count=17\r
            errorstat_ERR:count=1\r
            # CPU\r
            used_cpu_sys:0.250000\r
            used_cpu_user:0.5\r
            # Keyspace\r
            db0:keys=100,expires=10,avg_ttl=0\r
            db11:keys=5,expires=5,avg_ttl=7,subexpiry=0\r
            """;

    @Test
    void redisSeven() {
        InfoText info = InfoText.parse(REDIS_7);
        assertThat(info.product()).isEqualTo("Redis 7.0.15");
        assertThat(info.errors("OOM")).isEqualTo(17);
        assertThat(info.errors("NOPERM")).isZero();
        assertThat(info.databases()).containsExactly(new InfoText.Database(0, 100, 10), new InfoText.Database(11, 5, 5));
        Sample sample = Samples.of(info, 5, 42);
        assertThat(sample.atMillis()).isEqualTo(42);
        assertThat(sample.usedBytes()).isEqualTo(916_000);
        assertThat(sample.limitBytes()).isEqualTo(1_000_000);
        assertThat(sample.datasetBytes()).isEqualTo(40_016);
        assertThat(sample.clientBytes()).isEqualTo(1928);
        assertThat(sample.keys()).isEqualTo(105);
        assertThat(sample.expiringKeys()).isEqualTo(15);
        assertThat(sample.refusedWrites()).isEqualTo(17);
        assertThat(sample.cpuNanos()).isEqualTo(750_000_000);
        assertThat(sample.evicting()).isFalse();
    }

    @Test
    void withoutMaxmemoryTheGivenLimitCounts() {
        InfoText info = InfoText.parse("used_memory:10\nmaxmemory:0\nmaxmemory_policy:allkeys-lru\n");
        assertThat(Samples.of(info, 5, 0).limitBytes()).isEqualTo(5);
        assertThat(Samples.of(info, 0, 0).headroomBytes()).isEqualTo(Long.MAX_VALUE);
        assertThat(Samples.of(info, 0, 0).evicting()).isTrue();
    }

    @Test
    void dialects() {
        assertThat(InfoText.parse("redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.1\r\n").product())
            .isEqualTo("Valkey 8.0.1");
        assertThat(InfoText.parse("redis_version:6.2.11\r\ndragonfly_version:df-v1.21.2\r\n").product()).isEqualTo("Dragonfly 1.21.2");
        assertThat(InfoText.parse("redis_version:6.3.4\r\nexecutable:/usr/bin/keydb-server\r\n").product()).isEqualTo("KeyDB 6.3.4");
        assertThat(InfoText.parse("redis_version:7.0.15\r\ncofferdam_version:0.1.0\r\n").product()).isEqualTo("Cofferdam 0.1.0");
        // Redis 5 has no errorstats and no clients' memory; what is not told is 0 and the dataset is what is used.
        Sample five = Samples.of(InfoText.parse("redis_version:5.0.14\nused_memory:7\ndb0:keys=1,expires=0,avg_ttl=0"), 0, 0);
        assertThat(five.refusedWrites()).isZero();
        assertThat(five.datasetBytes()).isEqualTo(7);
        assertThat(five.keys()).isEqualTo(1);
        Sample dragonfly = Samples.of(InfoText.parse("used_memory:70\nobject_used_memory:50\nmaxmemory:100\ncache_mode:true"), 0, 0);
        assertThat(dragonfly.datasetBytes()).isEqualTo(50);
        assertThat(dragonfly.evicting()).isTrue();
    }

    @Test
    void commandCounts() {
        InfoText info = InfoText.parse("cmdstat_memory|usage:calls=3,usec=9,usec_per_call=3.00,rejected_calls=1,failed_calls=0\r\n"
                + "cmdstat_set:calls=5,usec=7,usec_per_call=1.4\r\n");
        assertThat(info.command("memory|usage")).isEqualTo(new InfoText.CommandUse(3, 9, 1));
        assertThat(info.command("set")).isEqualTo(new InfoText.CommandUse(5, 7, 0));
        assertThat(info.command("get")).isEqualTo(InfoText.CommandUse.NONE);
        assertThat(info.commands()).containsExactly("memory|usage", "set");
    }

    @Test
    void compartments() {
        String text = "name:sessions\r\nused_bytes:100\r\nused_human:100B\r\nmax_bytes:400\r\nlive_bytes:90\r\nkeys:3\r\nexpires:2\r\nrefused_commands:1\r\n"
                + "evicted_keys:7\r\nfull:evict protect 30m\r\nrule:sess:*\r\nrule:name:*\r\n\r\nname:connections\r\nused_bytes:5\r\n"
                + "reserve_bytes:4\r\nmax_bytes:10\r\n";
        assertThat(Samples.ofCompartments(text, 9)).containsOnlyKeys("sessions", "connections");
        Sample sessions = Samples.ofCompartments(text, 9).get("sessions");
        assertThat(sessions).isEqualTo(new Sample(9, 100, 400, 90, 0, 0, 3, 2, 1, 7, 0, 0, 0, 0, 0, true));
        assertThat(Samples.ofCompartments(text, 9).get("connections").promisedBytes()).isEqualTo(4);
    }

    /** Whatever comes is read without an exception. */
    @Test
    void garbage() {
        long seed = Long.getLong("cofferdam.seed", 7);
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? REDIS_7 : "");
            for (int i = 0; i < 20; i++) {
                int at = text.isEmpty() ? 0 : random.nextInt(text.length());
                text.insert(at, GARBAGE.charAt(random.nextInt(GARBAGE.length())));
            }
            InfoText info = InfoText.parse(text.toString());
            assertThat(Samples.of(info, 0, 0).headroomBytes()).as("-Dcofferdam.seed=%d, round %d", seed, round).isGreaterThanOrEqualTo(0);
            info.databases();
            info.product();
            Samples.ofCompartments(text.toString(), 0);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanIterator;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Lettuce, which speaks RESP3 from its first HELLO, beside a full compartment. */
class LettuceIT {
    @Test
    void speaksResp3BesideAFullCompartment() throws Exception {
        try (FullJobs full = new FullJobs()) {
            RedisClient client = RedisClient.create("redis://127.0.0.1:" + full.server.port());
            try (StatefulRedisConnection<String, String> connection = client.connect()) {
                RedisCommands<String, String> redis = connection.sync();
                for (int i = 0; i < 300; i++) {
                    redis.hset("spring:session:sessions:" + i, "user", "u" + i);
                    redis.expire("spring:session:sessions:" + i, Duration.ofMinutes(30));
                }
                assertThat(redis.hgetall("spring:session:sessions:7")).containsEntry("user", "u7");
                Set<String> scanned = new HashSet<>();
                ScanIterator.scan(redis, ScanArgs.Builder.matches("spring:session:*")).forEachRemaining(scanned::add);
                assertThat(scanned).hasSize(300);
                redis.zadd("board", 1.5, "a");
                assertThat(redis.zscore("board", "a")).isEqualTo(1.5);
            } finally {
                client.shutdown(0, 1, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void aBlockedWorkerGetsTheNextJob() throws Exception {
        try (FullJobs full = new FullJobs()) {
            RedisClient client = RedisClient.create("redis://127.0.0.1:" + full.server.port());
            try (StatefulRedisConnection<String, String> worker = client.connect();
                    StatefulRedisConnection<String, String> producer = client.connect()) {
                RedisFuture<KeyValue<String, String>> job = worker.async().blpop(30, "mail:inbox");
                producer.sync().rpush("mail:inbox", "hello");
                assertThat(job.get(30, TimeUnit.SECONDS).getValue()).isEqualTo("hello");
            } finally {
                client.shutdown(0, 1, TimeUnit.SECONDS);
            }
        }
    }
}

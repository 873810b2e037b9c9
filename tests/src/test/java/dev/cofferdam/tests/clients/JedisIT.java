// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.args.ListDirection;

/** Jedis beside a full compartment: sessions and cache notice nothing, and the full one can be worked off without a refusal. */
class JedisIT {
    @Test
    void sessionsAndCacheGoOnWhileJobsAreFull() throws Exception {
        try (FullJobs full = new FullJobs(); Jedis jedis = new Jedis("127.0.0.1", full.server.port())) {
            for (int i = 0; i < 500; i++) {
                String key = "spring:session:sessions:" + i;
                jedis.hset(key, Map.of("creationTime", "1", "sessionAttr:user", "u" + i));
                jedis.expire(key, 1800);
                assertThat(jedis.hgetAll(key)).hasSize(2).containsEntry("sessionAttr:user", "u" + i);
                jedis.setex("cache:page:" + i, 60, "p".repeat(2_000));
                assertThat(jedis.get("cache:page:" + i)).hasSize(2_000);
            }
            Pipeline pipeline = jedis.pipelined();
            Response<Long> added = pipeline.zadd("board", Map.of("a", 1.0, "b", 2.0));
            Response<List<String>> range = pipeline.zrange("board", 0, -1);
            pipeline.sync();
            assertThat(added.get()).isEqualTo(2);
            assertThat(range.get()).containsExactly("a", "b");
            Transaction transaction = jedis.multi();
            transaction.incr("counter");
            transaction.sadd("tags", "x", "y");
            assertThat(transaction.exec()).containsExactly(1L, 2L);
        }
    }

    @Test
    void aReliableWorkerEmptiesTheFullQueueAndNoJobIsLost() throws Exception {
        try (FullJobs full = new FullJobs(); Jedis jedis = new Jedis("127.0.0.1", full.server.port())) {
            for (long job = 0; job < full.accepted; job++) {
                String taken = jedis.lmove("queue:default", "queue:processing", ListDirection.RIGHT, ListDirection.LEFT);
                assertThat(taken).startsWith(job + "|");
                assertThat(jedis.lrem("queue:processing", 1, taken)).isEqualTo(1);
            }
            assertThat(jedis.exists("queue:default", "queue:processing")).isZero();
            assertThat(jedis.lpush("queue:default", "next")).isEqualTo(1);
        }
    }
}

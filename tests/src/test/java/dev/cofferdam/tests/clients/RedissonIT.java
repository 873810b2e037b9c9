// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RLock;
import org.redisson.api.RMapCache;
import org.redisson.api.RPermitExpirableSemaphore;
import org.redisson.api.RSemaphore;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.api.map.event.EntryExpiredListener;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** Redisson's locks, semaphores, maps with expiry and topics, while jobs are full and the cache is flooded: who holds a lock keeps it, who waits gets it. */
class RedissonIT {
    private static final int WATCHDOG_MILLIS = 1_500;
    private static final int WAIT_SECONDS = 60;

    @Test
    void aLockIsKeptByItsWatchdogAndGoesToWhoWaitsWhileJobsAndCacheAreFull() throws Exception {
        try (FloodedServer flooded = FloodedServer.withFullJobsAndCache()) {
            RedissonClient holder = client(flooded);
            RedissonClient other = client(flooded);
            try {
                RLock lock = holder.getLock("lock:order:7");
                lock.lock();
                lock.lock();
                assertThat(other.getLock("lock:order:7").tryLock()).isFalse();

                Thread waiting = Thread.ofVirtual().start(() -> {
                    RLock theirs = other.getLock("lock:order:7");
                    theirs.lock();
                    other.getBucket("done", StringCodec.INSTANCE).set("by the other");
                    theirs.unlock();
                });
                FloodedServer.eventually("somebody who waits",
                        () -> flooded.observer.pubsubChannels().stream().anyMatch(name -> name.contains("lock:order:7")));
                assertRenewed(flooded, "lock:order:7", 3);
                assertThat(lock.isHeldByCurrentThread()).isTrue();
                lock.unlock();
                assertThat(flooded.observer.exists("done")).isFalse();
                lock.unlock();
                assertThat(waiting.join(Duration.ofSeconds(WAIT_SECONDS))).isTrue();
                assertThat(flooded.observer.get("done")).isEqualTo("by the other");
                assertThat(flooded.observer.exists("lock:order:7")).isFalse();
                flooded.assertFullThroughoutAndKeysIn("default");
            } finally {
                other.shutdown();
                holder.shutdown();
            }
        }
    }

    @Test
    void aFairLockServesInOrderAndASemaphoreCountsWhileJobsAndCacheAreFull() throws Exception {
        try (FloodedServer flooded = FloodedServer.withFullJobsAndCache()) {
            RedissonClient client = client(flooded);
            try {
                RLock mine = client.getFairLock("lock:fair");
                mine.lock();
                List<Integer> served = new CopyOnWriteArrayList<>();
                List<Thread> waiting = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    int number = i;
                    waiting.add(Thread.ofPlatform().start(() -> {
                        RLock theirs = client.getFairLock("lock:fair");
                        theirs.lock();
                        served.add(number);
                        theirs.unlock();
                    }));
                    FloodedServer.eventually("one more in the queue",
                            () -> flooded.observer.llen("redisson_lock_queue:{lock:fair}") == number + 1);
                }
                mine.unlock();
                for (Thread thread : waiting) {
                    assertThat(thread.join(Duration.ofSeconds(WAIT_SECONDS))).isTrue();
                }
                assertThat(served).containsExactly(0, 1, 2, 3);

                RSemaphore places = client.getSemaphore("places");
                assertThat(places.trySetPermits(3)).isTrue();
                places.acquire(2);
                assertThat(places.tryAcquire(2)).isFalse();
                CountDownLatch both = new CountDownLatch(2);
                places.acquireAsync().thenRun(both::countDown);
                places.acquireAsync().thenRun(both::countDown);
                FloodedServer.eventually("the last place taken", () -> both.getCount() == 1);
                places.release();
                assertThat(both.await(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();

                RPermitExpirableSemaphore leases = client.getPermitExpirableSemaphore("leases");
                assertThat(leases.trySetPermits(1)).isTrue();
                String forAMoment = leases.acquire(500, TimeUnit.MILLISECONDS);
                String next = leases.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS); // when the first one's time is over
                assertThat(next).isNotNull().isNotEqualTo(forAMoment);
                leases.release(next);
                flooded.assertFullThroughoutAndKeysIn("default");
            } finally {
                client.shutdown();
            }
        }
    }

    @Test
    void entriesOfAMapExpireAndMessagesArriveWhileJobsAreFull() throws Exception {
        try (FloodedServer flooded = FloodedServer.withFullJobs()) {
            RedissonClient client = client(flooded);
            RedissonClient other = client(flooded);
            try {
                RMapCache<String, String> products = client.getMapCache("cache:products");
                Map<String, String> expired = new ConcurrentHashMap<>();
                products.addListener((EntryExpiredListener<String, String>) event -> expired.put(event.getKey(), event.getValue()));
                for (int i = 0; i < 100; i++) {
                    products.fastPut("product " + i, "price " + i, i < 50 ? 1 : 3_600, TimeUnit.SECONDS, 1_800, TimeUnit.SECONDS);
                }
                assertThat(products.get("product 99")).isEqualTo("price 99");
                assertThat(products.putIfAbsent("product 99", "another")).isEqualTo("price 99");
                FloodedServer.eventually("fifty entries that expire", () -> expired.size() == 50);
                assertThat(expired).containsEntry("product 7", "price 7");
                assertThat(products.readAllKeySet()).hasSize(50);

                RTopic topic = other.getTopic("news");
                List<String> heard = new CopyOnWriteArrayList<>();
                CountDownLatch all = new CountDownLatch(100);
                topic.addListener(String.class, (channel, text) -> {
                    heard.add(text);
                    all.countDown();
                });
                for (int i = 0; i < 100; i++) {
                    assertThat(client.getTopic("news").publish("item " + i)).isEqualTo(1);
                }
                assertThat(all.await(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
                assertThat(heard).contains("item 0", "item 99").doesNotHaveDuplicates();
                flooded.assertFullThroughoutAndKeysIn("cache");
            } finally {
                other.shutdown();
                client.shutdown();
            }
        }
    }

    /** The key never goes, and its time to live grows again so many times. */
    private static void assertRenewed(FloodedServer flooded, String key, int times) {
        long[] last = {flooded.observer.pttl(key)};
        int[] renewals = {0};
        FloodedServer.eventually(times + " renewals of " + key, () -> {
            long now = flooded.observer.pttl(key);
            assertThat(now).isPositive();
            renewals[0] += now > last[0] ? 1 : 0;
            last[0] = now;
            return renewals[0] >= times;
        });
    }

    private static RedissonClient client(FloodedServer flooded) {
        Config config = new Config().setLockWatchdogTimeout(WATCHDOG_MILLIS).setMinCleanUpDelay(1).setMaxCleanUpDelay(1).setThreads(4)
            .setNettyThreads(4);
        config.useSingleServer().setAddress("redis://127.0.0.1:" + flooded.port()).setConnectionMinimumIdleSize(2)
            .setConnectionPoolSize(16);
        return Redisson.create(config);
    }
}

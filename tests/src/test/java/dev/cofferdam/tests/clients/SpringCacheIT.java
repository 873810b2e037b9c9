// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.cache.BatchStrategies;
import org.springframework.data.redis.cache.BatchStrategy;
import org.springframework.data.redis.cache.RedisCacheConfiguration;
import org.springframework.data.redis.cache.RedisCacheManager;
import org.springframework.data.redis.cache.RedisCacheWriter;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Spring Cache's manager for Redis over Lettuce, with its annotations, while jobs are full and refuse every write: pages are loaded once, expire, and are cleared by
 * prefix with KEYS and with SCAN.
 */
class SpringCacheIT {
    private static final int PAGES = 300;
    /** The prefix that sends them to the compartment that may evict; without it they lie in {@code default}. */
    private static final String PREFIX = "cache:";

    /** A slow source behind a cache, as applications write it. */
    interface Pages {
        @Cacheable("pages")
        String page(int number);

        @CachePut(cacheNames = "pages", key = "#p0")
        String changed(int number, String text);

        @CacheEvict("pages")
        void dropped(int number);

        @CacheEvict(cacheNames = "pages", allEntries = true)
        void allDropped();
    }

    private static final class SlowPages implements Pages {
        final AtomicInteger loads = new AtomicInteger();

        @Override
        public String page(int number) {
            loads.incrementAndGet();
            return "page " + number;
        }

        @Override
        public String changed(int number, String text) {
            return text;
        }

        @Override
        public void dropped(int number) {
        }

        @Override
        public void allDropped() {
        }
    }

    @EnableCaching
    @Configuration(proxyBeanMethods = false)
    static class Caching {
    }

    @Test
    void annotatedMethodsAreCachedWhileJobsAreFull() throws Exception {
        try (FloodedServer flooded = FloodedServer.withFullJobs();
                Connections redis = new Connections(flooded.port());
                AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            SlowPages source = new SlowPages();
            context.register(Caching.class);
            context.registerBean(CacheManager.class, () -> manager(redis, BatchStrategies.keys(), false));
            context.registerBean(Pages.class, () -> source);
            context.refresh();
            Pages pages = context.getBean(Pages.class);

            IntStream.range(0, 3).forEach(round -> IntStream.range(0, PAGES)
                .forEach(number -> assertThat(pages.page(number)).isEqualTo("page " + number)));
            assertThat(source.loads).hasValue(PAGES);
            assertThat(flooded.number("cache", "keys")).isEqualTo(PAGES);
            assertThat(flooded.number("cache", "expires")).isEqualTo(PAGES);

            pages.changed(7, "another page 7");
            pages.dropped(8);
            assertThat(pages.page(7)).isEqualTo("another page 7");
            assertThat(pages.page(8)).isEqualTo("page 8");
            assertThat(source.loads).hasValue(PAGES + 1);

            pages.allDropped(); // KEYS, then DEL of what it found
            assertThat(flooded.number("cache", "keys")).isZero();
            assertThat(pages.page(7)).isEqualTo("page 7");
            flooded.assertFullThroughoutAndKeysIn("cache");
        }
    }

    @Test
    void pagesExpireAndAreClearedByScanWithALockWhileJobsAreFull() throws Exception {
        try (FloodedServer flooded = FloodedServer.withFullJobs(); Connections redis = new Connections(flooded.port())) {
            RedisCacheManager manager = manager(redis, BatchStrategies.scan(50), true);
            Cache pages = Objects.requireNonNull(manager.getCache("pages"));
            Cache others = Objects.requireNonNull(manager.getCache("others"));
            Cache news = Objects.requireNonNull(manager.getCache("news"));
            for (int i = 0; i < PAGES; i++) {
                pages.put(i, "page " + i);
                others.put(i, "other " + i);
                assertThat(Objects.requireNonNull(others.putIfAbsent(i, "nobody's")).get()).isEqualTo("other " + i);
            }
            news.put("today", "rain");
            flooded.observer.set("cache:pages", "no entry of the cache");

            pages.clear();
            assertThat(flooded.observer.keys("cache:pages::*")).isEmpty();
            assertThat(flooded.observer.keys("cache:others::*")).hasSize(PAGES);
            assertThat(flooded.observer.exists("cache:pages")).isTrue();
            assertThat(pages.get(1, () -> "loaded")).isEqualTo("loaded");
            assertThat(pages.retrieve(1).get(60, TimeUnit.SECONDS)).isNotNull();

            FloodedServer.eventually("the end of what is news for a second", () -> news.get("today") == null);
            assertThat(flooded.observer.pttl("cache:others::7")).isBetween(1L, Duration.ofMinutes(10).toMillis());
            flooded.assertFullThroughoutAndKeysIn("cache", "default"); // the lock lies where nothing is evicted
        }
    }

    /** Spring's own names ({@code pages::7}) say to nobody that they are a cache's: what may not be dropped for sure stays where nothing is. */
    @Test
    void withoutAPrefixTheyLieWhereNothingIsEvicted() throws Exception {
        try (FloodedServer flooded = FloodedServer.withFullJobs(); Connections redis = new Connections(flooded.port())) {
            Cache pages = Objects.requireNonNull(RedisCacheManager.create(redis.factory).getCache("pages"));
            pages.put(7, "page 7");
            FloodedServer.eventually("a page that is written behind the caller's back", () -> pages.get(7) != null);
            assertThat(flooded.observer.exists("pages::7")).isTrue();
            flooded.assertFullThroughoutAndKeysIn("default");
        }
    }

    /** Writes are awaited, as they are not by default with Lettuce, so that the test may count keys behind them. */
    private static RedisCacheManager manager(Connections redis, BatchStrategy clearing, boolean locks) {
        RedisCacheWriter writer = RedisCacheWriter.create(redis.factory, options -> {
            options.batchStrategy(clearing).immediateWrites();
            if (locks) {
                options.enableLocking();
            }
        });
        RedisCacheConfiguration tenMinutes = RedisCacheConfiguration.defaultCacheConfig().prefixCacheNameWith(PREFIX)
            .entryTtl(Duration.ofMinutes(10));
        RedisCacheManager manager = RedisCacheManager.builder(writer).cacheDefaults(tenMinutes)
            .withCacheConfiguration("news", tenMinutes.entryTtl(Duration.ofSeconds(1))).build();
        manager.afterPropertiesSet();
        return manager;
    }

    private static final class Connections implements AutoCloseable {
        final LettuceConnectionFactory factory;

        Connections(int port) {
            factory = new LettuceConnectionFactory("127.0.0.1", port);
            factory.afterPropertiesSet();
            factory.start();
        }

        @Override
        public void close() {
            factory.destroy();
        }
    }
}

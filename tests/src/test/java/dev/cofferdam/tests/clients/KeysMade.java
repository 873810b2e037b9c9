// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;

/**
 * The names of all keys that come to be in a server, also of those that are gone a moment later: it listens to the notifications of new keys. Owns a connection
 * and the thread that listens.
 */
final class KeysMade implements AutoCloseable {
    private static final long WAIT_SECONDS = 60;
    private static final String LAST = "the last key";

    private final int port;
    private final Jedis listening;
    private final Thread thread;
    private final Set<String> names = new TreeSet<>();
    private final CountDownLatch subscribed = new CountDownLatch(1);
    private final CountDownLatch last = new CountDownLatch(1);

    KeysMade(int port) throws InterruptedException {
        this.port = port;
        try (Jedis jedis = new Jedis("127.0.0.1", port)) {
            jedis.configSet("notify-keyspace-events", "En");
        }
        listening = new Jedis("127.0.0.1", port, 0);
        thread = Thread.ofPlatform().daemon().name("new keys").start(this::listen);
        assertThat(subscribed.await(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    private void listen() {
        listening.psubscribe(new JedisPubSub() {
            @Override
            public void onPSubscribe(String pattern, int channels) {
                subscribed.countDown();
            }

            @Override
            public void onPMessage(String pattern, String channel, String key) {
                if (key.equals(LAST)) {
                    last.countDown();
                    punsubscribe();
                } else if (!key.contains(FullCompartment.MARK)) {
                    names.add(key);
                }
            }
        }, "__keyevent@*__:new");
    }

    /** Ends listening and answers the names, each with its compartment before it: {@code jobs queue:default}. */
    Set<String> withCompartments() throws InterruptedException {
        Set<String> all = new TreeSet<>();
        try (Jedis jedis = new Jedis("127.0.0.1", port)) {
            jedis.set(LAST, "");
            assertThat(last.await(WAIT_SECONDS, TimeUnit.SECONDS)).as("the event of the last key comes").isTrue();
            thread.join(TimeUnit.SECONDS.toMillis(WAIT_SECONDS));
            assertThat(thread.isAlive()).isFalse();
            for (String name : names) {
                byte[] compartment = (byte[]) jedis.sendCommand(() -> "COMPARTMENT".getBytes(StandardCharsets.US_ASCII), "OF", name);
                all.add(new String(compartment, StandardCharsets.UTF_8) + " " + name);
            }
        }
        return all;
    }

    @Override
    public void close() {
        listening.close();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.server.net.LoopHarness.RawClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Clients keep what they read in caches and drop what they are told to: at any time, when all messages are read, each cache holds what the server has. Random commands,
 * transactions, scripts, lanes, expiry, flushes, a small table; the seed is printed.
 */
class TrackingPropertyTest {
    private static final long SEED = Long.getLong("cofferdam.seed", System.nanoTime());
    private static final int STEPS = 3000;
    private static final int KEYS = 30;
    private static final String NONE = "(none)";

    /** A client with a cache. */
    private static final class Caching implements AutoCloseable {
        final RawClient socket;
        final Map<String, String> cache = new HashMap<>();
        final boolean broadcast;

        Caching(LoopHarness harness, boolean broadcast) throws Exception {
            this.broadcast = broadcast;
            socket = harness.connect();
            run("HELLO", "3");
            if (broadcast) {
                run("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "k", "PREFIX", "o");
            } else {
                run("CLIENT", "TRACKING", "ON");
            }
        }

        /** The command's reply as text; messages before and behind it are taken. */
        String run(String... words) throws Exception {
            socket.command(words).command("ECHO", "the end");
            List<Object> replies = new ArrayList<>();
            for (Object next = read(); !"the end".equals(next); next = read()) {
                if (next != this) {
                    replies.add(next);
                }
            }
            assertThat(replies).hasSize(1);
            return String.valueOf(replies.getFirst());
        }

        /** A reply, or this for a message, which is obeyed. */
        private Object read() throws Exception {
            String head = socket.line();
            int count = "*%>~$".indexOf(head.charAt(0)) >= 0 ? Integer.parseInt(head.substring(1)) : 0;
            switch (head.charAt(0)) {
                case '$' -> {
                    String text = socket.read(count);
                    socket.line();
                    return text;
                }
                case '_' -> {
                    return NONE;
                }
                case '*', '~', '%', '>' -> {
                    List<Object> parts = new ArrayList<>();
                    for (int i = 0; i < (head.charAt(0) == '%' ? 2 * count : count); i++) {
                        parts.add(read());
                    }
                    if (head.charAt(0) != '>') {
                        return parts;
                    }
                    assertThat(parts.getFirst()).isEqualTo("invalidate");
                    if (parts.get(1) instanceof List<?> keys) {
                        keys.forEach(cache::remove);
                    } else {
                        cache.clear();
                    }
                    return this;
                }
                default -> {
                    return head;
                }
            }
        }

        @Override
        public void close() throws Exception {
            socket.close();
        }
    }

    @Test
    void cachesHoldWhatTheServerHas() throws Exception {
        System.out.println("TrackingPropertyTest: repeat with -Dcofferdam.seed=" + SEED);
        Random random = new Random(SEED);
        try (LoopHarness harness = new LoopHarness(64 << 20, 16 << 20);
                Caching plain = new Caching(harness, false);
                Caching other = new Caching(harness, false);
                Caching broadcast = new Caching(harness, true);
                RawClient writer = harness.connect()) {
            harness.server.loop().submit(() -> {
                harness.server.tracking().setKeysMax(KEYS / 2);
                harness.server.settings().setLaneThresholdElements(8);
            });
            List<Caching> all = List.of(plain, other, broadcast);
            for (int step = 0; step < STEPS; step++) {
                Caching client = all.get(random.nextInt(3));
                if (random.nextInt(3) == 0) {
                    change(client, random);
                } else {
                    String key = key(random);
                    client.socket.command("GET", key).command("ECHO", "the end");
                    readInto(client, key);
                }
                if (step % 100 == 99) {
                    compare(writer, all, step);
                }
            }
        }
    }

    /** The value counts as read with the reply; what comes behind it may drop it again. */
    private static void readInto(Caching client, String key) throws Exception {
        for (Object next = client.read(); !"the end".equals(next); next = client.read()) {
            if (next != client) {
                client.cache.put(key, String.valueOf(next));
            }
        }
    }

    private static String key(Random random) {
        return (random.nextBoolean() ? "k" : "o") + random.nextInt(KEYS);
    }

    private static void change(Caching client, Random random) throws Exception {
        String key = key(random);
        String value = Integer.toString(random.nextInt(1000));
        switch (random.nextInt(12)) {
            case 0 -> client.run("DEL", key, key(random));
            case 1 -> client.run("SET", key, value, "PX", Integer.toString(1 + random.nextInt(40)));
            case 2 -> client.run("RENAME", key, key(random));
            case 3 ->
                client.run("EVAL", "redis.call('set', KEYS[1], ARGV[1]) return redis.call('get', KEYS[2])", "2", key, key(random), value);
            case 4 -> client.run(many("MSET", random, 30));
            case 5 -> client.run(many("DEL", random, 20));
            case 6 ->
                client.run("EVAL", "local x = 0 for i = 1, 100000 do x = x + i end redis.call('append', KEYS[1], '1') return x", "1", key);
            case 7 -> client.run(random.nextInt(10) == 0 ? "FLUSHALL" : "FLUSHDB");
            case 8 -> {
                client.socket
                    .send(RawClient.resp("MULTI") + RawClient.resp("SET", key, value) + RawClient.resp("APPEND", key(random), "x"));
                for (int i = 0; i < 3; i++) {
                    Object next = client.read();
                    i -= next == client ? 1 : 0;
                }
                client.run("EXEC");
            }
            default -> client.run("SET", key, value);
        }
    }

    private static String[] many(String command, Random random, int keys) {
        List<String> words = new ArrayList<>(List.of(command));
        for (int i = 0; i < keys; i++) {
            words.add(key(random));
            if (command.equals("MSET")) {
                words.add("m" + i);
            }
        }
        return words.toArray(String[]::new);
    }

    private static void compare(RawClient writer, List<Caching> all, int step) throws Exception {
        for (Caching client : all) {
            client.run("PING");
        }
        // What expires by itself is told within moments, so a difference may go away; one that stays is a mistake.
        for (Caching client : all) {
            assertThat(LoopHarness.eventually(() -> differences(writer, client).isEmpty()))
                .as("step %d, %s: %s", step, client.broadcast ? "broadcast" : "plain", differences(writer, client)).isTrue();
        }
    }

    private static List<String> differences(RawClient writer, Caching client) {
        List<String> differences = new ArrayList<>();
        try {
            client.run("PING");
            for (Map.Entry<String, String> entry : client.cache.entrySet()) {
                String head = writer.ask("GET", entry.getKey());
                String there = head.equals("$-1") ? NONE : writer.line();
                if (!there.equals(entry.getValue())) {
                    differences.add(entry.getKey() + " is " + there + ", cached " + entry.getValue());
                }
            }
            if (!differences.isEmpty()) {
                client.run("PING");
                differences.removeIf(text -> !client.cache.containsKey(text.substring(0, text.indexOf(' '))));
            }
        } catch (Exception e) {
            differences.add(e.toString());
        }
        return differences;
    }
}

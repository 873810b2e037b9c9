// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.server.net.LoopHarness.RawClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Client-side caching where it is hard: lanes, full tables, large keys, clients that leave. What stock answers too is compared in {@code TrackingIT}. */
class TrackingTest {
    private static LoopHarness harness() throws Exception {
        return new LoopHarness(64 << 20, 16 << 20);
    }

    /** A client in RESP3 that tracks with these options. */
    private static RawClient tracker(LoopHarness harness, String... options) throws Exception {
        RawClient client = harness.connect();
        client.command("HELLO", "3").command("ECHO", "hello");
        while (!client.line().equals("hello")) {
            // the map of HELLO
        }
        List<String> words = new ArrayList<>(List.of("CLIENT", "TRACKING", "ON"));
        words.addAll(List.of(options));
        assertThat(client.ask(words.toArray(String[]::new))).isEqualTo("+OK");
        return client;
    }

    /** The next message, as the keys that it names, or null for all. */
    private static List<String> invalidated(RawClient client) throws Exception {
        assertThat(client.line()).isEqualTo(">2");
        assertThat(client.line()).isEqualTo("$10");
        assertThat(client.line()).isEqualTo("invalidate");
        String head = client.line();
        if (head.equals("_")) {
            return null;
        }
        assertThat(head).startsWith("*");
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(head.substring(1)); i++) {
            client.line();
            keys.add(client.line());
        }
        return keys;
    }

    private static void addMembers(RawClient client, String key, int count) throws Exception {
        String[] add = new String[count + 2];
        add[0] = "SADD";
        add[1] = key;
        for (int i = 0; i < count; i++) {
            add[i + 2] = "member" + i;
        }
        assertThat(client.ask(add)).isEqualTo(":" + count);
    }

    @Test
    void whatALaneReadsAndChangesIsKnown() throws Exception {
        try (LoopHarness harness = harness(); RawClient writer = harness.connect(); RawClient tracker = tracker(harness)) {
            addMembers(writer, "many", 5000);
            long lanes = harness.server.statistics().laneCommands;
            tracker.command("SRANDMEMBER", "many", "4000");
            assertThat(tracker.line()).isEqualTo("*4000");
            for (int i = 0; i < 8000; i++) {
                tracker.line();
            }
            assertThat(tracker.ask("EXISTS", "copy")).isEqualTo(":0");
            assertThat(tracker.ask("SUNIONSTORE", "copy", "many")).isEqualTo(":5000");
            assertThat(invalidated(tracker)).containsExactly("copy");
            assertThat(harness.server.statistics().laneCommands).isGreaterThan(lanes);
            assertThat(writer.ask("DEL", "many")).isEqualTo(":1");
            assertThat(invalidated(tracker)).containsExactly("many");
        }
    }

    @Test
    void aScriptInItsLaneHasReadTheKeysItWasCalledWith() throws Exception {
        try (LoopHarness harness = harness(); RawClient writer = harness.connect(); RawClient tracker = tracker(harness)) {
            String slow = "local x = 0 for i = 1, 300000 do x = x + i end ";
            String script = slow + "redis.call('set', KEYS[1], 'a') redis.call('get', KEYS[2]) redis.call('set', KEYS[2], 'b') return 1";
            for (int i = 0; i < 3; i++) {
                long lanes = harness.server.statistics().laneCommands;
                assertThat(tracker.ask("EVAL", script, "2", "k1", "k2")).isEqualTo(":1");
                assertThat(invalidated(tracker)).containsExactly("k2");
                assertThat(harness.server.statistics().laneCommands).isGreaterThan(lanes);
                assertThat(writer.ask("SET", "k1", "v")).isEqualTo("+OK");
                assertThat(invalidated(tracker)).containsExactly("k1");
            }
        }
    }

    @Test
    void whatExpiresByItselfIsTold() throws Exception {
        try (LoopHarness harness = harness();
                RawClient writer = harness.connect();
                RawClient tracker = tracker(harness);
                RawClient broadcast = tracker(harness, "BCAST", "NOLOOP")) {
            assertThat(writer.ask("SET", "k", "v", "PX", "50")).isEqualTo("+OK");
            assertThat(invalidated(broadcast)).containsExactly("k");
            assertThat(tracker.ask("STRLEN", "k")).isEqualTo(":1");
            assertThat(invalidated(tracker)).containsExactly("k");
            assertThat(invalidated(broadcast)).containsExactly("k");
        }
    }

    @Test
    void beyondTheLargestNumberOfKeysSomeAreDroppedAndTold() throws Exception {
        try (LoopHarness harness = harness(); RawClient tracker = tracker(harness)) {
            harness.server.loop().submit(() -> harness.server.tracking().setKeysMax(10));
            List<String> dropped = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                assertThat(tracker.ask("STRLEN", "key" + i)).isEqualTo(":0");
                if (i >= 10) {
                    dropped.addAll(invalidated(tracker));
                }
            }
            assertThat(dropped).doesNotHaveDuplicates().hasSize(40);
            assertThat(harness.server.tracking().trackedKeys()).isEqualTo(10);
            harness.server.loop().submit(() -> harness.server.tracking().setKeysMax(3));
            for (int i = 0; i < 7; i++) {
                dropped.addAll(invalidated(tracker));
            }
            assertThat(dropped).doesNotHaveDuplicates().hasSize(47);
        }
    }

    @Test
    void withoutMemoryForMoreKeysOthersAreDroppedAndTold() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 4 << 20)) {
            long bound = harness.server.tracking().memory().maxBytes();
            try (RawClient tracker = tracker(harness)) {
                long told = 0;
                for (int i = 0; i < 2000; i++) {
                    String key = i + "k".repeat(1500);
                    tracker.command("STRLEN", key).command("ECHO", "end");
                    for (String line = tracker.line(); !line.equals("end"); line = tracker.line()) {
                        told += line.equals("invalidate") ? 1 : 0;
                    }
                    assertThat(harness.server.tracking().memory().usedBytes()).isLessThanOrEqualTo(bound);
                }
                assertThat(told + harness.server.tracking().trackedKeys()).isEqualTo(2000);
                assertThat(told).isGreaterThan(500);
            }
            assertThat(LoopHarness.eventually(() -> harness.server.tracking().memory().usedBytes() == 0)).isTrue();
        }
    }

    @Test
    void aKeyThatCannotBeRememberedIsToldAtOnce() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 4 << 20); RawClient tracker = tracker(harness)) {
            String key = "k".repeat(1_500_000);
            assertThat(tracker.ask("STRLEN", key)).isEqualTo(":0");
            assertThat(invalidated(tracker)).containsExactly(key);
            assertThat(harness.server.tracking().trackedKeys()).isZero();
        }
    }

    @Test
    void aBroadcastOfManyKeysAndLongOnesIsWhole() throws Exception {
        try (LoopHarness harness = harness();
                RawClient writer = harness.connect();
                RawClient tracker = tracker(harness, "BCAST", "PREFIX", "p")) {
            String[] set = new String[1 + 2 * 6000];
            set[0] = "MSET";
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < 6000; i++) {
                String key = i % 500 == 7 ? "p" + i + "x".repeat(5000) : i % 3 == 0 ? "other" + i : "p" + i;
                if (key.startsWith("p")) {
                    keys.add(key);
                }
                set[1 + 2 * i] = key;
                set[2 + 2 * i] = "v";
            }
            assertThat(writer.ask(set)).isEqualTo("+OK");
            List<String> told = new ArrayList<>();
            while (told.size() < keys.size()) {
                List<String> part = invalidated(tracker);
                assertThat(part).isSorted();
                told.addAll(part);
            }
            assertThat(told).containsExactlyInAnyOrderElementsOf(keys);
        }
    }

    @Test
    void clientsThatLeaveOrDoNotReadCostNobodyAMessage() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 4 << 20);
                RawClient writer = harness.connect();
                RawClient tracker = tracker(harness)) {
            List<RawClient> others = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                RawClient other = i % 2 == 0 ? tracker(harness) : tracker(harness, "BCAST");
                assertThat(other.ask("STRLEN", "k")).isEqualTo(":0");
                others.add(other);
            }
            for (int i = 0; i < 10; i++) {
                others.get(i).close();
            }
            harness.server.settings().setUploadStallMillis(100);
            String key = "k".repeat(100_000);
            for (int i = 0; i < 60; i++) {
                assertThat(tracker.ask("STRLEN", key)).startsWith(":");
                assertThat(writer.ask("SET", key, Integer.toString(i))).isEqualTo("+OK");
                assertThat(invalidated(tracker)).containsExactly(key);
            }
            for (RawClient other : others) {
                other.close();
            }
            assertThat(LoopHarness.eventually(() -> harness.server.tracking().clients() == 1)).isTrue();
            assertThat(harness.server.tracking().prefixes()).isZero();
        }
    }
}

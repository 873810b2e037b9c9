// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.KeyspaceAudit;
import dev.cofferdam.server.command.CommandHarness;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Streams against a sorted map of ids, pending entries against another; waiting readers; and what works in a full compartment. */
class StreamPropertyTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261123L);
    private static final int STEPS = 6_000;

    @Test
    void isASortedMap() {
        Random random = new Random(SEED);
        NavigableMap<Integer, String> model = new TreeMap<>();
        NavigableMap<Integer, String> pending = new TreeMap<>();
        int last = 0;
        int delivered = 0;
        try (CommandHarness harness = CommandHarness.single(32 << 20)) {
            harness.run("XGROUP", "CREATE", "s", "g", "0", "MKSTREAM");
            for (int i = 0; i < STEPS; i++) {
                String as = "seed " + SEED + ", step " + i + " (-Dtest=StreamPropertyTest -Dcofferdam.seed=" + SEED + ")";
                int id = 1 + random.nextInt(last + 1);
                switch (random.nextInt(12)) {
                    case 0 -> {
                        assertThat(harness.run("XDEL", "s", id + "-1")).as(as).isEqualTo(":" + (model.remove(id) == null ? 0 : 1) + "\r\n");
                    }
                    case 1 -> {
                        Map.Entry<Integer, String> one = delivered == last ? null : model.higherEntry(delivered);
                        String consumer = random.nextBoolean() ? "ann" : "ben";
                        String reply = harness.run("XREADGROUP", "GROUP", "g", consumer, "COUNT", "1", "STREAMS", "s", ">");
                        assertThat(reply).as(as).contains(one == null ? "*-1" : "\r\n" + one.getKey() + "-1\r\n");
                        if (one != null) {
                            delivered = one.getKey();
                            pending.put(delivered, consumer);
                        }
                    }
                    case 2 -> assertThat(harness.run("XACK", "s", "g", id + "-1")).as(as)
                        .isEqualTo(":" + (pending.remove(id) == null ? 0 : 1) + "\r\n");
                    case 3 -> {
                        if (random.nextInt(10) == 0) {
                            int least = Math.max(0, last - random.nextInt(1_000));
                            int before = model.headMap(least).size();
                            assertThat(harness.run("XTRIM", "s", "MINID", least + "-1")).as(as).isEqualTo(":" + before + "\r\n");
                            model.headMap(least).clear();
                        }
                    }
                    case 4 -> {
                        int count = 1 + random.nextInt(5);
                        String reply = harness.run("XRANGE", "s", Integer.toString(id), "+", "COUNT", Integer.toString(count));
                        assertThat(reply).as(as).isEqualTo(entries(model.tailMap(id), count));
                    }
                    case 5 -> {
                        int count = 1 + random.nextInt(5);
                        String reply = harness.run("XREVRANGE", "s", Integer.toString(id), "-", "COUNT", Integer.toString(count));
                        assertThat(reply).as(as).isEqualTo(entries(model.headMap(id, true).descendingMap(), count));
                    }
                    default -> {
                        last += 1 + random.nextInt(3);
                        String value = "v".repeat(random.nextInt(40) == 0 ? 9_000 : random.nextInt(60));
                        assertThat(harness.run("XADD", "s", last + "-1", "field", value)).as(as).contains(last + "-1");
                        model.put(last, value);
                    }
                }
                assertThat(harness.run("XLEN", "s")).as(as).isEqualTo(":" + model.size() + "\r\n");
            }
            assertThat(harness.run("XPENDING", "s", "g")).startsWith("*4\r\n:" + pending.size() + "\r\n");
            assertThat(harness.run("XPENDING", "s", "g", "-", "+", "100000", "ann"))
                .startsWith("*" + pending.values().stream().filter("ann"::equals).count() + "\r\n");
            assertThat(KeyspaceAudit.of(harness.server.keyspace())).isEmpty();
            harness.run("DEL", "s");
            for (int i = 0; i < 1_000; i++) {
                harness.server.housekeeping();
            }
            assertThat(KeyspaceAudit.of(harness.server.keyspace())).isEmpty();
        }
    }

    private static String entries(Map<Integer, String> from, int count) {
        StringBuilder text = new StringBuilder();
        text.append('*').append(Math.min(count, from.size())).append("\r\n");
        from.entrySet().stream().limit(count).forEach(each -> {
            String id = each.getKey() + "-1";
            text.append("*2\r\n$").append(id.length()).append("\r\n").append(id).append("\r\n*2\r\n$5\r\nfield\r\n$")
                .append(each.getValue().length()).append("\r\n").append(each.getValue()).append("\r\n");
        });
        return text.toString();
    }

    @Test
    void everyWaitingReaderSeesWhatCameAfterItBegan() {
        try (CommandHarness harness = CommandHarness.single(16 << 20)) {
            harness.run("XADD", "s", "1-1", "a", "old");
            harness.run("XGROUP", "CREATE", "s", "g", "$");
            CommandHarness.TestClient one = harness.client();
            CommandHarness.TestClient two = harness.client();
            CommandHarness.TestClient worker = harness.client();
            CommandHarness.TestClient idle = harness.client();
            assertThat(one.run("XREAD", "BLOCK", "0", "STREAMS", "s", "$")).isEmpty();
            assertThat(two.run("XREAD", "BLOCK", "0", "STREAMS", "s", "$")).isEmpty();
            assertThat(worker.run("XREADGROUP", "GROUP", "g", "ann", "BLOCK", "0", "STREAMS", "s", ">")).isEmpty();
            assertThat(idle.run("XREADGROUP", "GROUP", "g", "ben", "BLOCK", "0", "STREAMS", "s", ">")).isEmpty();
            harness.run("XADD", "s", "2-1", "a", "new");
            assertThat(one.received()).contains("2-1").doesNotContain("1-1");
            assertThat(two.received()).contains("2-1").doesNotContain("1-1");
            assertThat(worker.received()).contains("2-1");
            assertThat(idle.received()).isEmpty();
            harness.run("DEL", "s");
            assertThat(idle.received()).startsWith("-UNBLOCKED the stream key no longer exists");
            assertThat(KeyspaceAudit.of(harness.server.keyspace())).isEmpty();
        }
    }

    @Test
    void workersGoOnInAFullCompartment() {
        try (CommandHarness harness = CommandHarness.single(8 << 20)) {
            harness.run("XGROUP", "CREATE", "jobs", "g", "0", "MKSTREAM");
            int added = 0;
            while (!harness.run("XADD", "jobs", "*", "job", "x".repeat(300)).startsWith("-OOM ")) {
                assertThat(added++).isLessThan(100_000);
            }
            for (int i = 0; i < 2_000; i++) {
                String reply = harness.run("XREADGROUP", "GROUP", "g", "worker", "COUNT", "1", "STREAMS", "jobs", ">");
                assertThat(reply).startsWith("*1\r\n");
                String id = reply.split("\r\n")[7];
                assertThat(harness.run("XACK", "jobs", "g", id)).isEqualTo(":1\r\n");
                assertThat(harness.run("XDEL", "jobs", id)).isEqualTo(":1\r\n");
            }
            assertThat(harness.run("XADD", "jobs", "*", "job", "x".repeat(300))).startsWith("$");
            assertThat(KeyspaceAudit.of(harness.server.keyspace())).isEmpty();
        }
    }
}

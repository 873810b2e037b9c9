// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.FullPolicy;
import dev.cofferdam.server.net.LoopHarness.RawClient;
import dev.cofferdam.server.pubsub.EventClasses;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Events about keys as a subscriber sees them: from commands, from lanes, from what the keyspace does by itself. */
class KeyspaceEventsTest {
    private static void listen(LoopHarness harness, String letters) {
        harness.server.loop().submit(() -> {
            harness.server.pubsub().events().setClasses(EventClasses.parse(letters));
            harness.server.keyNews().update();
        });
    }

    private static RawClient subscriber(LoopHarness harness) throws Exception {
        RawClient subscriber = harness.connect();
        subscriber.command("PSUBSCRIBE", "__key*");
        for (int i = 0; i < 6; i++) {
            subscriber.line();
        }
        return subscriber;
    }

    /** The next event as "channel payload". */
    private static String next(RawClient subscriber) throws Exception {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            lines.add(subscriber.line());
        }
        return lines.get(6) + " " + lines.get(8);
    }

    @Test
    void commandsTellInOrderInsideOfTransactionsToo() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 16 << 20); RawClient client = harness.connect()) {
            listen(harness, "KEAn");
            try (RawClient subscriber = subscriber(harness)) {
                client.send(RawClient.resp("MULTI") + RawClient.resp("SET", "k", "v", "EX", "100") + RawClient.resp("DEL", "k")
                        + RawClient.resp("EXEC"));
                for (String event : List.of("new", "set", "expire", "del")) {
                    assertThat(next(subscriber)).isEqualTo("__keyspace@0__:k " + event);
                    assertThat(next(subscriber)).isEqualTo("__keyevent@0__:" + event + " k");
                }
            }
        }
    }

    @Test
    void aLaneTellsWhatItChangedWithItsKeys() throws Exception {
        try (LoopHarness harness = new LoopHarness(64 << 20, 16 << 20); RawClient client = harness.connect()) {
            String[] add = new String[5002];
            add[0] = "SADD";
            add[1] = "many";
            for (int i = 2; i < add.length; i++) {
                add[i] = "m" + i;
            }
            assertThat(client.ask(add)).isEqualTo(":5000");
            listen(harness, "EAn");
            try (RawClient subscriber = subscriber(harness)) {
                long lanes = harness.server.statistics().laneCommands;
                assertThat(client.ask("SUNIONSTORE", "copy", "many")).isEqualTo(":5000");
                assertThat(next(subscriber)).isEqualTo("__keyevent@0__:new copy");
                assertThat(next(subscriber)).isEqualTo("__keyevent@0__:sunionstore copy");
                assertThat(harness.server.statistics().laneCommands).isGreaterThan(lanes);
            }
        }
    }

    @Test
    void expiryAndMissesAreTold() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 16 << 20); RawClient client = harness.connect()) {
            listen(harness, "Exm");
            try (RawClient subscriber = subscriber(harness)) {
                client.ask("SET", "short", "v", "PX", "30");
                assertThat(next(subscriber)).isEqualTo("__keyevent@0__:expired short");
                client.ask("GET", "absent");
                assertThat(next(subscriber)).isEqualTo("__keyevent@0__:keymiss absent");
            }
        }
    }

    @Test
    void evictionIsTold() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20, FullPolicy.EVICT, 4 << 20, table -> {
        }); RawClient client = harness.connect()) {
            listen(harness, "Ee");
            try (RawClient subscriber = subscriber(harness)) {
                String value = "v".repeat(1000);
                for (int i = 0; i < 5000; i++) {
                    client.ask("SET", "o" + i, value);
                }
                assertThat(next(subscriber)).startsWith("__keyevent@0__:evicted o");
            }
        }
    }
}

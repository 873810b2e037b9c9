// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.server.config.OutputLimits;
import dev.cofferdam.server.config.OutputLimits.Limit;
import dev.cofferdam.server.net.LoopHarness.RawClient;
import dev.cofferdam.server.pubsub.EventClasses;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages over real sockets: their order, who is cut, and whose memory it is. */
class PubSubTest {
    private static String message(String channel, String payload) {
        return RawClient.resp("message", channel, payload);
    }

    private static String subscribed(String channel, int count) {
        return "*3\r\n$9\r\nsubscribe\r\n$" + channel.length() + "\r\n" + channel + "\r\n:" + count + "\r\n";
    }

    private static void expect(RawClient client, String bytes) throws Exception {
        assertThat(client.read(bytes.length())).isEqualTo(bytes);
    }

    @Test
    void aMessageGoesToAllWhoSubscribed() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 16 << 20); RawClient publisher = harness.connect()) {
            List<RawClient> subscribers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                RawClient subscriber = harness.connect();
                subscribers.add(subscriber);
                expect(subscriber.command("SUBSCRIBE", "news"), subscribed("news", 1));
            }
            assertThat(publisher.ask("PUBLISH", "news", "one")).isEqualTo(":20");
            String large = "x".repeat(100_000);
            assertThat(publisher.ask("PUBLISH", "news", large)).isEqualTo(":20");
            for (RawClient subscriber : subscribers) {
                expect(subscriber, message("news", "one") + message("news", large));
                subscriber.close();
            }
            assertThat(LoopHarness.eventually(() -> harness.server.pubsub().of(0).names() == 0)).isTrue();
        }
    }

    @Test
    void repliesAndMessagesOfAClientKeepTheirOrder() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 16 << 20); RawClient client = harness.connect()) {
            String hello = RawClient.resp("HELLO", "3") + RawClient.resp("SUBSCRIBE", "c");
            client.send(hello);
            while (!client.line().equals("subscribe")) {
                // the map of HELLO
            }
            expect(client, "$1\r\nc\r\n:1\r\n");
            StringBuilder batch = new StringBuilder();
            StringBuilder expected = new StringBuilder();
            for (int i = 0; i < 500; i++) {
                batch.append(RawClient.resp("PUBLISH", "c", "m" + i)).append(RawClient.resp("ECHO", "e" + i));
                expected.append('>').append(message("c", "m" + i).substring(1)).append(":1\r\n$").append(("e" + i).length()).append("\r\ne")
                    .append(i).append("\r\n");
            }
            expect(client.send(batch.toString()), expected.toString());
            // Inside of EXEC a message waits for the end of the reply.
            client.send(RawClient.resp("MULTI") + RawClient.resp("PUBLISH", "c", "in") + RawClient.resp("PING") + RawClient.resp("EXEC"));
            expect(client, "+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n:1\r\n+PONG\r\n>" + message("c", "in").substring(1));
        }
    }

    @Test
    void whoDoesNotReadIsCutByTheLimitOfItsClassAndNamed() throws Exception {
        try (LoopHarness harness = new LoopHarness(64 << 20, 32 << 20)) {
            harness.server.settings().setOutputLimits(new OutputLimits(Limit.NONE, Limit.NONE, new Limit(1 << 20, 0, 0)));
            assertOnlyTheStalledSubscriberIsCut(harness, "output-hard-limit");
        }
    }

    @Test
    void withoutALimitTheStalledSubscriberIsCutWhenConnectionsIsFullAndNobodyElse() throws Exception {
        try (LoopHarness harness = new LoopHarness(64 << 20, 8 << 20)) {
            assertOnlyTheStalledSubscriberIsCut(harness, "output-no-memory");
        }
    }

    private static void assertOnlyTheStalledSubscriberIsCut(LoopHarness harness, String reason) throws Exception {
        try (RawClient publisher = harness.connect();
                RawClient stalled = harness.connectWithSmallBuffer();
                RawClient reader = harness.connect()) {
            assertThat(stalled.ask("CLIENT", "SETNAME", "sleeper")).isEqualTo("+OK");
            expect(stalled.command("SUBSCRIBE", "c"), subscribed("c", 1));
            expect(reader.command("SUBSCRIBE", "c"), subscribed("c", 1));
            String payload = "p".repeat(4000);
            for (int i = 0; i < 9000 && harness.events.stream().noneMatch(line -> line.contains("client-cut")); i++) {
                publisher.ask("PUBLISH", "c", payload);
                expect(reader, message("c", payload));
            }
            assertThat(harness.events).anyMatch(line -> line.contains("client-cut reason=" + reason) && line.contains("sleeper"));
            assertThat(publisher.ask("PUBLISH", "c", "last")).isEqualTo(":1");
            expect(reader, message("c", "last"));
        }
    }

    @Test
    void clientsAreListedAndKilledByTheirType() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 16 << 20);
                RawClient client = harness.connect();
                RawClient subscriber = harness.connect();
                RawClient monitor = harness.connect()) {
            for (RawClient each : List.of(client, subscriber, monitor)) {
                assertThat(each.ask("CLIENT", "SETNAME", each == client ? "asks" : each == monitor ? "sees" : "hears")).isEqualTo("+OK");
            }
            expect(subscriber.command("SUBSCRIBE", "c"), subscribed("c", 1));
            assertThat(monitor.ask("MONITOR")).isEqualTo("+OK");
            assertThat(names(client, "pubsub")).containsExactly("hears");
            assertThat(names(client, "Normal")).as("who sees all commands is a normal client, as in Redis").containsExactly("asks", "sees");
            for (String type : List.of("master", "replica", "slave")) {
                assertThat(names(client, type)).isEmpty();
                assertThat(client.ask("CLIENT", "KILL", "TYPE", type)).isEqualTo(":0");
            }
            assertThat(client.ask("CLIENT", "LIST", "TYPE", "none")).isEqualTo("-ERR Unknown client type 'none'");
            assertThat(client.ask("CLIENT", "KILL", "TYPE", "none")).isEqualTo("-ERR Unknown client type 'none'");
            assertThat(client.ask("CLIENT", "KILL", "TYPE", "PUBSUB")).isEqualTo(":1");
            assertThat(subscriber.isAtEnd()).isTrue();
            assertThat(client.ask("CLIENT", "KILL", "TYPE", "normal")).as("all but oneself").isEqualTo(":1");
        }
    }

    /** Names of the clients that CLIENT LIST shows of a type. */
    private static List<String> names(RawClient client, String type) throws Exception {
        int bytes = Integer.parseInt(client.ask("CLIENT", "LIST", "TYPE", type).substring(1));
        List<String> names = new ArrayList<>();
        for (String line : client.read(bytes + 2).trim().split("\n")) {
            if (!line.isEmpty()) {
                names.add(line.replaceAll(".* name=(\\w*) .*", "$1"));
            }
        }
        return names;
    }

    @Test
    void subscriptionsTakeAQuarterOfConnectionsAtMostAndGiveItBack() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20);
                RawClient client = harness.connect();
                RawClient other = harness.connect()) {
            int count = subscribeUntilRefused(client);
            assertThat(count).isBetween(1000, 8000);
            assertThat(harness.server.pubsub().memory().usedBytes()).isLessThanOrEqualTo(2 << 20);
            assertThat(other.ask("SET", "k", "v")).isEqualTo("+OK");
            client.close();
            assertThat(LoopHarness.eventually(() -> harness.server.pubsub().memory().usedBytes() <= 8192)).isTrue();
        }
    }

    private static int subscribeUntilRefused(RawClient client) throws Exception {
        for (int count = 1;; count++) {
            String reply = client.ask("PSUBSCRIBE", "pattern-with-a-rather-long-name-" + "x".repeat(500) + count);
            if (reply.startsWith("-")) {
                assertThat(reply).startsWith("-ERR no memory for another subscription");
                return count;
            }
            for (int i = 0; i < 5; i++) {
                client.line();
            }
        }
    }

    /** Subscriptions have taken all that listeners may have, so there is no buffer for the names of events' channels. */
    @Test
    void eventsThereIsNoMemoryForAreCounted() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 8 << 20);
                RawClient client = harness.connect();
                RawClient other = harness.connect()) {
            subscribeUntilRefused(client);
            assertThat(harness.server.loop().ask(() -> {
                harness.server.pubsub().events().setClasses(EventClasses.parse("KEA"));
                harness.server.keyNews().update();
                return true;
            }, false)).isTrue();
            assertThat(other.ask("SET", "k", "v")).isEqualTo("+OK");
            assertThat(other.ask("DEL", "k")).isEqualTo(":1");
            assertThat(dropped(other)).isEqualTo(2);
            client.close();
            assertThat(LoopHarness.eventually(() -> harness.server.pubsub().memory().usedBytes() <= 8192)).isTrue();
            try (RawClient listener = harness.connect()) {
                listener.command("PSUBSCRIBE", "__keyevent*");
                for (int i = 0; i < 6; i++) {
                    listener.line();
                }
                assertThat(other.ask("SET", "k", "v")).isEqualTo("+OK");
                expect(listener, RawClient.resp("pmessage", "__keyevent*", "__keyevent@0__:set", "k"));
                assertThat(dropped(other)).isEqualTo(2);
            }
        }
    }

    private static int dropped(RawClient client) throws Exception {
        int bytes = Integer.parseInt(client.ask("INFO", "stats").substring(1));
        return Integer.parseInt(client.read(bytes + 2).replaceAll("(?s).*keyspace_events_dropped:(\\d+).*", "$1"));
    }

    @Test
    void monitorShowsCommandsAsRedisDoesAndNoPasswords() throws Exception {
        try (LoopHarness harness = new LoopHarness(32 << 20, 16 << 20);
                RawClient client = harness.connect();
                RawClient monitor = harness.connect()) {
            assertThat(monitor.ask("MONITOR")).isEqualTo("+OK");
            client.ask("SET", "k", "a\"\n\u00ff");
            assertThat(monitor.line()).matches("\\+\\d+\\.\\d{6} \\[0 127\\.0\\.0\\.1:\\d+] \"SET\" \"k\" \"a\\\\\"\\\\n\\\\xff\"");
            client.ask("AUTH", "secret");
            assertThat(monitor.line()).endsWith("\"AUTH\" \"(redacted)\"");
            assertThat(client.ask("MIGRATE", "h", "1", "none", "0", "1", "COPY", "AUTH2", "user", "password")).isEqualTo("+NOKEY");
            assertThat(monitor.line()).endsWith("\"1\" \"COPY\" \"AUTH2\" \"(redacted)\" \"(redacted)\"");
            assertThat(client.ask("MIGRATE", "h", "1", "k", "0", "1", "AUTH", "password"))
                .startsWith("-ERR MIGRATE: this version sends no keys");
            assertThat(monitor.line()).endsWith("\"1\" \"AUTH\" \"(redacted)\"");
            assertThat(monitor.ask("RESET")).isEqualTo("+RESET");
            client.ask("SET", "k", "v");
            assertThat(monitor.ask("PING")).isEqualTo("+PONG");
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.watch.probe.FakeTarget;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is read of clients and of what they send: lists, tracked keys, monitored commands. */
class ClientTableTest {
    @Test
    void redisFiveAndSeven() {
        ClientTable five = ClientTable
            .parse("id=3 addr=127.0.0.1:5 fd=8 name= age=0 idle=0 flags=S db=0 qbuf=26 qbuf-free=3 obl=0 oll=9 omem=5000 cmd=psync\n");
        assertThat(five.lines()).singleElement().satisfies(line -> {
            assertThat(line.kind()).isEqualTo("replica");
            assertThat(line.bufferBytes()).isEqualTo(5026);
            assertThat(line.user()).isEmpty();
        });
        ClientTable eight = ClientTable
            .parse("id=4 addr=[::1]:6 name=a=b flags=N user=app lib-name=jedis cmd=client|list tot-mem=70000 tot-net-in=99\r\n"
                    + "id=5 addr=h:1 flags=P cmd=set tot-mem=80000\r\n\r\nnonsense\r\nid=6\r\n");
        assertThat(eight.byBuffers()).extracting(ClientTable.Line::id).containsExactly(5L, 4L);
        assertThat(eight.lines().getFirst().name()).isEqualTo("a=b");
        assertThat(eight.lines().getFirst().netInBytes()).isEqualTo(99);
        assertThat(eight.lines().get(1).growsData()).isTrue();
        assertThat(eight.lines().get(1).kind()).isEqualTo("pubsub");
    }

    @Test
    void garbageIsRead() {
        Random random = new Random(Long.getLong("cofferdam.seed", 1));
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            String text = "id=" + new String(bytes, StandardCharsets.ISO_8859_1) + " addr=x";
            assertThat(ClientTable.parse(text).lines()).hasSizeLessThan(10);
            MonitorListener listener = new MonitorListener();
            listener.hear(new Reply.Status(text));
            listener.hear(new Reply.Status("1 [0 x] \"set\" " + text));
            listener.hear(new Reply.Failure(text));
            WriteListener written = new WriteListener();
            written.hear(new Reply.Push(List.of(FakeTarget.bulk(text), new Reply.Items(List.of(Reply.NOTHING, FakeTarget.bulk(text))))));
            written.hear(new Reply.Push(List.of()));
            assertThat(written.keys(10)).hasSize(1);
        }
    }

    @Test
    void writtenKeysThoseWrittenMostFirstAndNotWithoutEnd() {
        WriteListener listener = new WriteListener();
        boolean more = true;
        int pushes = 0;
        while (more) {
            more = listener.hear(new Reply.Push(
                    List.of(FakeTarget.bulk("invalidate"),
                            new Reply.Items(List.of(FakeTarget.bulk("hot"), FakeTarget.bulk("k" + pushes++))))));
        }
        assertThat(pushes).isEqualTo(100_000);
        assertThat(listener.keys(2)).first().isEqualTo("hot".getBytes(StandardCharsets.US_ASCII));
        assertThat(listener.keys(1_000_000)).hasSize(5_000);
        // A flush of all keys tells none.
        assertThat(new WriteListener().hear(new Reply.Push(List.of(FakeTarget.bulk("invalidate"), Reply.NOTHING)))).isTrue();
    }

    @Test
    void monitoredCommandsByClientWithoutTheirValues() {
        MonitorListener listener = new MonitorListener();
        listener.hear(new Reply.Status("1339518083.107412 [0 127.0.0.1:60866] \"SET\" \"k\" \"" + "v".repeat(1_000) + "\""));
        listener.hear(new Reply.Status("1339518083.107412 [7 127.0.0.1:60866] \"set\" \"k ] \\\"x\" \"v\""));
        listener.hear(new Reply.Status("1339518083.107412 [0 [::1]:7] \"lpush\" \"q\" \"v\""));
        listener.hear(new Reply.Status("1339518083.107412 [0 127.0.0.1:60866] \"get\" \"k\""));
        listener.hear(new Reply.Status("1339518083.107412 [0 lua] \"incr\" \"k\""));
        assertThat(listener.writers()).extracting(sent -> sent.address + " " + sent.command)
            .containsExactly("127.0.0.1:60866 set", "[::1]:7 lpush", "lua incr");
        assertThat(listener.writers().getFirst().bytes).isBetween(1_000L, 1_100L);
        assertThat(listener.writers().getFirst().count).isEqualTo(2);
        assertThat(listener.lines()).isEqualTo(5);
    }
}

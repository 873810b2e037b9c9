// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.server.net.LoopHarness.RawClient;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What clients sent while the loop was busy is executed in one turn, and each is answered its own, whoever is sent messages meanwhile: channels, keys that others
 * track, long values that are sent from where they lie. Each client asks for what only it knows; the seed is printed.
 */
class OwnRepliesPropertyTest {
    private static final long SEED = Long.getLong("cofferdam.seed", System.nanoTime());
    private static final int CLIENTS = 20;
    private static final int ROUNDS = 150;
    private static final int LONG_BYTES = 70_000;

    private final Random random = new Random(SEED);
    private final Stall stall = new Stall();

    /** A client and the answers it waits for. */
    private final class Peer implements AutoCloseable {
        final RawClient socket;
        final String name;
        final Deque<String> expected = new ArrayDeque<>();
        int asked;

        Peer(LoopHarness harness, int number) throws Exception {
            name = "peer" + number;
            socket = harness.connect();
            socket.command("HELLO", "3").command("SUBSCRIBE", "all", name);
            if (number % 2 == 0) {
                socket.command("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "key");
            }
            socket.command("ECHO", "there");
            for (String reply = next(); !reply.equals("there"); reply = next()) {
                assertThat(reply).doesNotStartWith("-");
            }
        }

        void ask(List<Peer> all) throws Exception {
            for (int commands = 1 + random.nextInt(3); commands > 0; commands--) {
                switch (random.nextInt(7)) {
                    case 0 -> socket.command("PUBLISH", random.nextInt(4) == 0 ? "all" : all.get(random.nextInt(CLIENTS)).name, text());
                    case 1 -> socket.command("MULTI").command("SET", "key:" + name, "x").command("PUBLISH", "all", text()).command("EXEC");
                    case 2 -> socket.command("SET", "key:" + random.nextInt(CLIENTS), "x");
                    case 3 -> socket.command("GET", "long");
                    case 4 -> socket.command("SUBSCRIBE", "more" + random.nextInt(CLIENTS));
                    default -> {
                        // Nothing but its own question.
                    }
                }
                String own = name + " asks " + asked++;
                socket.command("ECHO", own);
                expected.add(own);
            }
        }

        private static String text() {
            return "t".repeat(100);
        }

        void takeAnswers() throws Exception {
            while (!expected.isEmpty()) {
                String reply = next();
                assertThat(reply).as(name).doesNotStartWith("-");
                if (reply.startsWith("peer")) {
                    assertThat(reply).isEqualTo(expected.remove());
                }
            }
        }

        /** A reply as text; messages are skipped, arrays are read whole. */
        private String next() throws Exception {
            while (true) {
                String head = socket.line();
                switch (head.charAt(0)) {
                    case '$' -> {
                        String text = socket.read(Integer.parseInt(head.substring(1)));
                        socket.line();
                        return text;
                    }
                    case '*', '%', '>' -> {
                        int count = Integer.parseInt(head.substring(1)) * (head.charAt(0) == '%' ? 2 : 1);
                        List<String> parts = new ArrayList<>();
                        for (int i = 0; i < count; i++) {
                            parts.add(next());
                        }
                        if (head.charAt(0) != '>') {
                            return "array " + parts;
                        }
                    }
                    default -> {
                        return head;
                    }
                }
            }
        }

        @Override
        public void close() throws Exception {
            socket.close();
        }
    }

    @Test
    void nobodyIsAnsweredWhatAnotherAsked() throws Exception {
        System.out.println("OwnRepliesPropertyTest: -Dcofferdam.seed=" + SEED);
        List<Peer> peers = new ArrayList<>();
        try (LoopHarness harness = new LoopHarness(64 << 20, 16 << 20, stall::declare); RawClient staller = harness.connect()) {
            assertThat(staller.ask("SET", "long", "l".repeat(LONG_BYTES))).isEqualTo("+OK");
            for (int i = 0; i < CLIENTS; i++) {
                peers.add(new Peer(harness, i));
            }
            for (int round = 0; round < ROUNDS; round++) {
                stall.begin(staller);
                for (Peer peer : peers) {
                    peer.ask(peers);
                }
                stall.end();
                for (Peer peer : peers) {
                    peer.takeAnswers();
                }
                assertThat(staller.line()).isEqualTo("+OK");
            }
        } finally {
            for (Peer peer : peers) {
                peer.close();
            }
        }
    }
}

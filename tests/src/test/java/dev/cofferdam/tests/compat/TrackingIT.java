// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases of {@code compat/clients/tracking.txt} against stock and Cofferdam: all that each of several connections receives, in order, byte by byte. */
class TrackingIT {
    private static final String SCRIPT = "/compat/clients/tracking.txt";
    private static final String END = "end of the case";

    private static @Nullable SideBySide servers;

    /** One line of a case: who, whether the reply is waited for, the words. */
    private record Step(String client, boolean waits, String words) {
    }

    private record Case(String name, List<String> clients, List<Step> steps) {
        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void startBoth() throws Exception {
        servers = SideBySide.start(TrackingIT.class, "--maxmemory", "256mb");
    }

    @AfterAll
    static void endBoth() throws Exception {
        if (servers != null) {
            servers.close();
        }
    }

    static Stream<Case> cases() throws IOException {
        List<Case> cases = new ArrayList<>();
        try (InputStream in = Objects.requireNonNull(TrackingIT.class.getResourceAsStream(SCRIPT))) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).split("\n", -1)) {
                if (line.startsWith("== ")) {
                    cases.add(new Case(line.substring(3), new ArrayList<>(), new ArrayList<>()));
                } else if (line.length() == 3) {
                    cases.getLast().clients().add(line);
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    cases.getLast().steps().add(new Step(line.substring(0, 1), line.charAt(1) == '>', line.substring(3)));
                }
            }
        }
        return cases.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void everyConnectionReceivesTheSame(Case script) throws Exception {
        SideBySide both = Objects.requireNonNull(servers);
        assertThat(play(script, both::ours)).isEqualTo(play(script, both::stock));
    }

    /** Opens a connection to the server a case is played on. */
    @FunctionalInterface
    private interface Connector {
        RawClient connect() throws IOException;
    }

    /** What each connection received, in order. Numbers of connections are replaced by their letters. */
    private static Map<String, List<String>> play(Case script, Connector server) throws IOException {
        Map<String, RawClient> clients = new LinkedHashMap<>();
        Map<String, String> ids = new LinkedHashMap<>();
        Map<String, List<String>> received = new LinkedHashMap<>();
        try {
            for (String declared : script.clients()) {
                String name = declared.substring(0, 1);
                RawClient client = server.connect();
                clients.put(name, client);
                received.put(name, new ArrayList<>());
                client.run(List.of("HELLO", declared.substring(2)));
                client.run(List.of("FLUSHALL"));
                String id = client.run(List.of("CLIENT", "ID")).toString().substring(1);
                if (script.steps().stream().anyMatch(step -> step.words().contains("{id:" + name + "}"))) {
                    ids.put(name, id);
                }
            }
            for (Step step : script.steps()) {
                String words = step.words();
                for (Map.Entry<String, String> id : ids.entrySet()) {
                    words = words.replace("{id:" + id.getKey() + "}", id.getValue());
                }
                RawClient client = Objects.requireNonNull(clients.get(step.client()));
                client.send(CompatScript.split(words));
                while (step.waits() && !take(client, ids, Objects.requireNonNull(received.get(step.client())))) {
                    // messages come before it
                }
            }
            for (Map.Entry<String, RawClient> client : clients.entrySet()) {
                List<String> all = Objects.requireNonNull(received.get(client.getKey()));
                try {
                    client.getValue().send(List.of("PING", END));
                    do {
                        take(client.getValue(), ids, all);
                    } while (!all.getLast().contains(END));
                } catch (IOException e) {
                    all.add("closed");
                }
            }
        } finally {
            for (RawClient client : clients.values()) {
                client.close();
            }
        }
        return received;
    }

    /** Reads one reply or message; true when it is a reply. */
    private static boolean take(RawClient client, Map<String, String> ids, List<String> received) throws IOException {
        String text = client.next().toString();
        for (Map.Entry<String, String> id : ids.entrySet()) {
            text = text.replaceAll(":" + id.getValue() + "(?!\\d)", ":" + id.getKey());
        }
        received.add(text);
        return !text.startsWith(">2 [$10 invalidate,") && !text.startsWith(">2 [$21 tracking-redir-broken")
                && !text.startsWith("*3 [$7 message,");
    }
}

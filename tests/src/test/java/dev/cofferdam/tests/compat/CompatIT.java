// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every script in {@code compat/} against a stock redis-server and Cofferdam, in RESP2 and RESP3. A family adds its script by adding the file.
 */
class CompatIT {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261122L);
    private static final int DIFFERENCES_SHOWN = 40;

    private static @Nullable SideBySide servers;

    @BeforeAll
    static void startBoth() throws Exception {
        servers = SideBySide.start(CompatIT.class, "--maxmemory", "256mb", "--enable-debug-command", "yes");
    }

    @AfterAll
    static void endBoth() throws Exception {
        if (servers != null) {
            servers.close();
        }
    }

    static Stream<String> scripts() throws IOException, URISyntaxException {
        URI folder = Objects.requireNonNull(CompatIT.class.getResource("/compat")).toURI();
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".txt")).sorted().forEach(names::add);
        }
        return names.stream().flatMap(name -> Stream.of(name + " 2", name + " 3"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scripts")
    void repliesAsStock(String scriptAndProtocol) throws Exception {
        String[] words = scriptAndProtocol.split(" ", -1);
        List<String> differences = new ArrayList<>();
        try (RawClient there = Objects.requireNonNull(servers).stock();
                RawClient here = Objects.requireNonNull(servers).ours();
                RawClient secondThere = Objects.requireNonNull(servers).stock();
                RawClient secondHere = Objects.requireNonNull(servers).ours()) {
            for (RawClient client : List.of(there, here, secondThere, secondHere)) {
                client.run(List.of("HELLO", words[1]));
                client.run(List.of("FLUSHALL"));
            }
            for (CompatScript.Step step : new CompatScript(SEED).read(words[0])) {
                if (step.arguments().getFirst().equals("wait")) {
                    TimeUnit.MILLISECONDS.sleep(Long.parseLong(step.arguments().get(1)));
                    continue;
                }
                boolean second = step.connection() == 1;
                compare(step, second ? runOrClosed(secondThere, step) : there.run(step.arguments()),
                        second ? runOrClosed(secondHere, step) : here.run(step.arguments()), differences);
            }
        }
        assertThat(differences).as("%s, RESP%s; repeat with -Dcofferdam.seed=%d", words[0], words[1], SEED).isEmpty();
    }

    /** The second connection may be closed by the server (ACL DELUSER of its user): then that is what is compared. */
    private static Reply runOrClosed(RawClient client, CompatScript.Step step) throws IOException {
        try {
            return client.run(step.arguments());
        } catch (EOFException | SocketException e) {
            return Reply.leaf("(connection closed)");
        }
    }

    private static void compare(CompatScript.Step step, Reply there, Reply here, List<String> differences) {
        boolean same = switch (step.comparison()) {
            case EXACT -> there.equals(here);
            case ANY_ORDER -> there.sorted().equals(here.sorted());
            case SHAPE -> there.shape().equals(here.shape());
            case ERROR_CODE -> there.codeOnly().equals(here.codeOnly());
        };
        if (!same && differences.size() < DIFFERENCES_SHOWN) {
            differences.add("\nline " + step.line() + ": " + step.arguments() + "\n  stock: " + there + "\n  ours:  " + here);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.tests.compat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.tests.serve.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Garbage to every command: whatever comes, the connection gets an answer that is well-formed, the server stays up, its books add up, and the answer is an error with
 * stock's first word wherever stock's is an error, if a stock server is installed.
 *
 * <p>{@code -Dcofferdam.garbage.rounds=500} is the long form: so many calls of each command.
 */
class CommandGarbageIT {
    private static final long SEED = Long.getLong("cofferdam.seed", 20261123L);
    private static final int ROUNDS = Integer.getInteger("cofferdam.garbage.rounds", 6);
    private static final int DIFFERENCES_SHOWN = 40;
    /** What would end the server, the connection or its answers, or make it wait: no garbage, but what they are for. Stock's debugger takes the connection; MIGRATE would
     * connect to whatever the garbage names. */
    private static final Set<String> NOT_CALLED = Set.of("shutdown", "quit", "client|kill", "client|pause", "client|reply", "debug",
            "monitor", "script|debug", "migrate");

    /** What makes a connection a replica's, which hears of everything from then on: called on one of its own, and not compared. */
    private static final Set<String> FOLLOWING = Set.of("sync", "psync", "replconf");

    /** Whose answers may be of another kind, and why. */
    private static final Map<String, String> OTHERWISE = Map.of("object|freq", "each compartment has its policy: differences.md",
            "object|idletime", "each compartment has its policy: differences.md",
            "replicaof", "stock would follow whatever the garbage names", "slaveof", "as replicaof",
            "client|tracking", "REDIRECT names a client's number, which is somebody else on the other server");

    @Test
    void isAnsweredAsStockAnswersIt() throws Exception {
        Path program = StockRedis.program();
        if (program == null) {
            System.err.println(
                    "SKIPPED: CommandGarbageIT compares no errors, because redis-server is not installed (apt-get install redis-server)");
        }
        try (StockRedis stock = program == null ? null : StockRedis.start(program);
                ServerProcess ours = ServerProcess.serve("--maxmemory", "64mb", "--enable-debug-command", "local");
                RawClient there = stock == null ? null : new RawClient(stock.port());
                RawClient here = new RawClient(ours.port())) {
            CommandGarbage garbage = new CommandGarbage(SEED);
            List<String> names = new ArrayList<>(garbage.learn(here));
            names.removeAll(NOT_CALLED);
            assertThat(names).containsAll(FOLLOWING);
            Set<String> known = there == null ? Set.of() : new HashSet<>(new CommandGarbage(SEED).learn(there));
            List<String> differences = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                for (String name : names) {
                    List<String> call = garbage.call(name);
                    if (FOLLOWING.contains(name)) {
                        try (RawClient replica = new RawClient(ours.port())) {
                            replica.send(call);
                        }
                        continue;
                    }
                    Reply answer = answer(here, call);
                    assertThat(answer.head()).as("%s; repeat with -Dcofferdam.seed=%d", call, SEED).matches("(?s)[-+:$*%~_,#=>!(].*");
                    if (there != null && known.contains(name) && !OTHERWISE.containsKey(name)) {
                        compare(name, call, answer(there, call), answer, differences);
                    }
                }
                assertThat(here.run(List.of("DEBUG", "AUDIT")).head()).as("round %d, seed %d", round, SEED).isEqualTo("+OK");
            }
            assertThat(differences).as("%d calls; repeat with -Dcofferdam.seed=%d", ROUNDS * names.size(), SEED).isEmpty();
        }
    }

    /** The first reply to the call, on a connection that knows nothing of calls before it, beside the keys as they always are. */
    private static Reply answer(RawClient client, List<String> call) {
        try {
            return answered(client, call);
        } catch (IOException e) {
            throw new AssertionError("no answer to " + shown(call) + "; repeat with -Dcofferdam.seed=" + SEED, e);
        }
    }

    private static Reply answered(RawClient client, List<String> call) throws IOException {
        List<List<String>> before = CommandGarbage.setUp();
        for (List<String> command : before) {
            client.send(command);
        }
        client.send(call);
        client.send(List.of("RESET"));
        for (int i = 0; i < before.size(); i++) {
            client.next();
        }
        Reply first = client.next();
        Reply reset = first;
        while (!reset.head().equals("+RESET") || reset == first && call.getFirst().equals("reset")) {
            reset = client.next();
        }
        return first;
    }

    private static void compare(String name, List<String> call, Reply there, Reply here, List<String> differences) {
        @Nullable String stock = errorWord(there);
        @Nullable String ours = errorWord(here);
        boolean same = stock == null ? ours == null : stock.equals(ours);
        if (!same && differences.size() < DIFFERENCES_SHOWN) {
            differences.add("\n" + name + ": " + shown(call) + "\n  stock: " + shown(there) + "\n  ours:  " + shown(here));
        }
    }

    private static @Nullable String errorWord(Reply reply) {
        return reply.head().startsWith("-") ? reply.head().split(" ", 2)[0] : null;
    }

    private static String shown(Object what) {
        String text = what.toString().replaceAll("[^ -~]", "?");
        return text.length() > 300 ? text.substring(0, 300) + "..." : text;
    }
}

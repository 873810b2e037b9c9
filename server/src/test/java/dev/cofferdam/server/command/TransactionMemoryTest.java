// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.CompartmentOptions;
import dev.cofferdam.keyspace.FullPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Transactions whose later commands need what their earlier ones have made: measured before the first, they would need nothing. */
class TransactionMemoryTest {
    private static final long MAX_BYTES = 16 << 20;
    private static final int FILLER_BYTES = 4096;
    private static final String OOM = "-OOM command not allowed when used memory > 'maxmemory'.";

    /** The other half of the memory is for what clients send. */
    private static CommandHarness harness() {
        return new CommandHarness(2 * MAX_BYTES, List.of(new CompartmentOptions("default", 0, MAX_BYTES, FullPolicy.REJECT)),
                (database, address, length) -> 0);
    }

    /** Fills the server until it refuses, then gives back about so many bytes. */
    private static void fill(CommandHarness harness, int freeBytes) {
        String filler = "f".repeat(FILLER_BYTES);
        int count = 0;
        while (harness.run("SET", "filler:" + count, filler).startsWith("+OK")) {
            count++;
        }
        for (int freed = 0; freed < freeBytes; freed += FILLER_BYTES) {
            harness.run("DEL", "filler:" + --count);
        }
    }

    private static String exec(CommandHarness harness, String[]... commands) {
        assertThat(harness.run("MULTI")).isEqualTo("+OK\r\n");
        for (String[] command : commands) {
            assertThat(harness.run(command)).isEqualTo("+QUEUED\r\n");
        }
        return harness.run("EXEC");
    }

    private static String[] command(String... arguments) {
        return arguments;
    }

    private static String[] saddOf(String key, int members, int bytes) {
        List<String> arguments = new ArrayList<>(List.of("SADD", key));
        for (int i = 0; i < members; i++) {
            arguments.add(i + "m".repeat(bytes));
        }
        return arguments.toArray(String[]::new);
    }

    @Test
    void aCopyOfWhatTheTransactionMadeIsRefusedAloneWhereThereIsNoRoomForIt() {
        try (CommandHarness harness = harness()) {
            fill(harness, 2 << 20);
            String[] copies = new String[8];
            String[][] commands = new String[1 + copies.length][];
            commands[0] = saddOf("made", 300, 2000);
            for (int i = 0; i < copies.length; i++) {
                commands[1 + i] = command("SUNIONSTORE", "copy:" + i, "made");
            }
            String reply = exec(harness, commands);
            assertThat(reply).startsWith("*9\r\n:300\r\n:300\r\n").contains(OOM).doesNotContain("internal error");
            for (int i = 0; i < copies.length; i++) {
                assertThat(harness.run("SCARD", "copy:" + i)).isIn(":300\r\n", ":0\r\n");
            }
        }
    }

    @Test
    void whereThereIsRoomNothingIsRefused() {
        try (CommandHarness harness = harness()) {
            String big = "b".repeat(1 << 20);
            assertThat(exec(harness, command("SET", "s", big), command("APPEND", "s", "x"), command("SETRANGE", "s", "2097151", "y"),
                    command("COPY", "s", "t"), command("STRLEN", "t")))
                .isEqualTo("*5\r\n+OK\r\n:1048577\r\n:2097152\r\n:1\r\n:2097152\r\n");
        }
    }

    @Test
    void whatIsDeletedFirstNeedsRoomAgain() {
        try (CommandHarness harness = harness()) {
            String big = "b".repeat(2 << 20);
            harness.run("SET", "s", big);
            fill(harness, 0);
            String reply = exec(harness, command("DEL", "s"), command("SET", "s", big), command("SET", "other", big));
            assertThat(reply).doesNotContain("internal error");
            assertThat(harness.run("PING")).isEqualTo("+PONG\r\n");
        }
    }

    @Test
    void noTransactionAtTheLimitEndsInAnErrorOfOurs() {
        long seed = Long.getLong("cofferdam.seed", System.nanoTime());
        System.out.println("TransactionMemoryTest: -Dcofferdam.seed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 5; round++) {
            try (CommandHarness harness = harness()) {
                fill(harness, random.nextInt(1 << 20));
                for (int transaction = 0; transaction < 20; transaction++) {
                    String[][] commands = new String[1 + random.nextInt(12)][];
                    for (int i = 0; i < commands.length; i++) {
                        commands[i] = randomCommand(random);
                    }
                    assertThat(exec(harness, commands)).as("seed %d", seed).doesNotContain("internal error");
                }
            }
        }
    }

    private static String[] randomCommand(Random random) {
        String value = "v".repeat(1 << random.nextInt(20));
        String one = "" + random.nextInt(4);
        String other = "" + random.nextInt(4);
        return switch (random.nextInt(14)) {
            case 0 -> command("SET", "s" + one, value);
            case 1 -> command("APPEND", "s" + one, value);
            case 2 -> command("SETRANGE", "s" + one, "" + random.nextInt(1 << 20), "x");
            case 3 -> command("COPY", "s" + one, "s" + other, "REPLACE");
            case 4 -> command("RENAME", "s" + one, "s" + other);
            case 5 -> saddOf("m" + one, 1 + random.nextInt(200), 1 + random.nextInt(2000));
            case 6 -> command("SUNIONSTORE", "m" + one, "m" + other, "m0");
            case 7 -> command("SORT", "m" + one, "ALPHA", "STORE", "l" + other);
            case 8 -> command("RPUSH", "l" + one, value, value);
            case 9 -> command("LMOVE", "l" + one, "l" + other, "LEFT", "RIGHT");
            case 10 -> command("DEL", "s" + one, "m" + other, "l" + one);
            case 11 -> command("HSET", "h" + one, "f" + random.nextInt(300), value);
            case 12 -> command("BITOP", "OR", "s" + one, "s" + other, "s0");
            default -> command("ZUNIONSTORE", "z" + one, "2", "z" + other, "m0");
        };
    }
}

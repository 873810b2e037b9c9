// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.server.net.LoopHarness.RawClient;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random changes of large values while slow readers are in the middle of receiving them: each gets the bytes as they were when its command ran. Repeat with
 * {@code -Dcofferdam.seed=<seed>}.
 */
class PinnedRepliesPropertyTest {
    private static final int READERS = 4;
    private static final int STEPS = 40;
    private static final int KEYS = 3;
    private static final int LEAST = 5 << 20;
    private static final int SPREAD = 3 << 20;
    private final long seed = Long.getLong("cofferdam.seed", System.nanoTime());
    private final Random random = new Random(seed);

    /** A client with replies it has not read yet. */
    private static final class Reader {
        final RawClient client;
        final Queue<String> expected = new ArrayDeque<>();

        Reader(RawClient client) {
            this.client = client;
        }

        void read() throws Exception {
            String value = expected.remove();
            assertThat(client.line()).isEqualTo("$" + value.length());
            assertThat(client.read(value.length()).equals(value)).isTrue();
            assertThat(client.read(2)).isEqualTo("\r\n");
        }
    }

    private String text(int length) {
        StringBuilder text = new StringBuilder(length);
        int start = random.nextInt(1 << 20);
        for (int i = start; text.length() < length; i++) {
            text.append(i).append(',');
        }
        text.setLength(length);
        return text.toString();
    }

    @Test
    void everyReaderGetsTheBytesOfItsMoment() throws Exception {
        String[] strings = new String[KEYS];
        String[] fields = new String[KEYS];
        String[] elements = new String[KEYS];
        try (LoopHarness harness = new LoopHarness(400 << 20, 200 << 20); RawClient writer = harness.connect()) {
            long idleBytes = harness.server.connections().usedBytes();
            List<Reader> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                readers.add(new Reader(harness.connectWithSmallBuffer()));
            }
            writer.ask("RPUSH", "list", "x", "y", "z");
            for (int i = 0; i < KEYS; i++) {
                strings[i] = set(writer, "SET", "s" + i);
                fields[i] = set(writer, "HSET", "hash", "f" + i);
                elements[i] = set(writer, "LSET", "list", "" + i);
            }
            for (int step = 0; step < STEPS; step++) {
                int n = random.nextInt(KEYS);
                Reader reader = readers.get(random.nextInt(READERS));
                switch (random.nextInt(12)) {
                    case 0, 1 -> ask(harness, reader, strings[n], "GET", "s" + n);
                    case 2 -> ask(harness, reader, fields[n], "HGET", "hash", "f" + n);
                    case 3 -> ask(harness, reader, elements[n], "LINDEX", "list", "" + n);
                    case 4 -> ask(harness, reader, strings[n].substring(1000), "GETRANGE", "s" + n, "1000", "-1");
                    case 5 -> {
                        String patch = text(1 + random.nextInt(100_000));
                        int offset = random.nextInt(LEAST - 100_000);
                        writer.ask("SETRANGE", "s" + n, "" + offset, patch);
                        strings[n] = strings[n].substring(0, offset) + patch + strings[n].substring(offset + patch.length());
                    }
                    case 6 -> {
                        String more = text(1 + random.nextInt(100_000));
                        writer.ask("APPEND", "s" + n, more);
                        strings[n] += more;
                    }
                    case 7 -> strings[n] = set(writer, "SET", "s" + n);
                    case 8 -> fields[n] = set(writer, "HSET", "hash", "f" + n);
                    case 9 -> elements[n] = set(writer, "LSET", "list", "" + n);
                    case 10 -> {
                        writer.ask("RENAME", "s" + n, "a-much-longer-name-for-a-while");
                        writer.ask("EXPIRE", "a-much-longer-name-for-a-while", "1000");
                        writer.ask("RENAME", "a-much-longer-name-for-a-while", "s" + n);
                    }
                    default -> {
                        if (!reader.expected.isEmpty()) {
                            reader.read();
                        }
                    }
                }
            }
            for (Reader reader : readers) {
                if (!reader.expected.isEmpty()) {
                    reader.read();
                }
            }
            assertThat(LoopHarness.eventually(() -> harness.server.keyspace().compartment(0).heap().pins().pinnedBytes() == 0
                    && harness.server.connections().usedBytes() < idleBytes + (1 << 20)))
                .isTrue();
            for (Reader reader : readers) {
                reader.client.close();
            }
        } catch (AssertionError | Exception e) {
            throw new AssertionError(
                    "seed " + seed + ": repeat with mvn test -pl server -am -Dtest=PinnedRepliesPropertyTest -Dcofferdam.seed="
                            + seed,
                    e);
        }
    }

    /** A reader has one reply under way at most: what it asks beyond that is executed only after it has read. */
    private static void ask(LoopHarness harness, Reader reader, String expected, String... command) throws Exception {
        if (!reader.expected.isEmpty()) {
            reader.read();
        }
        long before = harness.server.statistics().commandsProcessed;
        reader.client.command(command);
        reader.expected.add(expected);
        assertThat(LoopHarness.eventually(() -> harness.server.statistics().commandsProcessed > before)).isTrue();
    }

    /** Runs the command with a new large value as its last argument. */
    private String set(RawClient writer, String... command) throws Exception {
        String value = text(LEAST + random.nextInt(SPREAD));
        String[] whole = java.util.Arrays.copyOf(command, command.length + 1);
        whole[command.length] = value;
        assertThat(writer.ask(whole)).doesNotStartWith("-");
        return value;
    }
}

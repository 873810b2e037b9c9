// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.keyspace.KeyspaceAudit;
import dev.cofferdam.server.command.CommandHarness;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Good payloads with a few bits, bytes or stretches changed and a checksum that fits: taken or refused, but nothing breaks, no memory is lost, and what was refused
 * changed nothing. The seed is printed.
 */
class DumpFuzzTest {
    private static final long SEED = Long.getLong("cofferdam.seed", System.nanoTime());
    private static final int ROUNDS = Integer.getInteger("cofferdam.rounds", 4000);
    private static final int AUDIT_EVERY = 50;

    @Test
    void damagedPayloadsBreakNothing() {
        System.out.println("DumpFuzzTest: repeat with -Dcofferdam.seed=" + SEED);
        Random random = new Random(SEED);
        int taken = 0;
        int refused = 0;
        try (CommandHarness harness = CommandHarness.single(32 << 20)) {
            List<String> good = samples(harness);
            harness.run("SET", "k", "old");
            long connections = harness.server.connections().usedBytes();
            for (int round = 0; round < ROUNDS; round++) {
                String payload = DumpPayloads.mended(damaged(good.get(random.nextInt(good.size())), random));
                String reply = harness.run("RESTORE", "k", "0", payload, "REPLACE");
                String as = "seed %d, round %d".formatted(SEED, round);
                if (reply.equals("+OK\r\n")) {
                    taken++;
                    assertThat(harness.run("DUMP", "k")).as(as).startsWith("$");
                    assertThat(harness.run("SET", "k", "old")).as(as).isEqualTo("+OK\r\n");
                } else {
                    refused++;
                    assertThat(reply).as(as).containsAnyOf("Bad data format", "version or checksum", "-OOM", "no memory to unpack");
                    assertThat(harness.run("GET", "k")).as(as).isEqualTo("$3\r\nold\r\n");
                }
                assertThat(harness.server.connections().usedBytes()).as(as).isEqualTo(connections);
                if (round % AUDIT_EVERY == 0) {
                    assertThat(KeyspaceAudit.of(harness.server.keyspace())).as(as).isEmpty();
                }
            }
            assertThat(KeyspaceAudit.of(harness.server.keyspace())).isEmpty();
        }
        assertThat(taken).as("some damage does not show").isPositive();
        assertThat(refused).isPositive();
    }

    private static String damaged(String payload, Random random) {
        StringBuilder bytes = new StringBuilder(payload);
        int body = payload.length() - 10;
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            int at = random.nextInt(Math.max(1, Math.min(body, random.nextBoolean() ? 40 : body)));
            switch (random.nextInt(6)) {
                case 0 -> bytes.setCharAt(at, (char) random.nextInt(256));
                case 1 -> bytes.setCharAt(at, (char) (random.nextBoolean() ? 255 : 0));
                case 2 -> bytes.insert(at, (char) random.nextInt(256));
                case 3 -> {
                    if (body > 2) {
                        bytes.deleteCharAt(at);
                        body--;
                    }
                }
                default -> bytes.setCharAt(at, (char) (bytes.charAt(at) ^ 1 << random.nextInt(8)));
            }
        }
        return bytes.toString();
    }

    /** Old forms put together by hand, and new ones as DUMP writes them. */
    private static List<String> samples(CommandHarness harness) {
        List<String> words = List.of("a", "1", "word".repeat(20), "-5", "12", "128", "8000000", "5000000000", "", "x".repeat(300));
        List<String> samples = new ArrayList<>(List.of(DumpPayloads.string("text"), DumpPayloads.plain(1, words),
                DumpPayloads.plain(2, words),
                DumpPayloads.plain(4, words), DumpPayloads.packed(9, DumpPayloads.zipmap(words)),
                DumpPayloads.packed(10, DumpPayloads.ziplist(words)),
                DumpPayloads.packed(13, DumpPayloads.ziplist(words)), DumpPayloads.packed(11, DumpPayloads.intset(4, -5, 6, 700)),
                DumpPayloads.packed(12, DumpPayloads.ziplist(List.of("a", "1", "b", "2.5"))),
                DumpPayloads.oldSortedSet(List.of("a", "1", "b", "2.5", "c", "inf")), DumpPayloads.oldQuicklist(List.of(words, words)),
                DumpPayloads.quicklist(List.of(words.subList(0, 1), words.subList(1, 9))), DumpPayloads.stream(15, "a", "b", "c"),
                DumpPayloads.stream(19, "a", "b", "c", "d")));
        String[][] values = {{"SET", "k", "compressible ".repeat(20)}, {"SET", "k", "100000"}, {"RPUSH", "k", "a", "b".repeat(200), "5"},
            {"RPUSH", "k", "c".repeat(9000)}, {"SADD", "k", "1", "2", "70000"}, {"SADD", "k", "a", "b"}, {"HSET", "k", "f", "v", "g", "5"},
            {"HSET", "k", "f", "v".repeat(100)}, {"ZADD", "k", "1", "a", "2.5", "b"}, {"ZADD", "k", "1", "a".repeat(100)}};
        for (String[] value : values) {
            harness.run("DEL", "k");
            harness.run(value);
            samples.add(dump(harness));
        }
        harness.run("DEL", "k");
        for (int i = 1; i < 30; i++) {
            harness.run("XADD", "k", "5-" + i, "name", "n" + i, "more", Integer.toString(i));
        }
        harness.run("XADD", "k", "6-1", "other", "field");
        harness.run("XGROUP", "CREATE", "k", "g", "0");
        harness.run("XREADGROUP", "GROUP", "g", "alice", "COUNT", "7", "STREAMS", "k", ">");
        harness.run("XREADGROUP", "GROUP", "g", "bob", "COUNT", "3", "STREAMS", "k", ">");
        samples.add(dump(harness));
        return samples;
    }

    private static String dump(CommandHarness harness) {
        String reply = harness.run("DUMP", "k");
        return reply.substring(reply.indexOf("\r\n") + 2, reply.length() - 2);
    }
}

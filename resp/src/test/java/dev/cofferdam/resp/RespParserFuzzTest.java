// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Damaged streams: whatever comes, the parser neither throws nor looks outside what arrived, and finds the same commands however the bytes are cut into reads.
 * A stream is a number: repeat one with {@code -Dcofferdam.seed=<seed>}, search longer with {@code -Dcofferdam.fuzz.seconds=<seconds>}.
 */
class RespParserFuzzTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 0);
    private static final long SECONDS = Long.getLong("cofferdam.fuzz.seconds", 2);

    private final RespParser parser = new RespParser(1 << 20, 512 << 20);

    @Test
    void damagedStreamsParseTheSameHoweverTheyArrive() {
        try (Bytes bytes = new Bytes()) {
            if (SEED != 0) {
                parse(bytes, SEED);
                return;
            }
            long seed = System.nanoTime();
            long end = seed + SECONDS * 1_000_000_000L;
            int streams = 0;
            for (; System.nanoTime() < end; seed++) {
                parse(bytes, seed);
                streams++;
            }
            assertThat(streams).as("streams in " + SECONDS + " s").isGreaterThan(100);
        }
    }

    private void parse(Bytes bytes, long seed) {
        try {
            Random random = new Random(seed);
            byte[] stream = new ProtocolMutations(random).stream();
            boolean unauthenticated = random.nextInt(8) == 0;
            parser.setUnauthenticated(unauthenticated);
            List<String> whole = commands(bytes, stream, new int[] {stream.length});
            int[] cuts = random.ints(random.nextInt(6), 0, stream.length + 1).sorted().toArray();
            int[] reads = java.util.Arrays.copyOf(cuts, cuts.length + 1);
            reads[cuts.length] = stream.length;
            assertThat(commands(bytes, stream, reads)).isEqualTo(whole);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed " + seed + ": repeat with mvn test -pl resp -am -Dtest=RespParserFuzzTest -Dcofferdam.seed=" + seed, e);
        }
    }

    /** Receives the stream up to each cut in turn, as a connection does: what is left over stays where it is, and the command is looked for again. */
    private List<String> commands(Bytes bytes, byte[] stream, int[] cuts) {
        // At the end of the run, so that a look behind the last byte is a stray access.
        long start = bytes.address + bytes.size() - stream.length;
        Mem.copyFrom(stream, 0, start, stream.length);
        List<String> found = new ArrayList<>();
        long from = start;
        for (int cut : cuts) {
            parser.start(from, start + cut);
            int result = parser.next();
            while (result == RespParser.COMMAND) {
                found.add(last(start, start + cut));
                result = parser.next();
            }
            assertThat(parser.position()).isBetween(from, start + cut);
            from = parser.position();
            if (result == RespParser.ERROR) {
                found.add("! " + parser.error());
                return found;
            }
            assertThat(parser.neededBytes()).as("a half command needs more than there is")
                .isGreaterThanOrEqualTo(from == start + cut ? 0 : start + cut - from + 1);
        }
        return found;
    }

    private String last(long start, long end) {
        StringBuilder text = new StringBuilder();
        for (int i = parser.firstArgument(); i < parser.firstArgument() + parser.argumentCount(); i++) {
            assertThat(parser.length(i)).isNotNegative();
            assertThat(parser.address(i)).isBetween(start, end - parser.length(i));
            text.append('|').append(new String(Mem.bytes(parser.address(i), parser.length(i)), StandardCharsets.ISO_8859_1));
        }
        return text.toString();
    }
}

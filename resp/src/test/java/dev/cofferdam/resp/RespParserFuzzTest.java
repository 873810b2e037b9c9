// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.resp.RespParserCheck.Repeats;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Damaged streams: whatever comes, the parser neither throws nor looks outside what arrived, and finds the same commands however the bytes are cut into reads,
 * all that repeat together.
 * A stream is a number: repeat one with {@code -Dcofferdam.seed=<seed>}, search longer with {@code -Dcofferdam.fuzz.seconds=<seconds>}.
 */
class RespParserFuzzTest {
    private static final long SEED = Long.getLong("cofferdam.seed", 0);
    private static final long SECONDS = Long.getLong("cofferdam.fuzz.seconds", 2);

    @Test
    void damagedStreamsParseTheSameHoweverTheyArrive() {
        try (RespParserCheck check = new RespParserCheck()) {
            if (SEED != 0) {
                parse(check, SEED);
                return;
            }
            long seed = System.nanoTime();
            long end = seed + SECONDS * 1_000_000_000L;
            int streams = 0;
            for (; System.nanoTime() < end; seed++) {
                parse(check, seed);
                streams++;
            }
            assertThat(streams).as("streams in " + SECONDS + " s").isGreaterThan(100);
        }
    }

    private static void parse(RespParserCheck check, long seed) {
        try {
            Random random = new Random(seed);
            byte[] stream = new ProtocolMutations(random).stream();
            Repeats repeats = new Repeats(random.nextInt(4), random.nextInt(8), random.nextInt(4096));
            check.check(stream, random.nextInt(8) == 0, repeats, random.ints(random.nextInt(6), 0, stream.length + 1).sorted().toArray());
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed " + seed + ": repeat with mvn test -pl resp -am -Dtest=RespParserFuzzTest -Dcofferdam.seed=" + seed, e);
        }
    }
}

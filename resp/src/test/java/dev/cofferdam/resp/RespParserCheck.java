// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What must hold for any bytes: nothing is thrown, nothing outside them is looked at, and the same commands are found however they are cut into reads. */
final class RespParserCheck implements AutoCloseable {
    private final Bytes bytes = new Bytes();
    private final RespParser parser = new RespParser(1 << 20, 512 << 20);

    /** @param cuts ascending places in the stream at which a read ends */
    void check(byte[] stream, boolean unauthenticated, int... cuts) {
        parser.setUnauthenticated(unauthenticated);
        int[] reads = Arrays.copyOf(cuts, cuts.length + 1);
        reads[cuts.length] = stream.length;
        assertThat(commands(stream, reads)).isEqualTo(commands(stream, new int[] {stream.length}));
    }

    /** Receives the stream up to each cut in turn, as a connection does: what is left over stays where it is, and the command is looked for again. */
    private List<String> commands(byte[] stream, int[] cuts) {
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

    @Override
    public void close() {
        bytes.close();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What must hold for any bytes: nothing is thrown, nothing outside them is looked at, the same commands are found however they are cut into reads, and those
 * that repeat are found together, all of them and no other.
 */
final class RespParserCheck implements AutoCloseable {
    private final Bytes bytes = new Bytes();
    private final RespParser parser = new RespParser(1 << 20, 512 << 20);

    /** What {@link RespParser#repeats} is asked; of a command with fewer arguments the last one is the one up to which it is the same. */
    record Repeats(int same, int most, int mostBytes) {
        static final Repeats NONE = new Repeats(0, 0, 0);
    }

    /** A command, or the error a stream ends with. Places are offsets in the stream; begin is -1 for an inline command. */
    private record Found(String text, int begin, int end) {
    }

    /** @param cuts ascending places in the stream at which a read ends */
    void check(byte[] stream, boolean unauthenticated, Repeats repeats, int... cuts) {
        parser.setUnauthenticated(unauthenticated);
        List<Found> one = commands(stream, new int[] {stream.length}, Repeats.NONE, List.of());
        int[] reads = Arrays.copyOf(cuts, cuts.length + 1);
        reads[cuts.length] = stream.length;
        assertThat(commands(stream, reads, repeats, one)).extracting(Found::text).isEqualTo(one.stream().map(Found::text).toList());
    }

    /**
     * Receives the stream up to each cut in turn, as a connection does: what is left over stays where it is, and the command is looked for again.
     *
     * @param known the stream's commands as they are found one by one, if repeats are asked for
     */
    private List<Found> commands(byte[] stream, int[] cuts, Repeats repeats, List<Found> known) {
        // At the end of the run, so that a look behind the last byte is a stray access.
        long start = bytes.address + bytes.size() - stream.length;
        Mem.copyFrom(stream, 0, start, stream.length);
        List<Found> found = new ArrayList<>();
        long from = start;
        for (int cut : cuts) {
            parser.start(from, start + cut);
            long at = from;
            int result = parser.next();
            while (result == RespParser.COMMAND) {
                int first = parser.firstArgument();
                int count = parser.argumentCount();
                int end = (int) (parser.position() - start);
                int times = 1 + (repeats.most == 0 ? 0 : repeats(stream, start, repeats, known.subList(found.size(), known.size())));
                for (int i = 0; i < times; i++) {
                    String text = text(first + i * count, start, start + cut);
                    found.add(new Found(text, begin(stream, (int) (at - start), (int) (parser.address(first) - start)), end));
                }
                at = parser.position();
                result = parser.next();
            }
            assertThat(parser.position()).isBetween(from, start + cut);
            from = parser.position();
            if (result == RespParser.ERROR) {
                found.add(new Found("! " + parser.error(), -1, stream.length));
                return found;
            }
            assertThat(parser.neededBytes()).as("a half command needs more than there is")
                .isGreaterThanOrEqualTo(from == start + cut ? 0 : start + cut - from + 1);
        }
        return found;
    }

    private int repeats(byte[] stream, long start, Repeats repeats, List<Found> rest) {
        int same = Math.min(repeats.same, parser.argumentCount() - 1);
        int last = parser.firstArgument() + same;
        int headEnd = (int) (parser.address(last) + parser.length(last) + 2 - start);
        Found first = rest.getFirst();
        int expected = 0;
        while (first.begin >= 0 && expected < repeats.most && expected + 1 < rest.size()) {
            int begin = rest.get(expected).end;
            Found next = rest.get(expected + 1);
            int end = begin + headEnd - first.begin;
            if (next.begin != begin || next.end > parser.limit() - start || begin - first.begin >= repeats.mostBytes || end > next.end
                    || !Arrays.equals(stream, first.begin, headEnd, stream, begin, end)) {
                break;
            }
            expected++;
        }
        assertThat(parser.repeats(same, repeats.most, repeats.mostBytes)).as("commands that repeat behind %s", first).isEqualTo(expected);
        assertThat(parser.position() - start).isEqualTo(rest.get(expected).end);
        return expected;
    }

    /**
     * Where the command begins whose name lies at {@code name}, or -1 when it is an inline one: no other way leads to a name behind these very bytes.
     *
     * @param from what is before it belongs to commands before
     */
    private int begin(byte[] stream, int from, int name) {
        byte[] head = ("*" + parser.argumentCount() + "\r\n$" + parser.length(parser.firstArgument()) + "\r\n")
            .getBytes(StandardCharsets.ISO_8859_1);
        int begin = name - head.length;
        return begin >= from && Arrays.equals(stream, begin, name, head, 0, head.length) ? begin : -1;
    }

    private String text(int first, long start, long end) {
        StringBuilder text = new StringBuilder();
        for (int i = first; i < first + parser.argumentCount(); i++) {
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

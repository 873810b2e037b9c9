// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp;

import dev.cofferdam.resp.RespParserCheck.Repeats;
import java.util.Arrays;

/**
 * Entry point for Jazzer, which follows the parser's branches: see {@link RespParserJazzerTest}. Needs no class of Jazzer. The first three bytes of an input say
 * whether the client has authenticated, how commands that repeat are asked for, and where the stream is cut into two reads.
 */
public final class RespParserFuzzTarget {
    static final int HEAD_BYTES = 3;
    private static final RespParserCheck CHECK = new RespParserCheck();

    private RespParserFuzzTarget() {
    }

    /** Called by Jazzer with inputs of its making. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < HEAD_BYTES) {
            return;
        }
        byte[] stream = Arrays.copyOfRange(input, HEAD_BYTES, input.length);
        int cut = Math.min(input[1] & 0xff, stream.length);
        Repeats repeats = new Repeats(input[0] >> 4 & 3, input[0] >> 1 & 7, 8 * (input[2] & 0xff));
        CHECK.check(stream, (input[0] & 1) == 1, repeats, cut);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp;

import java.util.Arrays;

/**
 * Entry point for Jazzer, which follows the parser's branches: {@code mvn -P fuzz -pl resp -am test}. Needs no class of Jazzer. The first two bytes of an input
 * say whether the client has authenticated and where the stream is cut into two reads.
 */
public final class RespParserFuzzTarget {
    private static final RespParserCheck CHECK = new RespParserCheck();

    private RespParserFuzzTarget() {
    }

    /** Called by Jazzer with inputs of its making. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 2) {
            return;
        }
        byte[] stream = Arrays.copyOfRange(input, 2, input.length);
        CHECK.check(stream, (input[0] & 1) == 1, Math.min(input[1] & 0xff, stream.length));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Values to store: letters and digits that do not compress. Made once and shared, so that large values cost this process nothing. Immutable. */
final class Payload {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

    private final byte[] bytes;

    Payload(int length, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) LETTERS.charAt(random.nextInt(LETTERS.length()));
        }
    }

    /** The shared bytes. */
    byte[] bytes() {
        return bytes;
    }

    /** A copy that begins with a name. */
    byte[] startingWith(String name) {
        byte[] named = bytes.clone();
        byte[] start = name.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(start, 0, named, 0, Math.min(start.length, named.length));
        return named;
    }
}

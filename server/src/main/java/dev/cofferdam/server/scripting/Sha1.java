// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import dev.cofferdam.memory.Mem;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA1 of off-heap bytes, which name scripts. One per thread that needs it. */
final class Sha1 {
    private static final int CHUNK_BYTES = 4096;
    private static final char[] DIGITS = "0123456789abcdef".toCharArray();

    private final MessageDigest digest;
    private final byte[] chunk = new byte[CHUNK_BYTES];

    Sha1() {
        try {
            digest = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-1", e);
        }
    }

    byte[] of(long address, long length) {
        digest.reset();
        for (long done = 0; done < length; done += CHUNK_BYTES) {
            int part = (int) Math.min(CHUNK_BYTES, length - done);
            Mem.copyTo(address + done, chunk, 0, part);
            digest.update(chunk, 0, part);
        }
        return digest.digest();
    }

    static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder(2 * bytes.length);
        for (byte b : bytes) {
            text.append(DIGITS[b >> 4 & 0xf]).append(DIGITS[b & 0xf]);
        }
        return text.toString();
    }
}

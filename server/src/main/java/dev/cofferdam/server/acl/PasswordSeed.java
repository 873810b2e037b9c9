// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.acl;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Draws passwords for ACL GENPASS from the system's randomness: the one place where a seed somebody passed in would be wrong. Event loop only. */
final class PasswordSeed {
    private final SecureRandom random = new SecureRandom();

    /** So many hexadecimal digits. */
    String hexadecimal(int digits) {
        byte[] bytes = new byte[(digits + 1) / 2];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes).substring(0, digits);
    }
}

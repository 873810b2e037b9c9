// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.acl;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Passwords as SHA-256 in small hexadecimal digits; comparing takes the same time whatever is compared. Stateless. */
final class PasswordHash {
    private static final int CHARS = 64;

    private PasswordHash() {
    }

    static String of(String password) {
        return of(password.getBytes(StandardCharsets.ISO_8859_1));
    }

    static String of(byte[] password) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(password));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    static boolean isHash(String text) {
        return text.length() == CHARS && text.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
    }

    /** True when the password is one of those; each is looked at, whichever fits. */
    static boolean isOneOf(byte[] password, List<String> hashes) {
        byte[] given = of(password).getBytes(StandardCharsets.US_ASCII);
        boolean found = false;
        for (String hash : hashes) {
            found |= MessageDigest.isEqual(given, hash.getBytes(StandardCharsets.US_ASCII));
        }
        return found;
    }
}

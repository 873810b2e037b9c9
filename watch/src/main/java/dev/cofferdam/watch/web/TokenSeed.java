// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.web;

import java.security.SecureRandom;
import java.util.Base64;

/** Draws a secret for a console that was started without any, so that whoever sees the terminal can act. Stateless. */
public final class TokenSeed {
    private static final int BYTES = 18;

    private TokenSeed() {
    }

    /** 24 characters fit for a header and an address. */
    public static String draw() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

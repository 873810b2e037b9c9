// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.web;

/**
 * One secret and who holds it. Immutable; prints without the secret.
 *
 * @param name who it was given to: the author of what is done with it
 * @param secret at least {@link #SECRET_CHARACTERS_MIN} characters
 */
public record AccessToken(String name, Role role, String secret) {
    public static final int SECRET_CHARACTERS_MIN = 16;

    public AccessToken {
        if (secret.length() < SECRET_CHARACTERS_MIN) {
            throw new IllegalArgumentException("token of '" + name + "' has " + secret.length() + " characters; at least "
                    + SECRET_CHARACTERS_MIN + " are needed");
        }
    }

    @Override
    public String toString() {
        return "AccessToken[" + name + ", " + role + "]";
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.config;

/** A value a directive cannot take. The message says what the value must be, in Redis's words where Redis has them; who and where is added by the reader. */
public final class InvalidValueException extends Exception {
    public InvalidValueException(String message) {
        super(message, null, false, false);
    }

    /** The message; never null, unlike {@link #getMessage()} as the compiler sees it. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

/** What will not be done, and why: a sentence for people, with the way out. Expected, and so without a stack. */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    public RefusedException(String reason) {
        super(reason, null, false, false);
    }

    /** The sentence. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

/**
 * How one attempt ended. Immutable.
 *
 * @param detail for people: why not, or what the other side said
 * @param retryAfterMillis what the other side asked for; 0 when it did not
 * @param reference what the channel needs to change this message later; empty when it needs nothing
 */
record Outcome(Result result, String detail, long retryAfterMillis, String reference) {
    enum Result {
        DELIVERED,
        /** Not now; another attempt may succeed. */
        LATER,
        /** Never like this: the message, the address or the secret is wrong. */
        REFUSED
    }

    static Outcome delivered(String detail, String reference) {
        return new Outcome(Result.DELIVERED, detail, 0, reference);
    }

    static Outcome delivered(String detail) {
        return delivered(detail, "");
    }

    static Outcome later(String why, long retryAfterMillis) {
        return new Outcome(Result.LATER, why, retryAfterMillis, "");
    }

    static Outcome refused(String why) {
        return new Outcome(Result.REFUSED, why, 0, "");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

/** A message did not go out. Its text is for people and holds no secret of ours that it did not get from the other side. */
final class DeliveryException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Outcome outcome;

    private DeliveryException(Outcome outcome) {
        super(outcome.detail());
        this.outcome = outcome;
    }

    static DeliveryException later(String why) {
        return new DeliveryException(Outcome.later(why, 0));
    }

    static DeliveryException refused(String why) {
        return new DeliveryException(Outcome.refused(why));
    }

    Outcome outcome() {
        return outcome;
    }
}

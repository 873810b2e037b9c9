// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

/** How sure a detector is, and so who hears of it. In rising order. */
public enum Stage {
    /** Nothing to say. */
    CALM,
    /** Nobody is told: attribution starts, a draft incident opens. */
    SUSPECT,
    /** A message to the chat. */
    NOTIFY,
    /** Somebody is woken. */
    PAGE;

    public boolean atLeast(Stage other) {
        return compareTo(other) >= 0;
    }
}

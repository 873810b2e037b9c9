// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.notify;

import dev.cofferdam.watch.detect.Stage;
import java.util.List;

/** One way to tell people. Used by one thread at a time; keeps no state between messages but what {@link Outcome#reference} hands back. */
interface Channel {
    /** As it is configured. */
    ChannelOptions options();

    /** Unique on this watcher. */
    default String name() {
        return options().name();
    }

    /** From which stage on it is told. */
    default Stage fromStage() {
        return options().fromStage();
    }

    /** Whether a message that was sent can be changed; where it cannot, only what matters most is told again. */
    boolean canUpdate();

    /** How often a live incident is sent again though nothing changed; 0 for never. */
    default long repeatMillis() {
        return 0;
    }

    /** What must not be shown. */
    default List<Secret> secrets() {
        return List.of();
    }

    /**
     * Sends it, or says why not, within the time limit.
     *
     * @param reference of the last message of this incident; empty before the first
     */
    Outcome deliver(Message message, String reference) throws DeliveryException, InterruptedException;
}

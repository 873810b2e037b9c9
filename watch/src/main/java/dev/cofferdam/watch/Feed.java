// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch;

import java.util.List;
import java.util.function.Consumer;

/**
 * What the watcher knows, for those who show it. Any thread.
 *
 * <p>The states are snapshots; a listener is called on the target's thread, once a second and at each change of stage, and must return at once.
 */
public interface Feed {
    /** In the order of the configuration. */
    List<TargetState> targets();

    /** Calls the listener from now on until the subscription is closed. */
    Subscription subscribe(Consumer<TargetState> listener);

    /** Ends itself by being closed; closing twice is no mistake. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}

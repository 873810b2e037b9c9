// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

import java.io.IOException;
import java.time.Duration;

/** Opens links to the nodes of one target, with its access and its TLS. What a test puts in the network's place. Any thread. */
public interface Dialer {
    /** Throws {@link AccessException} when the node is there and does not let us in. */
    Link dial(TargetAddress.Node node) throws IOException;

    /** A sentinel has users of its own, so no access is shown to it but TLS is kept. */
    Link dialSentinel(TargetAddress.Node node) throws IOException;

    /**
     * Opens a connection of its own, says one command, hands what comes to the listener until the time is over or the listener has enough, and closes it:
     * all in this call, so that no stream of a server is ever left unread.
     */
    void listen(TargetAddress.Node node, Burst burst, Duration time) throws IOException;
}

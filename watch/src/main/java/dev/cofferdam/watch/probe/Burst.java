// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.Request;

/**
 * What to listen to for a moment, and who hears it. A server that speaks unasked holds in its own memory what is not read: so a burst exists only inside
 * {@link Dialer#listen}, which ends it.
 */
public interface Burst {
    /** The command that makes the server speak. */
    Request command();

    /** 3 for what comes as a push, else 2. */
    int protocol();

    /** One thing the server said after it accepted the command; false to hear no more. Must return at once. */
    boolean hear(Reply reply);
}

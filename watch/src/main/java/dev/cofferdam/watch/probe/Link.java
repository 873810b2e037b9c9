// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.Request;
import java.io.IOException;
import java.util.List;

/**
 * A way to ask a target: commands in, replies out, in order. What a test puts in a server's place. One thread.
 */
public interface Link extends AutoCloseable {
    /** A reply for each command, failures among them. After an {@link IOException} the link is closed and stays so. */
    List<Reply> ask(List<Request> requests) throws IOException;

    default Reply ask(String... words) throws IOException {
        return ask(List.of(Request.of(words))).getFirst();
    }

    boolean isOpen();

    @Override
    void close();
}

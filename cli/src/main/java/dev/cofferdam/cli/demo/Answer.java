// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import dev.cofferdam.resp.client.Reply;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of asking a server: replies, or a reason why that was no success. Immutable.
 *
 * @param replies none when the connection broke
 * @param failure the first error's first word, {@code timeout} or {@code connection}; null when all went well
 */
record Answer(List<Reply> replies, @Nullable String failure) {
    static Answer of(List<Reply> replies) {
        for (Reply reply : replies) {
            if (reply instanceof Reply.Failure failure) {
                return new Answer(replies, failure.code());
            }
        }
        return new Answer(replies, null);
    }

    static Answer broken(IOException e) {
        return new Answer(List.of(), e instanceof SocketTimeoutException ? "timeout" : "connection");
    }
}

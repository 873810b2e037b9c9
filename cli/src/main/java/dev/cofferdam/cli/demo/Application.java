// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import dev.cofferdam.resp.client.RespClient;
import java.io.IOException;

/** One of the three that share a server. */
interface Application extends AutoCloseable {
    /** Puts in what is there on a normal day. */
    void prepare(RespClient client) throws IOException;

    /** Works from the start to the end, on the caller's thread. */
    void run(long startNanos, long endNanos);

    @Override
    void close();
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp.client;

/** The server answered properly, but with another kind of reply than the caller can use. The connection is good for more. */
public final class UnexpectedReplyException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnexpectedReplyException(String expected, Reply reply) {
        super("expected " + expected + ", the server answered " + (reply instanceof Reply.Failure failure ? failure.message() : reply));
    }
}

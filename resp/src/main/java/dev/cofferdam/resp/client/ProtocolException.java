// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp.client;

import java.io.IOException;

/** What came is no RESP, or more of it than we are ready to hold. The connection cannot be used any more. */
public final class ProtocolException extends IOException {
    private static final long serialVersionUID = 1;

    ProtocolException(String message) {
        super(message);
    }
}

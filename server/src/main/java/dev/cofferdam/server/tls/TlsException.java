// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.tls;

/** Files or settings of TLS that cannot be used; the message names the file, what is wrong with it, and the way out. */
public final class TlsException extends Exception {
    private static final long serialVersionUID = 1;

    TlsException(String message) {
        super(message);
    }
}

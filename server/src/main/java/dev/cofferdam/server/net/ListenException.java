// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import java.io.IOException;

/** An address and port on which the system does not let us listen. */
public final class ListenException extends IOException {
    private static final long serialVersionUID = 1;
    private final String host;
    private final int port;

    ListenException(String host, int port, IOException cause) {
        super("cannot listen on " + host + " port " + port + ": " + cause.getMessage(), cause);
        this.host = host;
        this.port = port;
    }

    public String host() {
        return host;
    }

    public int port() {
        return port;
    }
}

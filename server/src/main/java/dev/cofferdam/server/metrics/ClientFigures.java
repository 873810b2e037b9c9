// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.metrics;

/** What the network side knows about its clients. The event loop answers; asked from the metrics thread it may be a moment old. */
public interface ClientFigures {
    /** A server without a network side, as in tests. */
    ClientFigures NONE = new ClientFigures() {
    };

    /** Connected clients. */
    default int connected() {
        return 0;
    }

    /** The port clients connect to; 0 when there is none. */
    default int port() {
        return 0;
    }

    /** The most bytes of unread input one of the clients has had since the last time somebody asked, or has now. */
    default long longestInputBytes() {
        return 0;
    }

    /** The same for unsent output. */
    default long longestOutputBytes() {
        return 0;
    }
}

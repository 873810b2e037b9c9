// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

/**
 * TCP ports to listen on.
 *
 * @param plain {@link #NONE}, or 0 for any free one
 * @param tls the same, for clients that speak TLS
 */
public record Ports(int plain, int tls) {
    public static final int NONE = -1;

    /** As the configuration has them: with TLS, port 0 means none; without, any. */
    public static Ports configured(long port, long tlsPort) {
        return new Ports(port == 0 && tlsPort > 0 ? NONE : (int) port, tlsPort == 0 ? NONE : (int) tlsPort);
    }

    /** The port clients are told of: the plain one if there is one. */
    public int main() {
        return plain == NONE ? tls : plain;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp.client;

import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How to open a connection, and how long and how much to wait for. Immutable; {@link #DEFAULTS} and the {@code with…} methods make others.
 *
 * @param protocol 2 or 3
 * @param connectTimeout until the connection stands
 * @param replyTimeout from a command's sending until its whole reply is there
 * @param replyMaxBytes memory one reply may take
 * @param username for AUTH; null for the user every server has
 * @param password null to send no AUTH
 * @param database what to SELECT; 0 is where a connection starts
 * @param tls whom to trust and how to show who we are; null for a connection in the clear
 * @param hostNameChecked whether the certificate must be made out to the host we asked for
 */
public record RespClientOptions(int protocol, Duration connectTimeout, Duration replyTimeout, long replyMaxBytes,
        @Nullable String username, @Nullable String password, int database, @Nullable SSLContext tls, boolean hostNameChecked) {
    public static final RespClientOptions DEFAULTS = new RespClientOptions(2, Duration.ofSeconds(2), Duration.ofSeconds(5), 64L << 20, null,
            null, 0, null, true);

    public RespClientOptions {
        if (protocol != 2 && protocol != 3) {
            throw new IllegalArgumentException("protocol " + protocol + ": there are 2 and 3");
        }
    }

    public RespClientOptions withProtocol(int version) {
        return new RespClientOptions(version, connectTimeout, replyTimeout, replyMaxBytes, username, password, database, tls,
                hostNameChecked);
    }

    public RespClientOptions withConnectTimeout(Duration timeout) {
        return new RespClientOptions(protocol, timeout, replyTimeout, replyMaxBytes, username, password, database, tls, hostNameChecked);
    }

    public RespClientOptions withReplyTimeout(Duration timeout) {
        return new RespClientOptions(protocol, connectTimeout, timeout, replyMaxBytes, username, password, database, tls, hostNameChecked);
    }

    public RespClientOptions withReplyMaxBytes(long bytes) {
        return new RespClientOptions(protocol, connectTimeout, replyTimeout, bytes, username, password, database, tls, hostNameChecked);
    }

    public RespClientOptions withAccess(@Nullable String user, String secret) {
        return new RespClientOptions(protocol, connectTimeout, replyTimeout, replyMaxBytes, user, secret, database, tls, hostNameChecked);
    }

    public RespClientOptions withDatabase(int number) {
        return new RespClientOptions(protocol, connectTimeout, replyTimeout, replyMaxBytes, username, password, number, tls,
                hostNameChecked);
    }

    /** Encrypted, and only with a server whose certificate the context trusts. */
    public RespClientOptions withTls(SSLContext context) {
        return new RespClientOptions(protocol, connectTimeout, replyTimeout, replyMaxBytes, username, password, database, context,
                hostNameChecked);
    }

    /** For a server reached by another name than its certificate's, through a tunnel for one. */
    public RespClientOptions withHostNameChecked(boolean checked) {
        return new RespClientOptions(protocol, connectTimeout, replyTimeout, replyMaxBytes, username, password, database, tls, checked);
    }

    /** Without the password, so that it may be logged. */
    @Override
    public String toString() {
        return "RESP" + protocol + (username == null ? "" : " as " + username) + " in db " + database
                + (tls == null ? "" : " over TLS");
    }
}

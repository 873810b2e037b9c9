// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.Request;
import dev.cofferdam.resp.client.RespClient;
import dev.cofferdam.resp.client.RespClientOptions;
import dev.cofferdam.resp.client.UnexpectedReplyException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Dials over TCP, or TLS on it. Any thread; a link it made belongs to one. */
public final class RespDialer implements Dialer {
    private static final String CLIENT_NAME = "cofferdam-watch";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration REPLY_TIMEOUT = Duration.ofSeconds(2);
    /** Names of keys can be large; one that is larger than this ends the link, and the sample is one key poorer. */
    static final long REPLY_MAX_BYTES = 8 << 20;

    private final TargetAddress address;
    private final @Nullable SSLContext tls;
    private final boolean hostNameChecked;
    private final Clock clock;

    /** @param tls whom to trust, needed for {@code rediss://} only */
    public RespDialer(TargetAddress address, @Nullable SSLContext tls, boolean hostNameChecked, Clock clock) {
        this.address = address;
        this.tls = tls;
        this.hostNameChecked = hostNameChecked;
        this.clock = clock;
    }

    @Override
    public Link dial(TargetAddress.Node node) throws IOException {
        RespClient client = connect(node, withAccess(options()));
        try {
            // Asked, not demanded: who may not name himself is still somebody.
            client.call("CLIENT", "SETNAME", CLIENT_NAME);
            if (address.database() != 0 && address.kind() != TargetAddress.Kind.CLUSTER) {
                Reply selected = client.call("SELECT", Integer.toString(address.database()));
                if (selected instanceof Reply.Failure failure) {
                    throw new AccessException("database " + address.database() + ": " + failure.message());
                }
            }
            return new RespLink(client);
        } catch (IOException e) {
            client.close();
            throw e;
        }
    }

    @Override
    public Link dialSentinel(TargetAddress.Node node) throws IOException {
        return new RespLink(connect(node, options()));
    }

    @Override
    public void listen(TargetAddress.Node node, Burst burst, Duration time) throws IOException {
        long endNanos = clock.monotonicNanos() + time.toNanos();
        try (RespClient client = connect(node, withAccess(options().withProtocol(burst.protocol())))) {
            Reply accepted = client.call(burst.command());
            if (accepted instanceof Reply.Failure failure) {
                throw new AccessException(failure.message());
            }
            for (long left = endNanos - clock.monotonicNanos(); left > 0; left = endNanos - clock.monotonicNanos()) {
                if (!burst.hear(client.receive(Duration.ofNanos(left)))) {
                    return;
                }
            }
        } catch (SocketTimeoutException e) {
            // The time is over, and so is the connection.
        }
    }

    private RespClientOptions options() {
        RespClientOptions options = RespClientOptions.DEFAULTS.withConnectTimeout(CONNECT_TIMEOUT).withReplyTimeout(REPLY_TIMEOUT)
            .withReplyMaxBytes(REPLY_MAX_BYTES).withHostNameChecked(hostNameChecked);
        return tls == null || !address.tls() ? options : options.withTls(tls);
    }

    private RespClientOptions withAccess(RespClientOptions options) {
        return address.password() == null ? options : options.withAccess(address.username(), address.password());
    }

    private RespClient connect(TargetAddress.Node node, RespClientOptions options) throws IOException {
        try {
            return RespClient.connect(new InetSocketAddress(node.host(), node.port()), options, clock);
        } catch (UnexpectedReplyException e) {
            throw new AccessException(String.valueOf(e.getMessage()));
        }
    }

    /** A connection as a link; asks in pieces so that no pipeline of ours holds the server for long. */
    private static final class RespLink implements Link {
        /** A piece takes the server less than a millisecond, then others have their turn. */
        private static final int PIECE = 100;

        private final RespClient client;

        RespLink(RespClient client) {
            this.client = client;
        }

        @Override
        public List<Reply> ask(List<Request> requests) throws IOException {
            if (requests.size() <= PIECE) {
                return client.pipeline(requests);
            }
            List<Reply> replies = new ArrayList<>(requests.size());
            for (int from = 0; from < requests.size(); from += PIECE) {
                replies.addAll(client.pipeline(requests.subList(from, Math.min(requests.size(), from + PIECE))));
            }
            return replies;
        }

        @Override
        public boolean isOpen() {
            return client.isOpen();
        }

        @Override
        public void close() {
            client.close();
        }
    }
}

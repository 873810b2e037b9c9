// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.resp.client.Reply;
import dev.cofferdam.resp.client.Request;
import dev.cofferdam.resp.client.RespClient;
import dev.cofferdam.resp.client.RespClientOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An application's connections to its server, of a fixed number, as a web application has them.
 *
 * <p>Owns the connections. Any thread. A place in the pool is a connection or the right to make one, so a broken connection is replaced by the next who needs it.
 */
final class ConnectionPool implements AutoCloseable {
    private record Place(@Nullable RespClient client) {
    }

    private final InetSocketAddress address;
    private final Clock clock;
    private final LinkedBlockingDeque<Place> free = new LinkedBlockingDeque<>();
    private volatile boolean closed;

    ConnectionPool(InetSocketAddress address, int size, Clock clock) {
        this.address = address;
        this.clock = clock;
        for (int i = 0; i < size; i++) {
            free.add(new Place(null));
        }
    }

    /** Asks on one connection; gives up at {@code deadlineNanos} of the clock, waiting for a connection included. */
    Answer ask(List<Request> requests, long deadlineNanos) throws InterruptedException {
        try {
            return Answer.of(run(requests, deadlineNanos));
        } catch (IOException e) {
            return Answer.broken(e);
        }
    }

    private List<Reply> run(List<Request> requests, long deadlineNanos) throws IOException, InterruptedException {
        Place place = free.pollFirst(Math.max(0, deadlineNanos - clock.monotonicNanos()), TimeUnit.NANOSECONDS);
        if (place == null) {
            throw new SocketTimeoutException("no connection became free in time");
        }
        RespClient client = place.client;
        try {
            if (client == null) {
                client = RespClient.connect(address, RespClientOptions.DEFAULTS, clock);
            }
            return client.pipeline(requests, Duration.ofNanos(deadlineNanos - clock.monotonicNanos()));
        } finally {
            free.addFirst(new Place(client != null && client.isOpen() ? client : null));
            if (closed) {
                closeFree();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        closeFree();
    }

    private void closeFree() {
        for (Place place = free.pollFirst(); place != null; place = free.pollFirst()) {
            if (place.client != null) {
                place.client.close();
            }
        }
    }
}

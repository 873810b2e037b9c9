// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import dev.cofferdam.memory.ThreadScheduling;
import dev.cofferdam.server.Server;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * Handshakes that are under way: a thread for their public-key operations, which take a millisecond or more each, and an end for those that do not come to one.
 *
 * <p>Owns the thread, which gives way to the event loop where processors are few. All else is the event loop's. What always holds: at most {@link #MAX}
 * handshakes are under way, and when one more begins, the one that has waited longest for its client gives way to it, so that clients that connect and say
 * nothing do not keep others out; one is over when its client keeps it waiting for {@link #MAX_MILLIS}. Time that we take ourselves does not count.
 */
final class TlsHandshakes {
    static final int MAX = 256;
    static final long MAX_MILLIS = 10_000;
    /** As lanes: each step is about a fifth less of the processor. */
    private static final int MORE_NICE = 5;

    /** What the thread takes: an engine whose tasks are to be run; null for its end. */
    private record Work(@Nullable Connection client, @Nullable SSLEngine engine) {
    }

    private final EventLoop loop;
    private final Server server;
    private final LinkedBlockingQueue<Work> queue = new LinkedBlockingQueue<>();
    /** In the order in which they began. */
    private final LinkedHashSet<Connection> underWay = new LinkedHashSet<>();
    private @Nullable Thread thread;

    TlsHandshakes(EventLoop loop, Server server) {
        this.loop = loop;
        this.server = server;
    }

    int count() {
        return underWay.size();
    }

    void begin(Connection client) {
        if (underWay.size() >= MAX) {
            loop.tls().handshakeFailed(longestWaiting(), "gave way to newer ones: " + MAX + " handshakes are under way");
        }
        underWay.add(client);
    }

    private Connection longestWaiting() {
        for (Connection client : underWay) {
            if (!isComputing(client)) {
                return client;
            }
        }
        return underWay.iterator().next();
    }

    private static boolean isComputing(Connection client) {
        TlsLink link = client.tls;
        return link != null && link.isComputing();
    }

    /** It is open, or gone. */
    void end(Connection client) {
        underWay.remove(client);
    }

    /** Has the thread run what the engine asks for; {@link TlsLink#computed} follows. */
    void compute(Connection client, SSLEngine engine) {
        if (thread == null) {
            Thread started = new Thread(this::run, "tls-handshakes");
            started.setDaemon(true);
            started.start();
            thread = started;
        }
        queue.add(new Work(client, engine));
        loop.updateInterest(client); // what it sends meanwhile would else wake the loop over and over, and keep the processor from the thread
    }

    private void run() {
        ThreadScheduling.change(MORE_NICE, 0);
        while (true) {
            try {
                Work work = queue.take();
                Connection client = work.client;
                SSLEngine engine = work.engine;
                if (client == null || engine == null) {
                    return;
                }
                Runnable task = engine.getDelegatedTask();
                while (task != null) {
                    task.run(); // what fails shows itself at the engine's next step
                    task = engine.getDelegatedTask();
                }
                loop.submit(() -> computed(client));
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException | OutOfMemoryError e) {
                server.events().log("tls-handshakes-error error=\"" + e + "\"");
            }
        }
    }

    private void computed(Connection client) {
        TlsLink link = client.tls;
        if (client.closed || link == null) {
            return;
        }
        try {
            client.progressMillis = server.nowMillis(); // from here on it waits for the client
            link.computed();
            loop.updateInterest(client);
        } catch (IOException e) {
            loop.close(client, "connection-lost");
        } catch (RuntimeException | AssertionError | OutOfMemoryError e) {
            loop.failed(client, e);
        }
    }

    /** Ends those that take too long. Called by the cron. */
    void expire(long now) {
        if (underWay.isEmpty()) {
            return;
        }
        ArrayDeque<Connection> late = new ArrayDeque<>();
        for (Iterator<Connection> each = underWay.iterator(); each.hasNext();) {
            Connection client = each.next();
            if (!isComputing(client) && now - client.progressMillis > MAX_MILLIS) {
                late.add(client);
            }
        }
        for (Connection client : late) {
            loop.tls().handshakeFailed(client, "the client keeps it waiting for more than " + MAX_MILLIS + " ms");
        }
    }

    void stop() {
        queue.add(new Work(null, null));
    }
}

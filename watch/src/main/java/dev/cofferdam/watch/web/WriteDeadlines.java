// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.web;

import dev.cofferdam.memory.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets nobody hold a thread by not reading. Whoever writes says until when it must be done; a thread that is late is interrupted, which closes its socket.
 *
 * <p>Any thread; {@link #sweep} is called about once a second by one.
 */
final class WriteDeadlines {
    private final Clock clock;
    private final Map<Thread, Long> endsNanos = new ConcurrentHashMap<>();
    private final AtomicLong dropped = new AtomicLong();

    WriteDeadlines(Clock clock) {
        this.clock = clock;
    }

    /** The calling thread begins to write. */
    void begin(Duration allowed) {
        endsNanos.put(Thread.currentThread(), clock.monotonicNanos() + allowed.toNanos());
    }

    /** The calling thread has written. Throws when it was too late, because the socket is closed then. */
    void end() throws IOException {
        if (endsNanos.remove(Thread.currentThread()) == null) {
            throw new IOException("the reader was too slow");
        }
    }

    /** The calling thread gave up writing. */
    void forget() {
        endsNanos.remove(Thread.currentThread());
    }

    void sweep() {
        long now = clock.monotonicNanos();
        endsNanos.forEach((thread, end) -> {
            if (now - end > 0 && endsNanos.remove(thread, end)) {
                dropped.incrementAndGet();
                thread.interrupt();
            }
        });
    }

    /** Readers cut off for being slow, since the start. */
    long dropped() {
        return dropped.get();
    }
}

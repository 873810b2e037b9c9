// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import dev.cofferdam.memory.Clock;
import java.io.IOException;
import java.util.Arrays;

/**
 * Waits between batches: a short while, and longer when the target answers slowly or has more to free than it can. Owns nothing; one thread, that of the session.
 *
 * <p>What others wait for is measured as they would: by PING right after a batch, against the median before the first.
 */
final class Pacer {
    static final long PAUSE_MAX_MILLIS = 200;
    private static final long PENDING_FREES_MAX = 100_000;
    private static final long SLOW_FLOOR_NANOS = 5_000_000;
    private static final int SLOW_FACTOR = 8;
    private static final int CALIBRATIONS = 5;
    private static final int LOOK_EVERY = 10;

    private final Nodes.Session session;
    private final EffectMeter meter;
    private final Clock clock;
    private final Pause pause;
    private final long shortestMillis;
    private final long slowNanos;
    private long millis;
    private long batches;

    Pacer(Nodes.Session session, EffectMeter meter, Clock clock, Pause pause, long shortestMillis) throws IOException {
        this.session = session;
        this.meter = meter;
        this.clock = clock;
        this.pause = pause;
        this.shortestMillis = shortestMillis;
        this.millis = shortestMillis;
        long[] pings = new long[CALIBRATIONS];
        for (int i = 0; i < CALIBRATIONS; i++) {
            pings[i] = ping();
        }
        Arrays.sort(pings);
        this.slowNanos = Math.max(SLOW_FLOOR_NANOS, pings[CALIBRATIONS / 2] * SLOW_FACTOR);
    }

    private long ping() throws IOException {
        long before = clock.monotonicNanos();
        session.ask("PING");
        return clock.monotonicNanos() - before;
    }

    void afterBatch() throws IOException, InterruptedException {
        long nanos = ping();
        batches++;
        if (meter.isFull() || batches % LOOK_EVERY == 0) {
            meter.look();
        }
        boolean slow = nanos > slowNanos || meter.pendingFrees() > PENDING_FREES_MAX;
        millis = slow ? Math.min(PAUSE_MAX_MILLIS, Math.max(1, millis) * 2) : Math.max(shortestMillis, millis / 2);
        pause.millis(millis);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What took as long as {@code latency-monitor-threshold} or longer, by kind of event, for LATENCY: slow commands, and expiry between commands.
 *
 * <p>Owns the samples: at most {@link #SAMPLES_MAX} of each kind, the newest; of one second only the longest. Event loop only. With the threshold at 0, as it is
 * at first, nothing is kept and asking costs one comparison.
 */
public final class LatencyEvents {
    /** A command that is not among the fast ones. */
    public static final String COMMAND = "command";
    public static final String FAST_COMMAND = "fast-command";
    /** Keys past their time, deleted between commands. */
    public static final String EXPIRE_CYCLE = "expire-cycle";
    /** As many as Redis keeps. */
    private static final int SAMPLES_MAX = 160;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Map<String, Event> events = new TreeMap<>();
    private long thresholdNanos = Long.MAX_VALUE;
    private long thresholdMillis;

    /** The samples of one kind, oldest first. */
    public static final class Event {
        private final List<Sample> samples = new ArrayList<>();
        private long maxMillis;

        public List<Sample> samples() {
            return samples;
        }

        public Sample latest() {
            return samples.getLast();
        }

        /** The longest ever, also when its sample is no longer kept. */
        public long maxMillis() {
            return maxMillis;
        }
    }

    /** When it was, in seconds since 1970, and how long it took. */
    public record Sample(long second, long millis) {
    }

    void setThresholdMillis(long millis) {
        thresholdMillis = millis;
        thresholdNanos = millis == 0 || millis > Long.MAX_VALUE / NANOS_PER_MILLI ? Long.MAX_VALUE : millis * NANOS_PER_MILLI;
    }

    /** 0 while nothing is kept. */
    public long thresholdMillis() {
        return thresholdMillis;
    }

    /** Any thread. */
    boolean notes(long nanos) {
        return nanos >= thresholdNanos;
    }

    /** Notes what took so long, if that is long enough. */
    public void note(String kind, long nanos, long nowMillis) {
        if (!notes(nanos)) {
            return;
        }
        Event event = events.computeIfAbsent(kind, unused -> new Event());
        long millis = nanos / NANOS_PER_MILLI;
        long second = nowMillis / 1000;
        event.maxMillis = Math.max(event.maxMillis, millis);
        if (!event.samples.isEmpty() && event.latest().second == second) {
            if (event.latest().millis < millis) {
                event.samples.set(event.samples.size() - 1, new Sample(second, millis));
            }
            return;
        }
        if (event.samples.size() == SAMPLES_MAX) {
            event.samples.removeFirst();
        }
        event.samples.add(new Sample(second, millis));
    }

    /** The kinds there are samples of, in the order of their names. */
    public Map<String, Event> all() {
        return events;
    }

    public @Nullable Event find(String kind) {
        return events.get(kind);
    }

    /** Forgets a kind; false when there was nothing to forget. */
    public boolean forget(String kind) {
        return events.remove(kind) != null;
    }

    /** Forgets everything; answers of how many kinds. */
    public int forgetAll() {
        int count = events.size();
        events.clear();
        return count;
    }
}

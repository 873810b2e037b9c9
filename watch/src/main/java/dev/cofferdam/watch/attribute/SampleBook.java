// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The last hour of random samples, in stretches of five seconds that become minutes when they are old. Bounded by time and by what is sampled a second. One thread.
 */
final class SampleBook {
    private static final long STRETCH_MILLIS = 5_000;
    private static final long MINUTE_MILLIS = 60_000;
    private static final long KEPT_MILLIS = 60 * MINUTE_MILLIS;
    /** Stretches stay apart as long as an onset may still fall between them. */
    private static final long YOUNG_MILLIS = 3 * MINUTE_MILLIS;
    /** What is compared with: so long before an onset, and longer when there are few samples. */
    private static final long BASELINE_MILLIS = 20 * MINUTE_MILLIS;

    private final Deque<Composition> minutes = new ArrayDeque<>();
    private final Deque<Composition> stretches = new ArrayDeque<>();
    private boolean cut;

    /** The next sample begins a stretch: many were taken at one moment, and an onset may come soon after. */
    void cut() {
        cut = true;
    }

    /** The composition that samples taken now belong to. */
    Composition at(long millis) {
        Composition last = stretches.peekLast();
        if (last == null || cut || millis - last.fromMillis() >= STRETCH_MILLIS || millis < last.fromMillis()) {
            last = new Composition(millis);
            cut = false;
            stretches.addLast(last);
            age(millis);
        }
        last.until(millis);
        return last;
    }

    private void age(long now) {
        while (!stretches.isEmpty() && now - stretches.getFirst().fromMillis() > YOUNG_MILLIS) {
            Composition old = stretches.removeFirst();
            Composition minute = minutes.peekLast();
            if (minute == null || old.fromMillis() - minute.fromMillis() >= MINUTE_MILLIS) {
                minutes.addLast(old);
            } else {
                minute.add(old);
            }
        }
        while (!minutes.isEmpty() && now - minutes.getFirst().untilMillis() > KEPT_MILLIS) {
            minutes.removeFirst();
        }
    }

    /** Samples taken wholly before a moment: the last twenty minutes of them, or more until there are enough. */
    Composition before(long millis, long enough) {
        Composition sum = new Composition(millis);
        List<Composition> all = new ArrayList<>(minutes);
        all.addAll(stretches);
        for (Composition each : all.reversed()) {
            boolean wanted = each.untilMillis() <= millis
                    && (millis - each.fromMillis() <= BASELINE_MILLIS || sum.samples() < enough);
            if (wanted) {
                sum.add(each);
            }
        }
        return sum;
    }

    /** Samples of the last so many milliseconds, for the picture of what is there. */
    Composition since(long millis) {
        Composition sum = new Composition(millis);
        for (Composition each : minutes) {
            if (each.fromMillis() >= millis) {
                sum.add(each);
            }
        }
        for (Composition each : stretches) {
            if (each.fromMillis() >= millis) {
                sum.add(each);
            }
        }
        return sum;
    }

    /** After a restart or a flush of the target nothing from before says anything. */
    void clear() {
        minutes.clear();
        stretches.clear();
    }
}

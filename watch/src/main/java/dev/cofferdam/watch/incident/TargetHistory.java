// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.incident;

import dev.cofferdam.watch.probe.Sample;
import org.jspecify.annotations.Nullable;

/**
 * The last two and a half minutes of a target's samples: what its counters were at an onset that is known only in hindsight. Under the
 * book's lock.
 */
final class TargetHistory {
    private static final int SAMPLES = 150;
    private static final long HIT_RATE_MILLIS = 30_000;
    /** Fewer look-ups than that say nothing about a rate. */
    private static final long LOOKUPS_MIN = 100;

    private final @Nullable Sample[] samples = new Sample[SAMPLES];
    private int next;
    private int size;

    /** When the target stopped to answer; 0 while it answers. */
    long silentSinceMillis;

    void add(Sample sample) {
        samples[next] = sample;
        next = (next + 1) % SAMPLES;
        size = Math.min(SAMPLES, size + 1);
    }

    /** The last sample not after that time, or the oldest there is. */
    Sample at(long millis) {
        for (int back = 0; back < size; back++) {
            if (back(back).atMillis() <= millis) {
                return back(back);
            }
        }
        return back(size - 1);
    }

    /** Memory one and two samples ago. */
    long usedBytes(int back) {
        return back(Math.min(back, size - 1)).usedBytes();
    }

    /** Part of the look-ups that found their key, in the last half minute; NaN when that cannot be said. */
    double hitRate() {
        Sample last = back(0);
        return hitRate(at(last.atMillis() - HIT_RATE_MILLIS), last);
    }

    /** The same from the oldest sample to one that is given. */
    double hitRateUntil(Sample end) {
        return hitRate(back(size - 1), end);
    }

    private static double hitRate(Sample from, Sample to) {
        long hits = to.hits() - from.hits();
        long lookups = hits + to.misses() - from.misses();
        return lookups < LOOKUPS_MIN || hits < 0 || to.misses() < from.misses() ? Double.NaN : (double) hits / lookups;
    }

    private Sample back(int by) {
        Sample sample = samples[Math.floorMod(next - 1 - by, SAMPLES)];
        if (sample == null) {
            throw new IllegalStateException("history of " + size + " samples asked for " + by + " back");
        }
        return sample;
    }
}

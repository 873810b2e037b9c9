// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The {@link #KEPT} largest harmless excursions of the last two weeks: what is normal for this target, and so what a threshold must lie above. One thread.
 *
 * <p>Sizes fall from the first to the last. Two weeks of seventy are enough for the most talkative threshold; more would not be read.
 */
final class Peaks {
    static final int KEPT = 200;
    static final double DAY_SECONDS = 86_400;
    static final double MEMORY_SECONDS = 14 * DAY_SECONDS;

    private final double[] sizes = new double[KEPT];
    private final double[] times = new double[KEPT];
    private int count;

    void add(double seconds, double size) {
        if (count == KEPT && size <= sizes[KEPT - 1]) {
            return;
        }
        int place = Math.min(count, KEPT - 1);
        while (place > 0 && sizes[place - 1] < size) {
            sizes[place] = sizes[place - 1];
            times[place] = times[place - 1];
            place--;
        }
        sizes[place] = size;
        times[place] = seconds;
        count = Math.min(count + 1, KEPT);
    }

    /** Drops what is older than two weeks. */
    void forget(double nowSeconds) {
        keep(nowSeconds - MEMORY_SECONDS, Double.MAX_VALUE);
    }

    /** Drops what happened since then: it was an incident, and no threshold may learn to overlook one. */
    void disregardSince(double seconds) {
        keep(0, seconds);
    }

    private void keep(double fromSeconds, double toSeconds) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (times[i] >= fromSeconds && times[i] < toSeconds) {
                sizes[kept] = sizes[i];
                times[kept++] = times[i];
            }
        }
        count = kept;
    }

    /** The smallest threshold that was exceeded at most that often a week; 0 when nothing came near. */
    double exceededAtMost(double timesPerWeek, double watchedSeconds) {
        double days = Math.min(watchedSeconds, MEMORY_SECONDS) / DAY_SECONDS;
        int allowed = (int) (timesPerWeek * days / 7);
        return allowed < count ? sizes[allowed] : 0;
    }

    int count() {
        return count;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(count);
        for (int i = 0; i < count; i++) {
            out.writeDouble(times[i]);
            out.writeDouble(sizes[i]);
        }
    }

    void read(DataInput in) throws IOException {
        count = Saved.count(in, KEPT);
        for (int i = 0; i < count; i++) {
            times[i] = Saved.positive(in);
            sizes[i] = Saved.positive(in);
            if (i > 0 && sizes[i] > sizes[i - 1]) {
                throw new IOException("peaks out of order");
            }
        }
    }
}

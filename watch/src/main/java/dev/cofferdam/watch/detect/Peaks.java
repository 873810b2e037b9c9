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
    private static final int HABIT_TIMES = 5;
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

    /**
     * A size that would be unheard of. Two weeks of something rare have seen a few of its sizes only, and the next may well be the largest yet; how far apart the two
     * largest lie tells by how much. What happens every hour has shown what it can do, and is trusted to within 15 %. 0 when nothing happened.
     */
    double unheardOf() {
        if (count == 0) {
            return 0;
        }
        double second = count == 1 ? 0 : sizes[1];
        return sizes[0] + Math.max(0.15 * sizes[0], sizes[0] - second);
    }

    /** A size reached so often that it is a habit, with a margin of 15 %; 0 when there is none. */
    double habit() {
        return count < HABIT_TIMES ? 0 : 1.15 * sizes[HABIT_TIMES - 1];
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

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * The last levels of a series and the slopes through them. One thread.
 *
 * <p>Owns a ring of {@link #KEPT} levels, at least {@code spacingSeconds} apart.
 */
final class Recent {
    static final int KEPT = 128;
    /** Points a robust slope is taken through: 66 pairs, some 1 us. */
    private static final int POINTS = 12;

    private final double spacingSeconds;
    private final double[] times = new double[KEPT];
    private final double[] levels = new double[KEPT];
    private final double[] slopes = new double[POINTS * (POINTS - 1) / 2];
    private int newest = -1;
    private int count;

    Recent(double spacingSeconds) {
        this.spacingSeconds = spacingSeconds;
    }

    void add(double seconds, double level) {
        if (count > 0 && seconds - times[newest] < spacingSeconds) {
            return;
        }
        newest = newest + 1 == KEPT ? 0 : newest + 1;
        times[newest] = seconds;
        levels[newest] = level;
        count = Math.min(count + 1, KEPT);
    }

    /** Starts anew: what is kept belongs to another process or to the time before a gap. */
    void clear() {
        count = 0;
    }

    /** Bytes a second over the window, from its first level to its last; 0 with fewer than two levels. */
    double slope(double windowSeconds) {
        int back = back(windowSeconds);
        if (back == 0) {
            return 0;
        }
        int first = place(back);
        return (levels[newest] - levels[first]) / (times[newest] - times[first]);
    }

    /** The median of the slopes between all pairs of up to 12 levels of the window (Theil and Sen): one outlier in four does not move it. */
    double robustSlope(double windowSeconds) {
        int back = back(windowSeconds);
        if (back == 0) {
            return 0;
        }
        int points = Math.min(POINTS, back + 1);
        int pairs = 0;
        for (int i = 1; i < points; i++) {
            int later = place(back - i * back / (points - 1));
            for (int j = 0; j < i; j++) {
                int earlier = place(back - j * back / (points - 1));
                slopes[pairs++] = (levels[later] - levels[earlier]) / (times[later] - times[earlier]);
            }
        }
        Arrays.sort(slopes, 0, pairs);
        return (slopes[(pairs - 1) / 2] + slopes[pairs / 2]) / 2;
    }

    /** How many levels back the window begins: the youngest that is at least as old as the window, else the oldest there is. */
    private int back(double windowSeconds) {
        int back = 0;
        while (back + 1 < count && times[newest] - times[place(back)] < windowSeconds) {
            back++;
        }
        return back;
    }

    private int place(int back) {
        int place = newest - back;
        return place < 0 ? place + KEPT : place;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(count);
        for (int back = count - 1; back >= 0; back--) {
            out.writeDouble(times[place(back)]);
            out.writeDouble(levels[place(back)]);
        }
    }

    void read(DataInput in) throws IOException {
        int saved = Saved.count(in, KEPT);
        clear();
        newest = -1;
        for (int i = 0; i < saved; i++) {
            newest = i;
            times[i] = Saved.positive(in);
            levels[i] = Saved.finite(in);
            if (i > 0 && times[i] <= times[i - 1]) {
                throw new IOException("levels out of order");
            }
        }
        count = saved;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sees memory grow over days and weeks. One thread; works once a day, otherwise keeps one level each five minutes.
 *
 * <p>A day is told by its 10th percentile, which no flush and no burst moves; the room that is left by its 95th, which is where it will overflow. Over windows of 4 to 21
 * days the slope is the median of the slopes between days (Theil and Sen) and must be upward by the test of Mann and Kendall. From 14 days on only days a whole number of
 * weeks apart are compared, so that a weekend is no trend.
 */
final class LeakDetector {
    static final int SLOTS = 288;
    static final int DAYS_KEPT = 22;
    private static final long DAY_MILLIS = 86_400_000;
    private static final long SLOT_MILLIS = DAY_MILLIS / SLOTS;
    /** A day of which less was seen is left out. */
    private static final int SLOTS_MIN = SLOTS / 4;
    /** The shortest that fires speaks: a longer one has days in it from before the leak, and thinks that there is more time. */
    private static final int[] WINDOWS = {4, 5, 7, 10, 14, 21};
    private static final double RISE_MIN_SHARE = 0.03;
    private static final double DAYS_TO_FULL_MAX = 15;
    /** Normal quantile of the 80 % interval. */
    private static final double INTERVAL_Z = 1.2816;
    /** Four of five leaks of the test bed were full between these parts of the forecast: days differ more than the interval of the slope knows. */
    private static final double EARLIEST = 0.43;
    private static final double LATEST = 1.6;
    private static final int CALM_DAYS = 2;

    private final double[] slots = new double[SLOTS];
    private final double[] sorted = new double[SLOTS];
    private final long[] days = new long[DAYS_KEPT];
    private final double[] lows = new double[DAYS_KEPT];
    private final double[] highs = new double[DAYS_KEPT];
    private final double[] slopes = new double[DAYS_KEPT * DAYS_KEPT / 2];
    private int filled;
    private int kept;
    private long day = Long.MIN_VALUE;
    private long slot = Long.MIN_VALUE;
    private int calmDays;
    private @Nullable Leak leak;

    /** @param limit 0 when there is none, or when being full is no outage */
    void accept(long atMillis, double used, double limit) {
        long now = Math.floorDiv(atMillis, SLOT_MILLIS);
        if (now == slot) {
            return;
        }
        long today = Math.floorDiv(atMillis, DAY_MILLIS);
        if (day != Long.MIN_VALUE && today != day) {
            endDay(limit);
            forgetFrom(today);
        }
        day = today;
        slot = now;
        if (filled < SLOTS) {
            slots[filled++] = used;
        }
    }

    private void endDay(double limit) {
        if (filled >= SLOTS_MIN) {
            System.arraycopy(slots, 0, sorted, 0, filled);
            Arrays.sort(sorted, 0, filled);
            if (kept == DAYS_KEPT) {
                System.arraycopy(days, 1, days, 0, kept - 1);
                System.arraycopy(lows, 1, lows, 0, kept - 1);
                System.arraycopy(highs, 1, highs, 0, kept - 1);
                kept--;
            }
            days[kept] = day;
            lows[kept] = sorted[filled / 10];
            highs[kept++] = sorted[filled - 1 - filled / 20];
            judge(limit);
        }
        filled = 0;
    }

    /** Days that have not come yet were written by a clock that was ahead. */
    private void forgetFrom(long today) {
        while (kept > 0 && days[kept - 1] >= today) {
            kept--;
        }
    }

    private void judge(double limit) {
        Leak found = null;
        for (int i = 0; i < WINDOWS.length && found == null && limit > 0; i++) {
            found = over(WINDOWS[i], limit);
        }
        calmDays = found == null ? calmDays + 1 : 0;
        if (found != null || calmDays >= CALM_DAYS) {
            leak = found;
        }
    }

    /** @return null when nothing leaks by this window */
    private @Nullable Leak over(int window, double limit) {
        long today = days[kept - 1];
        int first = kept - 1;
        while (first > 0 && days[first - 1] > today - window) {
            first--;
        }
        int present = kept - first;
        if (today - days[first] < window - 1 || present * 5 < window * 4) {
            return null;
        }
        if (trend(first) < (window <= 5 ? 1.69 : 2.4)) {
            return null;
        }
        int pairs = slopes(first, window >= 14 ? 7 : 1);
        if (pairs == 0) {
            return null;
        }
        double slope = (slopes[(pairs - 1) / 2] + slopes[pairs / 2]) / 2;
        double spread = INTERVAL_Z * Math.sqrt(window >= 14 ? weeklyVariance(first) : variance(present));
        double lower = slopes[(int) Math.max(0, Math.floor((pairs - spread) / 2))];
        double room = Math.max(0, limit - highs[kept - 1]);
        if (slope * window < RISE_MIN_SHARE * limit || lower <= 0 || room / slope >= DAYS_TO_FULL_MAX) {
            return null;
        }
        double likely = room / slope;
        return new Leak(days[first] * DAY_MILLIS, window, slope, likely, EARLIEST * likely, LATEST * likely);
    }

    /** Mann and Kendall: how many standard deviations more pairs of days rise than fall. */
    private double trend(int first) {
        int sum = 0;
        for (int later = first + 1; later < kept; later++) {
            for (int earlier = first; earlier < later; earlier++) {
                sum += (int) Math.signum(lows[later] - lows[earlier]);
            }
        }
        return (sum - Integer.signum(sum)) / Math.sqrt(variance(kept - first));
    }

    private static double variance(int days) {
        return days * (days - 1.0) * (2 * days + 5) / 18;
    }

    private double weeklyVariance(int first) {
        double sum = 0;
        for (int weekday = 0; weekday < 7; weekday++) {
            int present = 0;
            for (int i = first; i < kept; i++) {
                present += Math.floorMod(days[i], 7) == weekday ? 1 : 0;
            }
            sum += variance(present);
        }
        return sum;
    }

    /** Fills {@link #slopes} in rising order with those between days a multiple of so many days apart. @return how many */
    private int slopes(int first, int apart) {
        int pairs = 0;
        for (int later = first + 1; later < kept; later++) {
            for (int earlier = first; earlier < later; earlier++) {
                if ((days[later] - days[earlier]) % apart == 0) {
                    slopes[pairs++] = (lows[later] - lows[earlier]) / (days[later] - days[earlier]);
                }
            }
        }
        Arrays.sort(slopes, 0, pairs);
        return pairs;
    }

    @Nullable
    Leak leak() {
        return leak;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(filled);
        for (int i = 0; i < filled; i++) {
            out.writeDouble(slots[i]);
        }
        out.writeInt(kept);
        for (int i = 0; i < kept; i++) {
            out.writeLong(days[i]);
            out.writeDouble(lows[i]);
            out.writeDouble(highs[i]);
        }
        out.writeLong(day);
        out.writeLong(slot);
        out.writeInt(calmDays);
        Leak now = leak;
        out.writeBoolean(now != null);
        if (now != null) {
            out.writeLong(now.sinceMillis());
            out.writeInt(now.windowDays());
            out.writeDouble(now.bytesPerDay());
            out.writeDouble(now.likelyDays());
            out.writeDouble(now.earliestDays());
            out.writeDouble(now.latestDays());
        }
    }

    void read(DataInput in) throws IOException {
        filled = Saved.count(in, SLOTS);
        for (int i = 0; i < filled; i++) {
            slots[i] = Saved.finite(in);
        }
        kept = Saved.count(in, DAYS_KEPT);
        for (int i = 0; i < kept; i++) {
            days[i] = in.readLong();
            lows[i] = Saved.finite(in);
            highs[i] = Saved.finite(in);
            if (i > 0 && days[i] <= days[i - 1]) {
                throw new IOException("days out of order");
            }
        }
        day = in.readLong();
        slot = in.readLong();
        calmDays = Saved.count(in, Integer.MAX_VALUE);
        leak = in.readBoolean()
                ? new Leak(in.readLong(), in.readInt(), in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble())
                : null;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * How far a level has climbed beyond the rate that would fill the headroom within a horizon: Page's cumulative sum, with the headroom as its scale. One thread.
 *
 * <pre>
 *   k = headroom / horizon                     the rate that is tolerated: less, the less room is left
 *   S = max(0, S + rise - k * step)            the excess; its last 0 is the onset
 *   E = level - highest level before the onset what is really new: a refill after a flush is not
 * </pre>
 *
 * <p>Owns the excursion that is on (from one 0 of S to the next), and the sizes min(S, 2E) of those that came before.
 */
final class Excess {
    /** Smaller excursions are noise of which the ledger would learn nothing; part of the limit. */
    private static final double NOISE_SHARE = 0.0002;
    private static final double RELEARN_SECONDS = 3_600;
    static final double SUSPECT_PER_WEEK = 20;
    static final double NOTIFY_PER_WEEK = 1;

    private final double horizonSeconds;
    private final HighWater highWater;
    private final Peaks peaks = new Peaks();

    private double value;
    private double zeroSeconds;
    private double onsetSeconds;
    private long onsetMillis;
    private double onsetLevel;
    private double trough;
    private double peakSinceOnset;
    private double highWaterBefore;
    private double headroomBefore;
    private double peak;
    private boolean incident;

    private double relearnAtSeconds;
    private double learnedSuspect;
    private double learnedNotify;
    private double learnedPage;
    private double habit;

    Excess(double horizonSeconds, HighWater highWater) {
        this.horizonSeconds = horizonSeconds;
        this.highWater = highWater;
    }

    /**
     * @param beforeMillis wall clock of the sample before: where an excursion that begins now has its onset
     * @param incident whether this is no normal operation, so that nothing may be learned from it
     */
    void add(WatchedTime time, long beforeMillis, double level, double before, double headroom, double limit, boolean incident) {
        double rise = level - before;
        double sum = time.afterGap()
                ? value + Math.min(rise, 0)
                : value + rise - Math.max(headroom, 0) / horizonSeconds * time.step();
        if (sum <= 0) {
            end(time, level, limit);
        } else {
            if (value == 0) {
                begin(time, beforeMillis, before, headroom + rise);
            }
            moveOnset(time, level, sum);
            value = sum;
            peak = Math.max(peak, Math.min(sum, 2 * (level - highWaterBefore)));
            this.incident |= incident;
        }
        highWater.add(time.seconds(), level);
        if (time.seconds() >= relearnAtSeconds) {
            relearn(time.seconds());
        }
    }

    private void begin(WatchedTime time, long beforeMillis, double before, double headroom) {
        zeroSeconds = 0;
        onsetSeconds = time.seconds() - time.step();
        onsetMillis = beforeMillis;
        onsetLevel = before;
        trough = 0;
        highWaterBefore = highWater.max();
        headroomBefore = headroom;
        peak = 0;
        incident = false;
    }

    /**
     * A climb often begins while the excess of an earlier, harmless one still wears off. Once the excess has fallen to half, the onset follows it down to its
     * lowest point, so that the onset told to people is that of the climb they see.
     */
    private void moveOnset(WatchedTime time, double level, double sum) {
        if (trough > 0 ? sum <= trough : sum < peakSinceOnset / 2) {
            trough = sum;
            peakSinceOnset = sum;
            onsetSeconds = time.seconds();
            onsetMillis = time.atMillis();
            onsetLevel = level;
        } else if (sum > peakSinceOnset) {
            peakSinceOnset = sum;
            trough = 0;
        }
    }

    private void end(WatchedTime time, double level, double limit) {
        if (value > 0) {
            if (peak > NOISE_SHARE * limit && !incident) {
                peaks.add(time.seconds(), peak);
                relearn(time.seconds());
            }
            if (incident) {
                // What an incident reached is no level this target is known by: the next climb is new before it gets there again.
                highWater.lower(Math.max(highWaterBefore, level));
            }
            value = 0;
            peakSinceOnset = 0;
        }
        zeroSeconds += time.step();
    }

    private void relearn(double seconds) {
        relearnAtSeconds = seconds + RELEARN_SECONDS;
        peaks.forget(seconds);
        learnedSuspect = peaks.exceededAtMost(SUSPECT_PER_WEEK, seconds);
        learnedNotify = peaks.exceededAtMost(NOTIFY_PER_WEEK, seconds);
        learnedPage = peaks.unheardOf();
        habit = peaks.habit();
    }

    /** Forgets the excursion that is on. */
    void beginAnew() {
        value = 0;
        peakSinceOnset = 0;
    }

    void disregardSince(double seconds, double nowSeconds) {
        peaks.disregardSince(seconds);
        incident |= value > 0;
        relearn(nowSeconds);
    }

    double value() {
        return value;
    }

    /** For how long there has been no excess; 0 while there is some. */
    double zeroSeconds() {
        return zeroSeconds;
    }

    double onsetSeconds() {
        return onsetSeconds;
    }

    long onsetMillis() {
        return onsetMillis;
    }

    double onsetLevel() {
        return onsetLevel;
    }

    /** What of the level is new since the onset's high water; may be negative. */
    double above(double level) {
        return level - highWaterBefore;
    }

    double headroomBefore() {
        return headroomBefore;
    }

    /** Exceeded by normal operation twenty times a week. */
    double learnedSuspect() {
        return learnedSuspect;
    }

    /** Exceeded by normal operation once a week. */
    double learnedNotify() {
        return learnedNotify;
    }

    /** Unheard of in normal operation. */
    double learnedPage() {
        return learnedPage;
    }

    /** What has happened so often that no ceiling makes an alarm of it. */
    double habit() {
        return habit;
    }

    void write(DataOutput out) throws IOException {
        highWater.write(out);
        peaks.write(out);
        for (double number : new double[] {value, zeroSeconds, onsetSeconds, onsetLevel, trough, highWaterBefore, headroomBefore, peak,
            peakSinceOnset, relearnAtSeconds, learnedSuspect, learnedNotify, learnedPage, habit}) {
            out.writeDouble(number);
        }
        out.writeLong(onsetMillis);
        out.writeBoolean(incident);
    }

    void read(DataInput in) throws IOException {
        highWater.read(in);
        peaks.read(in);
        value = Saved.positive(in);
        zeroSeconds = Saved.positive(in);
        onsetSeconds = Saved.finite(in);
        onsetLevel = Saved.finite(in);
        trough = Saved.finite(in);
        highWaterBefore = Saved.finite(in);
        headroomBefore = Saved.finite(in);
        peak = Saved.finite(in);
        peakSinceOnset = Saved.positive(in);
        relearnAtSeconds = Saved.positive(in);
        learnedSuspect = Saved.positive(in);
        learnedNotify = Saved.positive(in);
        learnedPage = Saved.positive(in);
        habit = Saved.positive(in);
        onsetMillis = in.readLong();
        incident = in.readBoolean();
    }
}

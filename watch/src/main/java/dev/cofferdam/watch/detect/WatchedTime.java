// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Seconds during which the target was watched: the axis all detectors of one target count on. One thread.
 *
 * <p>Never goes back and never leaps: a clock that is set back counts as one ordinary interval, and a gap (the target was down, the watcher slept,
 * the clock was set forward) as {@link #LEAP_MAX_SECONDS} at most. So nobody's clock can make the detectors forget what they learned, and a night
 * in which the watcher was off does not age it.
 */
final class WatchedTime {
    static final double LEAP_MAX_SECONDS = 600;
    /** A longer step is a gap: what happened in it is not known, so it is no climb. */
    static final double GAP_SECONDS = 120;

    private double seconds;
    private double step = 1;
    private double usualStep = 1;
    private long atMillis = Long.MIN_VALUE;

    /** Moves to the time of a sample. */
    void advance(long millis) {
        double passed = atMillis == Long.MIN_VALUE ? usualStep : (millis - (double) atMillis) / 1000;
        step = passed <= 0 ? usualStep : Math.min(passed, LEAP_MAX_SECONDS);
        usualStep += (Math.clamp(step, 0.05, 60) - usualStep) / 16;
        seconds += step;
        atMillis = millis;
    }

    double seconds() {
        return seconds;
    }

    /** From the sample before to this one; always above 0. */
    double step() {
        return step;
    }

    boolean afterGap() {
        return step >= GAP_SECONDS;
    }

    long atMillis() {
        return atMillis;
    }

    void write(DataOutput out) throws IOException {
        out.writeDouble(seconds);
        out.writeDouble(usualStep);
        out.writeLong(atMillis);
    }

    void read(DataInput in) throws IOException {
        seconds = Saved.positive(in);
        usualStep = Saved.positive(in);
        atMillis = in.readLong();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * How much was lost beyond what is usual, summed up in the spirit of {@link Excess}: S = max(0, S + loss - tolerated), its last 0 the onset, thresholds
 * above what happened in the last two weeks. One thread.
 *
 * <p>The unit is the caller's: parts of the keyspace given up, seconds of a cache that finds nothing.
 */
final class LossBank {
    /** How much a crawler or a deploy costs differs more than how high a batch climbs. */
    private static final double MARGIN = 1.5;

    private final double unit;
    private final Peaks peaks = new Peaks();
    private final Episode episode = new Episode();
    private double value;
    private double peak;
    private long onsetMillis;
    private boolean incident;

    /** @param unit floor of the suspect threshold; notify begins at three times, page at six times as much, ceilings at ten times each */
    LossBank(double unit) {
        this.unit = unit;
    }

    void add(WatchedTime time, double loss, double tolerated) {
        double sum = time.afterGap() ? value : value + loss - tolerated;
        if (sum <= 0) {
            end(time);
        } else {
            if (value == 0) {
                onsetMillis = time.atMillis() - Math.round(1_000 * time.step());
                peak = 0;
                incident = false;
            }
            value = sum;
            peak = Math.max(peak, sum);
        }
        episode.update(stageNow(time, loss > tolerated), value == 0, time.step(), onsetMillis, 0);
    }

    private void end(WatchedTime time) {
        if (value > 0 && peak > unit / 10 && !incident) {
            peaks.forget(time.seconds());
            peaks.add(time.seconds(), peak);
        }
        value = 0;
    }

    private Stage stageNow(WatchedTime time, boolean goesOn) {
        if (value <= unit || !goesOn || value <= threshold(peaks.exceededAtMost(Excess.SUSPECT_PER_WEEK, time.seconds()), 1)) {
            return Stage.CALM;
        }
        if (value <= threshold(peaks.exceededAtMost(Excess.NOTIFY_PER_WEEK, time.seconds()), 3)) {
            return Stage.SUSPECT;
        }
        return value <= threshold(Math.max(peaks.unheardOf(), MARGIN * peaks.exceededAtMost(0, time.seconds())), 6)
                ? Stage.NOTIFY
                : Stage.PAGE;
    }

    private double threshold(double learned, double units) {
        return Math.clamp(learned, units * unit, 10 * units * unit);
    }

    void disregardSince(double seconds) {
        peaks.disregardSince(seconds);
        incident |= value > 0;
    }

    Stage stage() {
        return episode.stage();
    }

    double value() {
        return value;
    }

    long onsetMillis() {
        return episode.onsetMillis();
    }

    void write(DataOutput out) throws IOException {
        peaks.write(out);
        episode.write(out);
        out.writeDouble(value);
        out.writeDouble(peak);
        out.writeLong(onsetMillis);
        out.writeBoolean(incident);
    }

    void read(DataInput in) throws IOException {
        peaks.read(in);
        episode.read(in);
        value = Saved.positive(in);
        peak = Saved.positive(in);
        onsetMillis = in.readLong();
        incident = in.readBoolean();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Sees one series climb towards its limit: the whole memory, the data, or the buffers of clients. One thread; O(1) and no allocation per sample.
 *
 * <p>Owns two banks of the same measure, {@link Excess}: one for what fills within the hour, one for what takes a day. Both see the level that held for three
 * samples, which no spike of one or two does. Thresholds lie above what this series did in its last two weeks, within bounds that are parts of the limit
 * (so that an idle one does not cry at nothing) and of the headroom (so that no past excuses filling half of it).
 */
final class ClimbDetector {
    private static final double FAST_HORIZON_SECONDS = 30 * 60;
    private static final double SLOW_HORIZON_SECONDS = 6 * 3_600;
    private static final double PAGE_TIME_SECONDS = 15 * 60;
    private static final double NEARLY_FULL_PAGE_TIME_SECONDS = 5 * 60;
    /** Less room than this part of the limit, and full so soon: then somebody is woken whatever was learned here. */
    private static final double SOON_FULL_SHARE = 0.20;
    private static final double SOON_FULL_SECONDS = 180;
    /** The same where nothing was learned yet, which is the only forecast that wakes anybody then. */
    private static final double SOON_FULL_UNKNOWN_SHARE = 0.30;
    private static final double SOON_FULL_UNKNOWN_SECONDS = 240;
    /** Of the climb's height: who has come down so far is back where it began. */
    private static final double BACK_SHARE = 0.1;
    private static final double BACK_SECONDS = 30;
    private static final double HABIT_SHARE = 0.7;
    private static final double UNPRECEDENTED_SECONDS = 10;
    private static final double BELOW_ONSET_SECONDS = 5 * 60;
    private static final int NOTIFY_SAMPLES = 2;
    private static final int SLOW_SAMPLES = 10;

    private final Excess fast = new Excess(FAST_HORIZON_SECONDS, new HighWater(60, 90));
    private final Excess slow = new Excess(SLOW_HORIZON_SECONDS, new HighWater(300, 26 * 12));
    private final Recent seconds = new Recent(0.9);
    private final Recent minutes = new Recent(9.9);
    private final Episode episode = new Episode();

    private int spikeSamples;
    private double last;
    private double beforeLast;
    private double level;
    private long atMillis;
    private int notifySamples;
    private int slowNotifySamples;
    private int slowPageSamples;
    private double suspectSeconds;
    private double belowOnsetSeconds;
    private double backSeconds;
    private double highest;
    private double rateAtSeconds = -1;
    private double rate;

    /**
     * @param headroom left for this series now, by the level the caller goes by; below 0 counts as 0
     * @param unprecedented whether what grows is known by name and never grew like this
     * @param known whether so much is known of this target that what is unusual here may wake somebody; else only what is about to be full does
     * @param incident whether writes are being refused or the like, of which nothing may be learned
     */
    void accept(WatchedTime time, double raw, double headroom, double limit, boolean unprecedented, boolean known, boolean incident) {
        double before = level;
        boolean first = spikeSamples == 0;
        if (time.afterGap()) {
            spikeSamples = 0;
        }
        level = held(raw);
        long beforeMillis = first ? time.atMillis() : Math.min(atMillis, time.atMillis());
        atMillis = time.atMillis();
        if (first) {
            before = level;
        }
        if (first || time.afterGap()) {
            seconds.clear();
            minutes.clear();
        }
        seconds.add(time.seconds(), level);
        minutes.add(time.seconds(), level);
        boolean lost = incident || headroom < 0.02 * limit;
        fast.add(time, beforeMillis, level, before, headroom, limit, lost);
        slow.add(time, beforeMillis, level, before, headroom, limit, lost);
        Stage fastStage = fastStage(time, headroom, limit, unprecedented, known);
        Stage slowStage = slowStage(time, headroom, limit, known);
        boolean quiet = fastStage == Stage.CALM && slowStage == Stage.CALM;
        if (slowStage.compareTo(fastStage) > 0) {
            episode.update(slowStage, quiet, time.step(), slow.onsetMillis(), slow.onsetLevel());
        } else {
            episode.update(fastStage, quiet, time.step(), fast.onsetMillis(), fast.onsetLevel());
        }
        endBackAtOnset(time, quiet);
    }

    /** The lowest of the last three: what did not hold for three samples was no climb. */
    private double held(double raw) {
        double held = wouldHold(raw);
        beforeLast = last;
        last = raw;
        spikeSamples = Math.min(spikeSamples + 1, 2);
        return held;
    }

    /** The level that a sample of this size would lead to. */
    double wouldHold(double raw) {
        return switch (spikeSamples) {
            case 0 -> raw;
            case 1 -> Math.min(raw, last);
            default -> Math.min(raw, Math.min(last, beforeLast));
        };
    }

    private Stage fastStage(WatchedTime time, double headroom, double limit, boolean unprecedented, boolean known) {
        double room = Math.max(headroom, 0);
        double excess = fast.value();
        if (excess <= Math.min(Math.max(fast.learnedSuspect(), 0.008 * room), 0.05 * room)) {
            suspectSeconds = 0;
            notifySamples = 0;
            return Stage.CALM;
        }
        suspectSeconds += time.step();
        double fresh = fast.above(level);
        double notify = between(fast.learnedNotify(), 0.015 * limit, 0.20 * fast.headroomBefore(), fast);
        double page = between(fast.learnedPage(), 0.02 * limit, 0.35 * room, fast);
        boolean pageable = excess > page && fresh > page / 2;
        boolean fuller = excess > 0.003 * limit && fresh > 0.003 * limit;
        boolean nearlyFull = fuller && room < 0.10 * limit;
        boolean soonFull = fuller && room < (known ? SOON_FULL_SHARE : SOON_FULL_UNKNOWN_SHARE) * limit;
        boolean unheardOf = unprecedented && suspectSeconds >= UNPRECEDENTED_SECONDS;
        boolean notifiable = excess > notify && fresh > notify / 2;
        if (!(pageable || nearlyFull || soonFull || unheardOf || notifiable) || !goesOn(time)) {
            notifySamples = 0;
            return Stage.SUSPECT;
        }
        notifySamples = notifiable ? notifySamples + 1 : 0;
        double secondsToFull = room / fastRate(time);
        boolean imminent = soonFull && secondsToFull < (known ? SOON_FULL_SECONDS : SOON_FULL_UNKNOWN_SECONDS)
                || nearlyFull && secondsToFull < NEARLY_FULL_PAGE_TIME_SECONDS;
        if (imminent || known && (pageable || unheardOf) && secondsToFull < PAGE_TIME_SECONDS) {
            return Stage.PAGE;
        }
        return notifySamples >= NOTIFY_SAMPLES ? Stage.NOTIFY : Stage.SUSPECT;
    }

    private Stage slowStage(WatchedTime time, double headroom, double limit, boolean known) {
        double room = Math.max(headroom, 0);
        double excess = slow.value();
        double notify = between(slow.learnedNotify(), 0.03 * limit, 0.50 * room, slow);
        if (excess <= notify || slow.above(level) <= 0.7 * notify || !slowGoesOn(time)) {
            slowNotifySamples = 0;
            slowPageSamples = 0;
            return Stage.CALM;
        }
        slowNotifySamples++;
        double page = between(slow.learnedPage(), 0.03 * limit, 0.50 * room, slow);
        slowPageSamples = excess > page && slow.above(level) > 0.7 * page ? slowPageSamples + 1 : 0;
        if (known && slowPageSamples >= SLOW_SAMPLES) {
            return Stage.PAGE;
        }
        return slowNotifySamples >= SLOW_SAMPLES ? Stage.NOTIFY : Stage.CALM;
    }

    /**
     * The ceiling wins over the floor: near the limit the headroom's part is the smaller, and there it must be sensitive. Only what has happened five times is a habit that
     * lifts the ceiling, and not to the limit: the batch of every night wakes nobody, a single bad night teaches nothing.
     */
    private static double between(double learned, double floor, double ceiling, Excess bank) {
        double lifted = Math.max(ceiling, Math.min(bank.habit(), HABIT_SHARE * bank.headroomBefore()));
        return Math.min(Math.max(learned, floor), lifted);
    }

    private boolean goesOn(WatchedTime time) {
        return seconds.slope(30) > slope(fast, time) / 4;
    }

    private boolean slowGoesOn(WatchedTime time) {
        return minutes.slope(600) > slope(slow, time) / 4;
    }

    private double slope(Excess bank, WatchedTime time) {
        return (level - bank.onsetLevel()) / Math.max(time.seconds() - bank.onsetSeconds(), time.step());
    }

    /** Found once a sample at most: the stage and the forecast both ask. */
    private double fastRate(WatchedTime time) {
        if (rateAtSeconds != time.seconds()) {
            rateAtSeconds = time.seconds();
            double age = time.seconds() - fast.onsetSeconds();
            rate = Math.max(slope(fast, time), seconds.robustSlope(Math.clamp(age / 2, 15, 120)));
        }
        return rate;
    }

    /**
     * Back where it began, but for a tenth of the climb, for half a minute, and nothing more is on: over. A level below the onset's for five minutes is over however large the
     * sums still are.
     */
    private void endBackAtOnset(WatchedTime time, boolean quiet) {
        boolean on = episode.stage() != Stage.CALM;
        highest = on ? Math.max(highest, level) : level;
        belowOnsetSeconds = on && level < episode.onsetLevel() ? belowOnsetSeconds + time.step() : 0;
        backSeconds = on && quiet && isBack() ? backSeconds + time.step() : 0;
        if (backSeconds >= BACK_SECONDS || belowOnsetSeconds >= BELOW_ONSET_SECONDS) {
            episode.end();
            belowOnsetSeconds = 0;
            backSeconds = 0;
            highest = level;
        }
    }

    /** Whether the level has come down again to where the climb began, more or less. */
    boolean isBack() {
        return episode.stage() != Stage.CALM && level <= episode.onsetLevel() + BACK_SHARE * Math.max(0, highest - episode.onsetLevel());
    }

    /** What comes next is another process or another limit: its first level is where it starts from, not a climb. High water and what was learned stay. */
    void restart() {
        spikeSamples = 0;
    }

    /** What has been climbed so far was what this target is going to hold: nothing of it counts, or is learned. */
    void beginAnew() {
        fast.beginAnew();
        slow.beginAnew();
        episode.end();
        suspectSeconds = 0;
        notifySamples = 0;
        slowNotifySamples = 0;
        slowPageSamples = 0;
    }

    /** What happened since then was an incident; nothing is learned of it. */
    void disregardSince(double seconds, double nowSeconds) {
        fast.disregardSince(seconds, nowSeconds);
        slow.disregardSince(seconds, nowSeconds);
    }

    Stage stage() {
        return episode.stage();
    }

    double level() {
        return level;
    }

    /** Since when, in watched time. */
    double onsetSeconds() {
        return fast.onsetSeconds();
    }

    double excess() {
        return fast.value();
    }

    /** The climb that is on; null while calm. @param used the target's whole level, of which this series may be a part */
    @Nullable
    Climb climb(WatchedTime time, double used, double headroom, double limit) {
        if (episode.stage() == Stage.CALM) {
            return null;
        }
        boolean bySlow = fast.value() == 0 && slow.value() > 0;
        Excess bank = bySlow ? slow : fast;
        double age = time.seconds() - bank.onsetSeconds();
        double present = 0;
        if (bank.value() > 0) {
            boolean on = bySlow ? slowGoesOn(time) : goesOn(time);
            double recent = bySlow ? minutes.slope(600) : Math.max(seconds.slope(30), seconds.slope(120));
            present = on ? bySlow ? Math.max(slope(slow, time), recent) : fastRate(time) : Math.max(0, recent);
        }
        double grown = level - episode.onsetLevel();
        return new Climb(Math.min(episode.onsetMillis(), time.atMillis()), (long) (used - grown), (long) used, (long) limit,
                (long) bank.value(), present,
                TimeToFull.of(Math.max(0, headroom), present, age));
    }

    void write(DataOutput out) throws IOException {
        fast.write(out);
        slow.write(out);
        seconds.write(out);
        minutes.write(out);
        episode.write(out);
        for (int number : new int[] {spikeSamples, notifySamples, slowNotifySamples, slowPageSamples}) {
            out.writeInt(number);
        }
        for (double number : new double[] {last, beforeLast, level, suspectSeconds, belowOnsetSeconds}) {
            out.writeDouble(number);
        }
        out.writeLong(atMillis);
    }

    void writeLate(DataOutput out) throws IOException {
        out.writeDouble(highest);
        out.writeDouble(backSeconds);
    }

    void readLate(DataInput in) throws IOException {
        highest = Saved.finite(in);
        backSeconds = Saved.positive(in);
    }

    void read(DataInput in) throws IOException {
        fast.read(in);
        slow.read(in);
        seconds.read(in);
        minutes.read(in);
        episode.read(in);
        spikeSamples = Saved.count(in, 2);
        notifySamples = Saved.count(in, Integer.MAX_VALUE);
        slowNotifySamples = Saved.count(in, Integer.MAX_VALUE);
        slowPageSamples = Saved.count(in, Integer.MAX_VALUE);
        last = Saved.finite(in);
        beforeLast = Saved.finite(in);
        level = Saved.finite(in);
        suspectSeconds = Saved.positive(in);
        belowOnsetSeconds = Saved.positive(in);
        atMillis = in.readLong();
    }
}

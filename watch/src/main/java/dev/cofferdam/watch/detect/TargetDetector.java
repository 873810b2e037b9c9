// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import dev.cofferdam.watch.probe.Sample;
import dev.cofferdam.watch.text.Words;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the samples of one target, once a second, and says the gravest thing it sees; and, apart from that, whether it leaks over weeks. One thread.
 *
 * <p>Owns a detector for each series: all memory, the data, the buffers of clients and replicas; for a target that evicts also what it gives up and what it
 * no longer finds; the leak detector; and how fast each prefix has ever grown. Knows no clock and no file: time comes with the samples, and {@link DetectorState} saves it.
 */
public final class TargetDetector {
    /** No process uses more processor time a second: more means that another one answers now. */
    private static final double PROCESSORS_MAX = 64;
    /** A target that evicts and was this full within two weeks lives at its limit: a climb towards it is nothing new. */
    private static final double NEARLY_FULL_SHARE = 0.95;
    /** A target that does not evict and is this full refuses writes, whether or not it tells. */
    private static final double FULL_SHARE = 0.999;
    /** At the limit an evicting target may refuse a write by bad luck; in three of its last ten samples it is failing. */
    private static final double REFUSALS_WHILE_EVICTING = 2;

    /** A process so young fills with what it always holds; without anything known of it that is no climb to wake anybody for. */
    private static final double WARM_UP_SECONDS = 600;
    /** It has loaded what it holds when it has grown by no more than this part of the limit in so long. */
    private static final double WARM_SHARE = 0.005;
    private static final double WARM_SECONDS = 60;

    private final DetectorOptions options;
    private final WatchedTime time = new WatchedTime();
    private final ClimbDetector total = new ClimbDetector();
    private final ClimbDetector dataset = new ClimbDetector();
    private final ClimbDetector buffers = new ClimbDetector();
    private final EvictionDetector evictions = new EvictionDetector();
    private final HitRateDetector hitRate = new HitRateDetector();
    private final LeakDetector leaks = new LeakDetector();
    private final PrefixHistory prefixes = new PrefixHistory();
    private final Episode refusing = new Episode();
    private final Episode atLimit = new Episode();

    private @Nullable Sample before;
    private boolean firstSample;
    private double refusals;
    private long refusedNow;
    private double nearlyFullAtSeconds = -Peaks.MEMORY_SECONDS;
    private boolean warmingUp;
    private double warmLevel;
    private double warmSeconds;

    public TargetDetector(DetectorOptions options) {
        this.options = options;
    }

    /** The answer to one sample, oldest first. */
    public Reading accept(Sample sample) {
        return accept(sample, false);
    }

    /**
     * @param unprecedented whether what grows is known by name and has never grown like this ({@link #neverGrewLikeThis}): a suspicion that lasts then pages, whatever this
     *            target's other workloads have accustomed us to
     */
    public Reading accept(Sample sample, boolean unprecedented) {
        time.advance(sample.atMillis());
        Sample last = before;
        before = sample;
        firstSample = last == null;
        boolean other = last != null && isAnotherProcess(last, sample);
        if (last != null && (other || (last.limitBytes() == 0) != (sample.limitBytes() == 0))) {
            total.restart();
            dataset.restart();
            buffers.restart();
        }
        refused(other ? null : last, sample);
        if (sample.limitBytes() > 0) {
            climbs(sample, unprecedented);
        }
        if (last != null && !other && sample.evicting()) {
            evictions.accept(time, rise(last.evictedKeys(), sample.evictedKeys()), sample.keys());
            hitRate.accept(time, rise(last.hits(), sample.hits()), rise(last.misses(), sample.misses()));
        }
        boolean full = sample.limitBytes() > 0 && !sample.evicting() && total.level() >= FULL_SHARE * sample.limitBytes();
        atLimit.update(full ? Stage.NOTIFY : Stage.CALM, !full, time.step(), sample.atMillis(), 0);
        leaks.accept(sample.atMillis(), sample.usedBytes(), sample.evicting() ? 0 : sample.limitBytes());
        return reading(sample);
    }

    private void climbs(Sample sample, boolean unprecedented) {
        double limit = sample.limitBytes();
        boolean incident = refusing.stage() != Stage.CALM;
        double room = limit - sample.usedBytes();
        if (room < (1 - NEARLY_FULL_SHARE) * limit) {
            nearlyFullAtSeconds = time.seconds();
        }
        warmUp(sample);
        boolean known = !isLearning() && !warmingUp;
        incident |= warmingUp;
        double used = Math.max(sample.usedBytes(), sample.promisedBytes());
        total.accept(time, used, limit - total.wouldHold(used), limit, unprecedented, known, incident);
        double headroom = limit - total.level();
        if (sample.datasetBytes() > 0) {
            dataset.accept(time, Math.max(sample.datasetBytes(), sample.promisedBytes()), headroom, limit, unprecedented, known, incident);
        }
        double buffered = sample.clientBytes() + sample.replicaBytes();
        buffers.accept(time, buffered, sample.evicting() ? limit - buffered : headroom, limit, unprecedented, known, incident);
    }

    /**
     * Whether both we and the process have only just begun: what it loads cannot be told from what fills it, and nothing is learned from it. Of a process whose
     * predecessor we knew, the high water tells. Once it is warm, climbs begin anew from what it holds.
     */
    private void warmUp(Sample sample) {
        boolean young = sample.uptimeSeconds() >= 0 && sample.uptimeSeconds() < WARM_UP_SECONDS;
        if (firstSample) {
            warmingUp = young;
            warmLevel = sample.usedBytes();
        }
        if (!warmingUp) {
            return;
        }
        boolean rests = Math.abs(sample.usedBytes() - warmLevel) <= WARM_SHARE * sample.limitBytes();
        warmSeconds = rests ? warmSeconds + time.step() : 0;
        warmLevel = rests ? warmLevel : sample.usedBytes();
        if (!young || warmSeconds >= WARM_SECONDS) {
            warmingUp = false;
            total.beginAnew();
            dataset.beginAnew();
            buffers.beginAnew();
        }
    }

    /** Counters that fall, or processor time that leaps: a restart, or a replica that answers in its primary's place. */
    private static boolean isAnotherProcess(Sample last, Sample now) {
        if (last.cpuNanos() > 0 || now.cpuNanos() > 0) {
            double seconds = Math.max(1, (now.atMillis() - last.atMillis()) / 1_000.0);
            return now.cpuNanos() < last.cpuNanos() || now.cpuNanos() - last.cpuNanos() > PROCESSORS_MAX * 1e9 * seconds;
        }
        return now.commands() < last.commands();
    }

    /** A counter that was reset says nothing of this second. */
    private static long rise(long before, long now) {
        return Math.max(0, now - before);
    }

    private void refused(@Nullable Sample last, Sample sample) {
        refusedNow = last == null ? 0 : rise(last.refusedWrites(), sample.refusedWrites());
        refusals = refusals * Math.max(0, 1 - time.step() / 10) + (refusedNow > 0 ? 1 : 0);
        boolean failing = refusedNow > 0 && (!sample.evicting() || refusals > REFUSALS_WHILE_EVICTING);
        refusing.update(failing ? Stage.PAGE : Stage.CALM, refusedNow == 0, time.step(), sample.atMillis(), 0);
    }

    /** What these detectors say is held against what is known of the target: whether it may wake anybody, and whether being full is its habit. */
    private Stage allowed(Stage stage, boolean climb, Sample sample) {
        Stage most = options.gravest();
        if (climb && sample.evicting()) {
            most = time.seconds() - nearlyFullAtSeconds < Peaks.MEMORY_SECONDS ? Stage.CALM : least(most, Stage.NOTIFY);
        }
        return least(stage, most);
    }

    /** Of what is never certain: while the usual is being learned, nobody is woken by it. */
    private Stage learnt(Stage stage) {
        return isLearning() ? least(stage, Stage.NOTIFY) : stage;
    }

    private static Stage least(Stage one, Stage other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private Reading reading(Sample sample) {
        Stage full = least(highest(refusing.stage(), atLimit.stage()), options.gravest());
        Stage whole = sample.limitBytes() == 0 ? Stage.CALM : allowed(total.stage(), true, sample);
        Stage data = sample.limitBytes() == 0 ? Stage.CALM : allowed(dataset.stage(), true, sample);
        Stage clients = sample.limitBytes() == 0 ? Stage.CALM : allowed(buffers.stage(), false, sample);
        Stage evicted = sample.evicting() ? learnt(allowed(evictions.stage(), false, sample)) : Stage.CALM;
        Stage missed = sample.evicting() ? learnt(allowed(hitRate.stage(), false, sample)) : Stage.CALM;
        Stage gravest = highest(highest(highest(full, whole), highest(data, clients)), highest(evicted, missed));
        if (gravest == Stage.CALM) {
            return Reading.calm(sample.atMillis());
        }
        if (full == gravest) {
            return full(sample, gravest);
        }
        if (clients == gravest || whole == gravest && data != gravest && buffers.excess() >= total.excess() / 2) {
            return climb(sample, gravest, Concern.CLIENT_BUFFERS, clients == Stage.CALM ? total : buffers,
                    "buffers of clients and replicas grow");
        }
        if (data == gravest || whole == gravest) {
            return climb(sample, gravest, Concern.CLIMB, data == gravest && whole != gravest ? dataset : total, "memory climbs");
        }
        return evicted == gravest
                ? new Reading(sample.atMillis(), gravest, Concern.EVICTION_STORM, null, evictions.reason())
                : new Reading(sample.atMillis(), gravest, Concern.HIT_RATE_FALL, null, hitRate.reason());
    }

    private static Stage highest(Stage one, Stage other) {
        return one.atLeast(other) ? one : other;
    }

    private Reading full(Sample sample, Stage stage) {
        double limit = sample.limitBytes();
        Climb climb = limit == 0 ? null : total.climb(time, sample.usedBytes(), limit - total.level(), limit);
        String reason = refusing.stage() == Stage.CALM
                ? "memory is at its limit, writes will be refused"
                : "writes are refused" + (refusedNow > 0 ? ", " + refusedNow + " since the sample before" : ", the last some time ago");
        String used = limit == 0 ? "" : "; " + Words.bytes(sample.usedBytes()) + " of " + Words.bytes(limit) + " used";
        return new Reading(sample.atMillis(), stage, Concern.FULL, climb, reason + used);
    }

    private Reading climb(Sample sample, Stage stage, Concern concern, ClimbDetector series, String what) {
        double limit = sample.limitBytes();
        double headroom = series == buffers && sample.evicting() ? limit - buffers.level() : limit - total.level();
        if (series.isBack()) {
            Climb over = series.climb(time, sample.usedBytes(), headroom, limit);
            return new Reading(sample.atMillis(), stage, concern, over, (series == buffers ? "buffers of clients and replicas" : "memory")
                    + " climbed, and what was added is gone: at " + Words.percent(total.level() / limit) + " of " + Words.bytes(limit));
        }
        Climb climb = series.climb(time, sample.usedBytes(), headroom, limit);
        if (climb == null) {
            return new Reading(sample.atMillis(), stage, concern, null, what);
        }
        return new Reading(sample.atMillis(), stage, concern, climb, reason(climb, what));
    }

    private static String reason(Climb climb, String what) {
        StringBuilder text = new StringBuilder(160).append(what);
        double grown = climb.levelBytes() - (double) climb.onsetBytes();
        if (climb.bytesPerSecond() >= 1) {
            text.append(' ').append(Words.bytes(climb.bytesPerSecond())).append("/s");
        } else {
            text.append(" no more");
        }
        text.append(", ").append(Words.bytes(grown)).append(" since the onset, to ")
            .append(Words.percent(climb.levelBytes() / (double) climb.limitBytes())).append(" of ")
            .append(Words.bytes(climb.limitBytes()));
        if (climb.timeToFull() != null) {
            text.append("; ").append(climb.timeToFull().inWords());
        }
        return text.toString();
    }

    /** Growth over days and weeks, as of the last full day; null when there is none. A ticket, never a page. */
    public @Nullable Leak leak() {
        return leaks.leak();
    }

    /** Whether it still learns what is normal here, so that forecasts wake nobody. */
    public boolean isLearning() {
        return time.seconds() < options.learningDays() * Peaks.DAY_SECONDS;
    }

    /** Seconds this target has been watched, all in all. */
    public double watchedSeconds() {
        return time.seconds();
    }

    /** Somebody says that what happened since then was an incident indeed: no threshold learns to overlook it. */
    public void wasIncidentSince(long sinceMillis) {
        double since = time.seconds() - Math.max(0, time.atMillis() - sinceMillis) / 1_000.0;
        total.disregardSince(since, time.seconds());
        dataset.disregardSince(since, time.seconds());
        buffers.disregardSince(since, time.seconds());
        evictions.disregardSince(since);
        hitRate.disregardSince(since);
        prefixes.disregardSince(since, time.seconds());
    }

    /** What a prefix holds, by the last look at it; about once a minute for each that matters. While writes are refused nothing is taken for a habit. */
    public void observePrefix(String prefix, double bytes) {
        if (refusing.stage() == Stage.CALM) {
            prefixes.observe(prefix, bytes, time.seconds());
        }
    }

    /**
     * Whether a prefix that is named as what grows has never grown like this: what {@link #accept(Sample, boolean)} wants to know. False in the first week prefixes are observed.
     *
     * @param growthBytes since the onset of the climb
     */
    public boolean neverGrewLikeThis(String prefix, double growthBytes) {
        Sample last = before;
        if (last == null || last.limitBytes() == 0) {
            return false;
        }
        double age = total.excess() > 0 ? time.seconds() - total.onsetSeconds() : 0;
        double inWindow = age <= PrefixHistory.WINDOW_SECONDS ? growthBytes : growthBytes * PrefixHistory.WINDOW_SECONDS / age;
        return prefixes.neverGrewLikeThis(prefix, inWindow, last.limitBytes(), time.seconds());
    }

    /** Looks at prefixes that were not followed, because there are too many. */
    public long prefixesDropped() {
        return prefixes.dropped();
    }

    void write(DataOutput out) throws IOException {
        time.write(out);
        total.write(out);
        dataset.write(out);
        buffers.write(out);
        evictions.write(out);
        hitRate.write(out);
        leaks.write(out);
        prefixes.write(out);
        refusing.write(out);
        atLimit.write(out);
        out.writeDouble(refusals);
        out.writeDouble(nearlyFullAtSeconds);
        out.writeBoolean(before != null);
        if (before != null) {
            SavedSample.write(before, out);
        }
    }

    /** What version 2 of the state has besides. */
    void writeLate(DataOutput out) throws IOException {
        total.writeLate(out);
        dataset.writeLate(out);
        buffers.writeLate(out);
        out.writeBoolean(warmingUp);
        out.writeDouble(warmLevel);
        out.writeDouble(warmSeconds);
    }

    void readLate(DataInput in) throws IOException {
        total.readLate(in);
        dataset.readLate(in);
        buffers.readLate(in);
        warmingUp = in.readBoolean();
        warmLevel = Saved.finite(in);
        warmSeconds = Saved.positive(in);
    }

    void read(DataInput in) throws IOException {
        time.read(in);
        total.read(in);
        dataset.read(in);
        buffers.read(in);
        evictions.read(in);
        hitRate.read(in);
        leaks.read(in);
        prefixes.read(in);
        refusing.read(in);
        atLimit.read(in);
        refusals = Saved.positive(in);
        nearlyFullAtSeconds = Saved.finite(in);
        before = in.readBoolean() ? SavedSample.read(in) : null;
    }
}

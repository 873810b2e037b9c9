// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import dev.cofferdam.watch.detect.NormalLoad.Kind;
import dev.cofferdam.watch.probe.Sample;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * Scores the detector and the public rules on the same weeks: for each kind and seed a week to learn, a week to be silent in, and fills injected into that second
 * week at random moments. One thread.
 *
 * <p>A fill adds to the data what the moment's headroom is, in its time and shape, on top of the ordinary load, until the limit is reached. It is played to a copy of the
 * detector as it stood at that moment, made by saving and restoring it.
 */
final class DetectionBed {
    static final long LIMIT = 8L << 30;
    static final int[] FILLS = {60, 240, 1_200, 7_200};
    private static final int MERGE_SECONDS = 600;
    /** A Monday, 00:00 UTC. */
    private static final long START_MILLIS = 1_767_571_200_000L;
    private static final int WEEK = NormalLoad.WEEK;

    final Map<Stage, DetectionScore> ours = new EnumMap<>(Stage.class);
    final DetectionScore[] rules;
    final ForecastScore forecasts = new ForecastScore();
    private final int repeats;
    private final float[] data = new float[WEEK];
    private final float[] clients = new float[WEEK];
    private final float[] replicas = new float[WEEK];
    private final int[] started = new int[WEEK];
    /** Pages in the weeks that are for learning: only what is about to be full may wake anybody then. */
    final DetectionScore learning = new DetectionScore("while it learns");

    /** @param repeats injections of each duration and shape, per week */
    DetectionBed(int repeats) {
        this.repeats = repeats;
        for (Stage stage : new Stage[] {Stage.SUSPECT, Stage.NOTIFY, Stage.PAGE}) {
            ours.put(stage, new DetectionScore("Cofferdam: " + stage.name().toLowerCase(Locale.ROOT)));
        }
        PublicRule[] all = PublicRule.all();
        rules = new DetectionScore[all.length];
        for (int i = 0; i < all.length; i++) {
            rules[i] = new DetectionScore(all[i].name);
        }
    }

    /** Taken together with another's weeks. */
    void add(DetectionBed other) {
        ours.forEach((stage, score) -> score.add(other.ours.get(stage)));
        for (int i = 0; i < rules.length; i++) {
            rules[i].add(other.rules[i]);
        }
        forecasts.add(other.forecasts);
        learning.add(other.learning);
    }

    void run(Kind kind, long seed) {
        NormalLoad load = new NormalLoad(kind, seed);
        TargetDetector detector = new TargetDetector(DetectorOptions.DEFAULTS);
        Stage before = Stage.CALM;
        for (int second = 0; second < WEEK; second++) {
            load.next();
            boolean paging = before == Stage.PAGE;
            before = detector.accept(sample(load, second)).stage();
            if (before == Stage.PAGE && !paging) {
                learning.falseAlarm(kind);
            }
        }
        learning.week(kind);
        int[] injections = injections(kind, seed);
        int next = 0;
        byte[][] states = new byte[injections.length][];
        int[] moments = new int[injections.length];
        Stage[] stages = new Stage[injections.length];
        int[] lastOn = new int[Stage.values().length];
        Arrays.fill(lastOn, -WEEK);
        for (int second = 0; second < WEEK; second++) {
            load.next();
            data[second] = (float) load.data;
            clients[second] = (float) load.clients;
            replicas[second] = (float) load.replicas;
            started[second] = load.startedSecond;
            Reading reading = detector.accept(sample(load, WEEK + second));
            for (Stage stage : ours.keySet()) {
                if (reading.stage().atLeast(stage)) {
                    if (second - lastOn[stage.ordinal()] > MERGE_SECONDS) {
                        ours.get(stage).falseAlarm(kind);
                    }
                    lastOn[stage.ordinal()] = second;
                }
            }
            while (next < injections.length && second == injections[next]) {
                moments[next] = second;
                stages[next] = reading.stage();
                states[next++] = DetectorState.save(detector);
            }
        }
        ours.values().forEach(score -> score.week(kind));
        falseAlarmsOfRules(kind);
        Chance chance = new Chance(seed * 77 + kind.ordinal());
        int[] order = shuffled(injections.length, chance);
        for (int i = 0; i < next; i++) {
            int which = order[i];
            int duration = FILLS[which % FILLS.length];
            FillShape shape = FillShape.values()[which / FILLS.length % FillShape.values().length];
            fill(kind, states[i], stages[i], moments[i], duration, shape);
        }
    }

    private int[] injections(Kind kind, long seed) {
        if (kind == Kind.PLATEAU) {
            return new int[0];
        }
        Chance chance = new Chance(seed * 31 + kind.ordinal());
        int[] seconds = new int[FILLS.length * FillShape.values().length * repeats];
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] = 4_500 + chance.below(WEEK - 4_500 - 3 * 7_200);
        }
        Arrays.sort(seconds);
        return seconds;
    }

    private static int[] shuffled(int count, Chance chance) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int other = chance.below(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        return order;
    }

    static TargetDetector copy(byte[] state) {
        DetectorState.Restored restored = DetectorState.restore(state, DetectorOptions.DEFAULTS);
        if (!restored.trouble().isEmpty()) {
            throw new IllegalStateException(restored.trouble());
        }
        return restored.detector();
    }

    static Sample sample(NormalLoad load, int second) {
        return sample(load, second, load.evicted, load.hits, load.misses);
    }

    static Sample sample(NormalLoad load, int second, long evicted, long hits, long misses) {
        boolean plateau = load.kind == Kind.PLATEAU;
        return new Sample(START_MILLIS + second * 1_000L, (long) ((load.data + load.clients + load.replicas + NormalLoad.OVERHEAD) * LIMIT),
                LIMIT,
                (long) (load.data * LIMIT), (long) (load.clients * LIMIT), (long) (load.replicas * LIMIT), 1_000_000, 500_000, 0,
                evicted, 0,
                hits, misses, (second - load.startedSecond) * 5_000L, (second - load.startedSecond) * 200_000_000L, plateau,
                second - load.startedSecond);
    }

    private Sample sample(int second, double filled) {
        double whole = data[second] + clients[second] + replicas[second] + NormalLoad.OVERHEAD + filled;
        return new Sample(START_MILLIS + (WEEK + second) * 1_000L, (long) (Math.min(whole, 1) * LIMIT), LIMIT,
                (long) ((data[second] + filled) * LIMIT),
                (long) (clients[second] * LIMIT), (long) (replicas[second] * LIMIT), 1_000_000, 500_000, 0, 0, 0, 0, 0,
                (WEEK + second - started[second]) * 5_000L,
                (WEEK + second - started[second]) * 200_000_000L, false, WEEK + second - started[second]);
    }

    private double used(int second) {
        return data[second] + clients[second] + replicas[second] + NormalLoad.OVERHEAD;
    }

    private void falseAlarmsOfRules(Kind kind) {
        PublicRule[] all = PublicRule.all();
        for (int i = 0; i < all.length; i++) {
            int lastOn = -WEEK;
            for (int second = 0; second < WEEK; second += PublicRule.SCRAPE_SECONDS) {
                if (all[i].scrape(second, used(second))) {
                    if (second - lastOn > MERGE_SECONDS) {
                        rules[i].falseAlarm(kind);
                    }
                    lastOn = second;
                }
            }
            rules[i].week(kind);
        }
    }

    /** Plays a fill and notes when each stage and each rule spoke; what speaks only once it is full has missed it. */
    private void fill(Kind kind, byte[] state, Stage before, int moment, int duration, FillShape shape) {
        double room = 1 - used(moment);
        int full = moment;
        TargetDetector detector = copy(state);
        forecasts.begin();
        int[] seen = new int[Stage.values().length];
        while (true) {
            full++;
            double filled = room * shape.filled((full - moment) / (double) duration);
            if (full >= WEEK || used(full) + filled >= 1) {
                break;
            }
            if (started[full] != started[moment]) {
                return; // the restart emptied what was filled
            }
            Reading reading = detector.accept(sample(full, filled));
            forecasts.note(full - moment, reading);
            for (int stage = 1; stage <= reading.stage().ordinal(); stage++) {
                if (seen[stage] == 0) {
                    seen[stage] = full - moment;
                }
            }
        }
        if (duration > 60) {
            forecasts.end(full - moment);
        }
        for (Map.Entry<Stage, DetectionScore> score : ours.entrySet()) {
            if (before.atLeast(score.getKey())) {
                score.getValue().alreadyOn();
            } else {
                score.getValue().fill(kind, duration, shape, seen[score.getKey().ordinal()]);
            }
        }
        PublicRule[] all = PublicRule.all();
        for (int i = 0; i < all.length; i++) {
            fillForRule(all[i], rules[i], kind, moment, full, room, duration, shape);
        }
    }

    private void fillForRule(PublicRule rule, DetectionScore score, Kind kind, int moment, int full, double room, int duration,
            FillShape shape) {
        int phase = moment % PublicRule.SCRAPE_SECONDS;
        int second = moment - rule.historySeconds() / PublicRule.SCRAPE_SECONDS * PublicRule.SCRAPE_SECONDS - phase;
        boolean on = false;
        for (; second <= moment; second += PublicRule.SCRAPE_SECONDS) {
            on = rule.scrape(second, used(second));
        }
        if (on) {
            score.alreadyOn();
            return;
        }
        int seen = 0;
        for (; second < full && seen == 0; second += PublicRule.SCRAPE_SECONDS) {
            if (rule.scrape(second, used(second) + room * shape.filled((second - moment) / (double) duration))) {
                seen = second - moment;
            }
        }
        score.fill(kind, duration, shape, seen);
    }
}

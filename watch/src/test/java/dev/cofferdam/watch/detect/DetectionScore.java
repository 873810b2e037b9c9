// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import dev.cofferdam.watch.detect.NormalLoad.Kind;
import dev.cofferdam.watch.text.Words;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What one detector or rule did on the test bed. One thread. */
final class DetectionScore {
    /** One fill. @param delaySeconds 0 when it was not seen before it was full */
    record Seen(Kind kind, int duration, FillShape shape, int delaySeconds) {
    }

    final String name;
    private final Map<Kind, Integer> falseAlarms = new EnumMap<>(Kind.class);
    private final Map<Kind, Integer> weeks = new EnumMap<>(Kind.class);
    private final List<Seen> fills = new ArrayList<>();
    private int alreadyOn;

    DetectionScore(String name) {
        this.name = name;
    }

    void falseAlarm(Kind kind) {
        falseAlarms.merge(kind, 1, Integer::sum);
    }

    void week(Kind kind) {
        weeks.merge(kind, 1, Integer::sum);
    }

    void fill(Kind kind, int duration, FillShape shape, int delaySeconds) {
        fills.add(new Seen(kind, duration, shape, delaySeconds));
    }

    /** A fill that began while it was speaking anyway: says nothing of how fast it is. */
    void alreadyOn() {
        alreadyOn++;
    }

    int alreadyOnCount() {
        return alreadyOn;
    }

    /** Taken together with that of other weeks. */
    void add(DetectionScore other) {
        other.falseAlarms.forEach((kind, count) -> falseAlarms.merge(kind, count, Integer::sum));
        other.weeks.forEach((kind, count) -> weeks.merge(kind, count, Integer::sum));
        fills.addAll(other.fills);
        alreadyOn += other.alreadyOn;
    }

    double falsePerWeek(Kind kind) {
        return falseAlarms.getOrDefault(kind, 0) / (double) weeks.getOrDefault(kind, 1);
    }

    /** Mean over the kinds. */
    double falsePerWeek() {
        return weeks.keySet().stream().mapToDouble(this::falsePerWeek).average().orElse(0);
    }

    Kind worstKind() {
        Kind worst = Kind.IDLE;
        for (Kind kind : weeks.keySet()) {
            worst = falsePerWeek(kind) > falsePerWeek(worst) ? kind : worst;
        }
        return worst;
    }

    /** Percentile of the delays; a fill that was not seen is later than any. */
    double delay(double percentile, Predicate<Seen> which) {
        double[] delays = fills.stream().filter(which)
            .mapToDouble(seen -> seen.delaySeconds == 0 ? Double.POSITIVE_INFINITY : seen.delaySeconds).sorted()
            .toArray();
        return delays.length == 0 ? Double.NaN : delays[(int) Math.min(delays.length - 1, percentile * delays.length)];
    }

    double delay(double percentile, int duration) {
        return delay(percentile, seen -> seen.duration == duration);
    }

    double missed(int duration) {
        return fills.stream().filter(seen -> seen.duration == duration && seen.delaySeconds == 0).count()
                / (double) Math.max(1, fills.stream().filter(seen -> seen.duration == duration).count());
    }

    long fills() {
        return fills.size();
    }

    /** {@code 8/43}, with {@code miss 7 %} where something was missed, {@code never} where everything was. */
    String cell(int duration) {
        double missed = missed(duration);
        if (missed > 0.995) {
            return "**miss 100 %**";
        }
        Predicate<Seen> seen = fill -> fill.duration == duration && fill.delaySeconds > 0;
        String delays = Math.round(delay(0.5, seen)) + " / " + Math.round(delay(0.95, seen));
        return missed == 0 ? delays : delays + ", miss " + Words.percent(missed);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.incident;

import dev.cofferdam.watch.attribute.Attribution;
import dev.cofferdam.watch.detect.Climb;
import dev.cofferdam.watch.detect.Concern;
import dev.cofferdam.watch.detect.Reading;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.incident.TimelineEntry.Kind;
import dev.cofferdam.watch.probe.Sample;
import dev.cofferdam.watch.text.Printable;
import dev.cofferdam.watch.text.Words;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One incident in the making: the rules by which readings, findings and people change it. Under the book's lock.
 *
 * <pre>
 *   DRAFT --notify--> OPEN --somebody--> ACKNOWLEDGED --growth rests, or an action stopped it--> CONTAINED --calm--> RESOLVED
 *     |                 ^---------------------'---------------------- climbs again -----------------'
 *     '--calm--> vanishes
 * </pre>
 *
 * <p>Always: the stage never falls; times in the timeline never go back; at most {@link #LINES_MAX} lines and a few more for what people
 * did and for the end; a resolved incident takes nothing but notes.
 */
final class LiveIncident {
    /** Beyond that only what people did, and the end, is put down; the rest is counted. */
    static final int LINES_MAX = 400;
    static final int LINES_WITH_PEOPLE_MAX = 500;
    static final int TEXT_MAX = 500;
    static final int NOTE_MAX = 4_000;
    private static final int AUTHOR_MAX = 60;
    private static final int EVIDENCE_MAX = 24;
    private static final int EVIDENCE_TEXT_MAX = 300;
    /** A step longer than that is not known to have been calm throughout. */
    private static final long STEP_MAX_MILLIS = 5_000;
    private static final long UNREFUSED_MILLIS = 60_000;
    /** Growth by this part of the limit after a containment says that it did not hold. */
    private static final double STILL_CLIMBS = 0.01;
    static final String WATCH = "watch";

    final String id;
    final String target;
    final long onsetMillis;
    Concern concern;
    Stage stage = Stage.CALM;
    IncidentState state = IncidentState.DRAFT;
    Reading reading;
    @Nullable Attribution attribution;
    long refusedWrites;
    long evictedKeys;
    long endedMillis;
    final List<TimelineEntry> timeline = new ArrayList<>();
    Figures figures = new Figures();

    /** Lines that are on the disk; whether anything but figures has changed since; the last attribution that is on the disk. */
    int linesStored;
    boolean turned;
    @Nullable Attribution attributionStored;
    long storedMillis;

    LiveIncident(String id, String target, long onsetMillis, Reading reading) {
        this.id = id;
        this.target = target;
        this.onsetMillis = onsetMillis;
        this.concern = reading.concern();
        this.reading = reading;
    }

    /** A new one, with its first lines. */
    static LiveIncident open(String id, String target, @Nullable Sample sample, Reading reading, TargetHistory history) {
        Climb climb = reading.climb();
        long onset = climb == null ? reading.atMillis() : Math.min(climb.onsetMillis(), reading.atMillis());
        LiveIncident made = new LiveIncident(id, target, onset, reading);
        Figures figures = made.figures;
        figures.lastMillis = reading.atMillis();
        if (sample != null) {
            Sample before = history.at(onset);
            figures.onsetBytes = climb == null ? before.usedBytes() : climb.onsetBytes();
            figures.limitBytes = sample.limitBytes();
            figures.usedBefore = history.usedBytes(1);
            figures.usedBeforeThat = history.usedBytes(2);
            figures.refusedCounter = before.refusedWrites();
            figures.evictedCounter = before.evictedKeys();
            figures.hitRateBefore = history.hitRateUntil(before);
        }
        Map<String, String> evidence = new LinkedHashMap<>();
        if (climb != null) {
            evidence.put("level", Words.bytes(climb.onsetBytes()));
        }
        if (figures.limitBytes > 0) {
            evidence.put("limit", Words.bytes(figures.limitBytes));
        }
        evidence.put("accuracy", "±2 s, known in hindsight");
        made.add(Kind.ONSET, onset, IncidentText.onset(made.concern, climb), evidence, WATCH);
        return made;
    }

    /** A reading that is calm or part of this incident; sample and history as of the same moment, absent when the target is silent. */
    void observe(@Nullable Sample sample, Reading seen, @Nullable TargetHistory history, IncidentOptions options) {
        long at = seen.atMillis();
        long step = Math.max(0, Math.min(at - figures.lastMillis, STEP_MAX_MILLIS));
        figures.lastMillis = at;
        boolean refusedNow = sample != null && history != null && count(sample, history, step, at);
        boolean silent = seen.concern() == Concern.UNREACHABLE;
        reach(at, silent, seen.reason());
        if (seen.stage().atLeast(Stage.SUSPECT)) {
            reading = seen;
            if (IncidentText.gravity(seen.concern()) > IncidentText.gravity(concern)) {
                concern = seen.concern();
                turned = true;
            }
            climbAgain(seen);
            raise(seen);
        }
        boolean calm = seen.stage() == Stage.CALM && !refusedNow && !silent;
        boolean below = calm && sample != null && figures.levelBytes < figures.onsetBytes;
        Climb climb = seen.climb();
        figures.calmMillis = calm ? figures.calmMillis + step : 0;
        figures.restMillis = calm && (climb == null || climb.excessBytes() <= 0) ? figures.restMillis + step : 0;
        figures.belowMillis = below ? figures.belowMillis + step : 0;
        rest(at, options);
    }

    /** Adds what the counters say; whether writes were refused just now. */
    private boolean count(Sample sample, TargetHistory history, long step, long at) {
        figures.levelBytes = Math.min(sample.usedBytes(), Math.min(figures.usedBefore, figures.usedBeforeThat));
        figures.usedBeforeThat = figures.usedBefore;
        figures.usedBefore = sample.usedBytes();
        figures.peakBytes = Math.max(figures.peakBytes, figures.levelBytes);
        figures.limitBytes = sample.limitBytes();
        long refused = since(figures.refusedCounter, sample.refusedWrites());
        refusedWrites += refused;
        evictedKeys += since(figures.evictedCounter, sample.evictedKeys());
        figures.refusedCounter = sample.refusedWrites();
        figures.evictedCounter = sample.evictedKeys();
        double hitRate = history.hitRate();
        if (!Double.isNaN(hitRate) && !(hitRate >= figures.hitRateLowest)) {
            figures.hitRateLowest = hitRate;
        }
        if (refused > 0) {
            figures.unrefusedMillis = 0;
            if (!figures.refusing) {
                figures.refusing = true;
                concern = Concern.FULL;
                add(Kind.REFUSING, at, "Writes are refused with OOM: " + refused + " so far, at " + level() + ".", evidence(), WATCH);
            }
        } else if (figures.refusing) {
            figures.unrefusedMillis += step;
            if (figures.unrefusedMillis >= UNREFUSED_MILLIS) {
                figures.refusing = false;
                add(Kind.CALM, at, "No write has been refused for a minute; " + refusedWrites + " were.", evidence(), WATCH);
            }
        }
        return refused > 0;
    }

    /** Of a counter that starts at 0 when its server does. */
    private static long since(long before, long now) {
        return now >= before ? now - before : now;
    }

    private void reach(long at, boolean silent, String why) {
        if (silent && !figures.unreachable) {
            figures.unreachable = true;
            add(Kind.UNREACHABLE, at, "The target does not answer: " + why, Map.of(), WATCH);
        } else if (!silent && figures.unreachable) {
            figures.unreachable = false;
            add(Kind.REACHABLE, at, "The target answers again.", evidence(), WATCH);
        }
    }

    private void raise(Reading seen) {
        if (seen.stage().compareTo(stage) <= 0) {
            return;
        }
        stage = seen.stage();
        Map<String, String> evidence = evidence();
        evidence.put("stage", stage.name());
        evidence.put("after the onset", Words.millis(seen.atMillis() - onsetMillis));
        Climb climb = seen.climb();
        if (climb != null) {
            evidence.put("rate", Words.rate(climb.bytesPerSecond()));
            if (climb.timeToFull() != null) {
                evidence.put("time to full",
                        Words.seconds(climb.timeToFull().likelySeconds()) + " ("
                                + Words.range(climb.timeToFull().earliestSeconds(), climb.timeToFull().latestSeconds()) + ")");
            }
        }
        add(Kind.STAGE, seen.atMillis(),
                IncidentText.stage(stage) + ", " + Words.millis(seen.atMillis() - onsetMillis) + " after the onset: "
                        + seen.reason(),
                evidence, WATCH);
        if (state == IncidentState.DRAFT && stage.atLeast(Stage.NOTIFY)) {
            state = IncidentState.OPEN;
        }
    }

    /** Growth that had rested, or that somebody had contained, goes on. */
    private void climbAgain(Reading seen) {
        boolean rested = figures.stopped;
        boolean notHeld = state == IncidentState.CONTAINED && !figures.stopped && seen.stage().atLeast(Stage.NOTIFY)
                && figures.levelBytes > figures.containedBytes + STILL_CLIMBS * Math.max(figures.limitBytes, figures.containedBytes);
        if (!rested && !notHeld) {
            return;
        }
        figures.stopped = false;
        if (state == IncidentState.CONTAINED) {
            state = figures.acknowledged ? IncidentState.ACKNOWLEDGED : IncidentState.OPEN;
        }
        Map<String, String> evidence = evidence();
        Climb climb = seen.climb();
        if (climb != null) {
            evidence.put("onset", Words.iso(climb.onsetMillis()));
        }
        add(Kind.STAGE, seen.atMillis(), (rested ? "Climbs again: " : "Climbs in spite of the containment: ") + seen.reason(), evidence,
                WATCH);
    }

    private void rest(long at, IncidentOptions options) {
        if (state == IncidentState.DRAFT) {
            return;
        }
        if (!figures.stopped && figures.calmMillis >= options.stoppedCalmSeconds() * 1000L) {
            figures.stopped = true;
            state = IncidentState.CONTAINED;
            add(Kind.CALM, at, "Nothing climbs for " + Words.millis(figures.calmMillis) + "; at " + level() + ".", evidence(), WATCH);
        }
        if (figures.belowMillis >= options.belowOnsetSeconds() * 1000L) {
            end(at, at - figures.belowMillis, "below the level of the onset for " + Words.millis(figures.belowMillis), WATCH);
        } else if (figures.restMillis >= options.calmSeconds() * 1000L) {
            end(at, at - figures.restMillis, "no climb for " + Words.millis(figures.restMillis), WATCH);
        }
    }

    /** Whether this draft was nothing. */
    boolean isNothing(IncidentOptions options) {
        return state == IncidentState.DRAFT && figures.calmMillis >= options.draftCalmSeconds() * 1000L;
    }

    /** Whether the reading belongs to another climb than this draft, which then was nothing. */
    boolean isOvertakenBy(Reading seen) {
        return state == IncidentState.DRAFT && figures.calmMillis > 0 && seen.stage().atLeast(Stage.SUSPECT) && seen.climb() != null
                && seen.climb().onsetMillis() > onsetMillis;
    }

    void found(Attribution now) {
        Attribution before = attribution;
        if (CulpritText.isNamed(before) && !CulpritText.isNamed(now)) {
            return;
        }
        attribution = now;
        if (before == null || !CulpritText.identity(before).equals(CulpritText.identity(now))) {
            if (CulpritText.isNamed(now)) {
                String again = CulpritText.isNamed(before) ? "Named anew: " : "";
                add(Kind.NAMED, now.atMillis(), again + CulpritText.sentence(now), CulpritText.evidence(now), WATCH);
            } else {
                turned = true;
            }
        }
    }

    void acknowledge(long at, String person) {
        figures.acknowledged = true;
        if (state == IncidentState.DRAFT || state == IncidentState.OPEN) {
            state = IncidentState.ACKNOWLEDGED;
        }
        add(Kind.ACKNOWLEDGED, at, Printable.text(person, AUTHOR_MAX) + " looks after it.", Map.of(), person);
    }

    void contain(long at, String author, String text, Map<String, String> evidence) {
        state = IncidentState.CONTAINED;
        figures.containedBytes = figures.levelBytes;
        add(Kind.ACTION, at, text, evidence, author);
    }

    void end(long at, long sinceMillis, String why, String author) {
        state = IncidentState.RESOLVED;
        endedMillis = Math.max(onsetMillis, sinceMillis);
        figures.closedByHand = !author.equals(WATCH);
        Map<String, String> evidence = evidence();
        evidence.put("lasted", Words.millis(endedMillis - onsetMillis));
        evidence.put("refused writes", Long.toString(refusedWrites));
        evidence.put("evicted keys", Long.toString(evictedKeys));
        evidence.put("highest level", figures.peakBytes == 0 ? "not known" : Words.bytes(figures.peakBytes));
        if (!Double.isNaN(figures.hitRateBefore)) {
            evidence.put("hit rate before", Words.percent(figures.hitRateBefore));
        }
        if (!Double.isNaN(figures.hitRateLowest)) {
            evidence.put("hit rate, lowest half minute", Words.percent(figures.hitRateLowest));
        }
        if (figures.linesLeftOut > 0) {
            evidence.put("lines left out", Integer.toString(figures.linesLeftOut));
        }
        add(Kind.RESOLVED, at, "Over after " + Words.millis(endedMillis - onsetMillis) + ": " + why + ".", evidence, author);
    }

    void add(Kind kind, long at, String text, Map<String, String> evidence, String author) {
        turned = true;
        boolean important = switch (kind) {
            case ACKNOWLEDGED, NOTE, PLAN, ACTION, RESOLVED -> true;
            default -> false;
        };
        // One place is kept for the end.
        int most = kind == Kind.RESOLVED ? LINES_WITH_PEOPLE_MAX + 1 : important ? LINES_WITH_PEOPLE_MAX : LINES_MAX;
        if (timeline.size() >= most) {
            figures.linesLeftOut++;
            return;
        }
        long notBefore = timeline.isEmpty() ? at : Math.max(at, timeline.getLast().atMillis());
        timeline.add(new TimelineEntry(notBefore, kind, Printable.text(text, kind == Kind.NOTE ? NOTE_MAX : TEXT_MAX), bounded(evidence),
                Printable.text(author, AUTHOR_MAX)));
    }

    private static Map<String, String> bounded(Map<String, String> evidence) {
        Map<String, String> bounded = new LinkedHashMap<>();
        for (Map.Entry<String, String> entry : evidence.entrySet()) {
            if (bounded.size() == EVIDENCE_MAX) {
                break;
            }
            bounded.put(Printable.text(entry.getKey(), AUTHOR_MAX), Printable.text(entry.getValue(), EVIDENCE_TEXT_MAX));
        }
        return Collections.unmodifiableMap(bounded);
    }

    private Map<String, String> evidence() {
        Map<String, String> evidence = new LinkedHashMap<>();
        if (figures.levelBytes > 0) {
            evidence.put("level", Words.bytes(figures.levelBytes));
        }
        if (figures.limitBytes > 0) {
            evidence.put("limit", Words.bytes(figures.limitBytes));
        }
        return evidence;
    }

    private String level() {
        return figures.limitBytes > 0
                ? Words.percent((double) figures.levelBytes / figures.limitBytes) + " of " + Words.bytes(figures.limitBytes)
                : Words.bytes(figures.levelBytes);
    }

    Incident snapshot() {
        return new Incident(id, target, onsetMillis, concern, stage, state, reading, attribution, refusedWrites, evictedKeys, endedMillis,
                List.copyOf(timeline));
    }
}

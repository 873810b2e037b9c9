// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console.rehearsal;

import dev.cofferdam.watch.attribute.Attribution;
import dev.cofferdam.watch.console.IncidentDesk;
import dev.cofferdam.watch.detect.Concern;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.incident.IncidentState;
import dev.cofferdam.watch.incident.TimelineEntry;
import dev.cofferdam.watch.incident.TimelineEntry.Kind;
import dev.cofferdam.watch.web.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rehearsal's one incident, and one of last week. Any thread. */
public final class RehearsedIncidents implements IncidentDesk {
    private static final String ID = "shared-1545";
    private static final String EARLIER = "shared-0311";
    private static final long WEEK_MILLIS = 7 * 86_400_000L;

    private final Rehearsal rehearsal;
    // Guarded by this.
    private final List<TimelineEntry> said = new ArrayList<>();
    private boolean acknowledged;
    private long resolvedMillis;

    RehearsedIncidents(Rehearsal rehearsal) {
        this.rehearsal = rehearsal;
    }

    /** The one that is on, or null. */
    @Nullable
    Incident current() {
        Incident incident = find(ID);
        return incident == null || !incident.state().isLive() ? null : incident;
    }

    @Override
    public List<Incident> recent(int max) {
        Incident now = find(ID);
        return now == null ? List.of(earlier()) : List.of(now, earlier());
    }

    @Override
    public @Nullable Incident find(String id) {
        if (id.equals(EARLIER)) {
            return earlier();
        }
        if (!id.equals(ID) || rehearsal.sinceOnset() < 8) {
            return null;
        }
        synchronized (this) {
            Attribution attribution = rehearsal.sinceOnset() < 9 ? null : rehearsal.attribution();
            boolean calm = rehearsal.stage() == Stage.CALM;
            Stage stage = calm ? Stage.PAGE : rehearsal.stage();
            IncidentState state = resolvedMillis > 0
                    ? IncidentState.RESOLVED
                    : rehearsal.isContained()
                            ? IncidentState.CONTAINED
                            : acknowledged ? IncidentState.ACKNOWLEDGED : stage == Stage.SUSPECT ? IncidentState.DRAFT : IncidentState.OPEN;
            return new Incident(ID, Rehearsal.SHARED, rehearsal.onsetMillis(), Concern.CLIMB, stage, state, rehearsal.reading(),
                    attribution,
                    rehearsal.refusedWrites(), 0, resolvedMillis, timeline());
        }
    }

    private List<TimelineEntry> timeline() {
        List<TimelineEntry> lines = new ArrayList<>();
        line(lines, 0, Kind.ONSET, "Memory began to climb from 71 % of the limit.", Map.of("accuracy", "± 2 s"));
        line(lines, 8, Kind.STAGE, "Suspected: climbs 10.2 MB/s, full in about 4 min.", Map.of("excess", "73 MB"));
        line(lines, 9, Kind.NAMED, rehearsal.guilty() + " grows 9.4 MB/s, 92 % of the climb (±6).",
                Map.of("samples", "12,000", "server CPU", "104 ms"));
        line(lines, 22, Kind.NOTIFIED, "Told #ops in the chat.", Map.of());
        line(lines, 30, Kind.NOTIFIED, "Paged the one on call.", Map.of());
        line(lines, 32, Kind.STATUS, "A draft for the status page is ready.", Map.of());
        line(lines, Rehearsal.FILL, Kind.REFUSING, "Full: writes are refused.", Map.of());
        lines.addAll(said);
        lines.sort(Comparator.comparingLong(TimelineEntry::atMillis));
        return lines;
    }

    private void line(List<TimelineEntry> lines, int afterOnset, Kind kind, String text, Map<String, String> evidence) {
        boolean never = afterOnset == Rehearsal.FILL && rehearsal.refusedWrites() == 0;
        if (rehearsal.sinceOnset() >= afterOnset && !never) {
            lines.add(new TimelineEntry(rehearsal.onsetMillis() + afterOnset * 1000L, kind, text, evidence, "watch"));
        }
    }

    private Incident earlier() {
        long onset = rehearsal.onsetMillis() - WEEK_MILLIS;
        return new Incident(EARLIER, Rehearsal.SHARED, onset, Concern.CLIMB, Stage.NOTIFY, IncidentState.RESOLVED, rehearsal.reading(),
                null, 0,
                0, onset + 900_000,
                List.of(new TimelineEntry(onset, Kind.ONSET, "Memory began to climb.", Map.of(), "watch"),
                        new TimelineEntry(onset + 900_000, Kind.RESOLVED, "Calm for 10 minutes.", Map.of(), "watch")));
    }

    @Override
    public String postMortem(Incident incident) {
        return """
                # %s filled up: post-mortem (draft)

                ## Summary

                `%s` grew by 9.4 MB/s and would have filled **%s** within 4 minutes.

                | When | What | Accuracy |
                |---|---|---|
                | 15:45:08 | onset | ± 2 s |
                | 15:45:16 | suspected | ± 1 s |
                | 15:45:38 | paged | ± 1 s |

                ## Questions for people

                - What triggered it?
                - What went well, what badly, where were we lucky?
                """.formatted(incident.target(), rehearsal.guilty(), incident.target());
    }

    @Override
    public Incident acknowledge(String id, String author) {
        synchronized (this) {
            if (acknowledged) {
                throw Problem.conflict("acknowledged already");
            }
            acknowledged = true;
        }
        return say(id, Kind.ACKNOWLEDGED, author, author + " looks after it.");
    }

    @Override
    public Incident note(String id, String author, String text) {
        return say(id, Kind.NOTE, author, text);
    }

    @Override
    public Incident resolve(String id, String author, String text) {
        synchronized (this) {
            resolvedMillis = rehearsal.nowMillis();
        }
        return say(id, Kind.RESOLVED, author, text.isBlank() ? "Resolved." : text);
    }

    Incident say(String id, Kind kind, String author, String text) {
        synchronized (this) {
            said.add(new TimelineEntry(rehearsal.nowMillis(), kind, text, Map.of(), author));
        }
        rehearsal.tell();
        Incident incident = find(id);
        if (incident == null) {
            throw Problem.notFound("no incident has this id");
        }
        return incident;
    }

    /** An action on the incident's target, when there is one. */
    void acted(String author, String text) {
        if (find(ID) != null) {
            say(ID, Kind.ACTION, author, text);
        }
    }
}

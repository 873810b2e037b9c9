// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.statuspage;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.incident.IncidentBook;
import dev.cofferdam.watch.incident.TimelineEntry.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Drafts made of a book's incidents: of each that is on or has ended within a day, the last word. Any thread. */
public final class BookDrafts implements DraftDesk {
    private static final long ENDED_MAX_MILLIS = 86_400_000;

    private final IncidentBook book;
    private final DraftOptions options;
    private final Clock clock;

    public BookDrafts(IncidentBook book, DraftOptions options, Clock clock) {
        this.book = book;
        this.options = options;
        this.clock = clock;
    }

    @Override
    public List<Draft> drafts() {
        long now = clock.wallMillis();
        List<Draft> drafts = new ArrayList<>();
        for (Incident incident : book.recent()) {
            if (incident.state().isLive() || now - incident.endedMillis() < ENDED_MAX_MILLIS) {
                StatusDraft draft = StatusDraft.of(incident, options, now);
                if (draft != null) {
                    drafts.add(new Draft(draft.incident(), draft.name(), draft.status(), draft.impact(), draft.body(), draft.components()));
                }
            }
        }
        return List.copyOf(drafts);
    }

    @Override
    public void published(String incident, String author, String text) {
        book.line(incident, Kind.STATUS, author, text, Map.of());
    }
}

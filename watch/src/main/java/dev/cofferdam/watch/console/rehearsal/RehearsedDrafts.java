// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console.rehearsal;

import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.incident.TimelineEntry.Kind;
import dev.cofferdam.watch.statuspage.DraftDesk;
import java.util.List;

/** What others could be told of the rehearsal. Any thread. */
public final class RehearsedDrafts implements DraftDesk {
    private final Rehearsal rehearsal;

    RehearsedDrafts(Rehearsal rehearsal) {
        this.rehearsal = rehearsal;
    }

    @Override
    public List<Draft> drafts() {
        Incident incident = rehearsal.incidents().current();
        if (incident == null || rehearsal.sinceOnset() < 32) {
            return List.of();
        }
        boolean contained = rehearsal.isContained();
        return List.of(new Draft(incident.id(), "Reports and sign-in may be slow", contained ? "monitoring" : "identified",
                rehearsal.refusedWrites() > 0 ? "major" : "minor",
                contained
                        ? "The growth has been stopped. We watch until all is as usual."
                        : "A shared store is filling up because of report files. We know the cause and are stopping it.",
                List.of(Rehearsal.SHARED)));
    }

    @Override
    public void published(String incident, String author, String text) {
        rehearsal.incidents().say(incident, Kind.STATUS, author, text);
    }
}

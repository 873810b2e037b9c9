// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch;

import dev.cofferdam.watch.console.IncidentDesk;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.incident.IncidentBook;
import dev.cofferdam.watch.incident.PostMortem;
import dev.cofferdam.watch.web.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The record as the console reads it and writes to it. Any thread. */
final class BookDesk implements IncidentDesk {
    private final IncidentBook book;

    private final String consoleUrl;

    /** @param consoleUrl where people reach the console, for links; empty for none */
    BookDesk(IncidentBook book, String consoleUrl) {
        this.book = book;
        this.consoleUrl = consoleUrl;
    }

    @Override
    public List<Incident> recent(int max) {
        List<Incident> recent = book.recent();
        return recent.subList(0, Math.min(max, recent.size()));
    }

    @Override
    public @Nullable Incident find(String id) {
        return book.find(id);
    }

    @Override
    public String postMortem(Incident incident) {
        return PostMortem.markdown(incident, consoleUrl);
    }

    @Override
    public Incident acknowledge(String id, String author) {
        return known(id, book.acknowledge(id, author));
    }

    @Override
    public Incident note(String id, String author, String text) {
        return known(id, book.note(id, author, text));
    }

    @Override
    public Incident resolve(String id, String author, String text) {
        return known(id, book.resolve(id, author, text));
    }

    private static Incident known(String id, @Nullable Incident incident) {
        if (incident == null) {
            throw Problem.notFound("there is no incident " + id);
        }
        return incident;
    }
}

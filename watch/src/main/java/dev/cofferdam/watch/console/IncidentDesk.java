// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console;

import dev.cofferdam.watch.incident.Incident;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the console reads incidents and leaves what people say to them. Any thread. What cannot be done now is refused with a
 * {@link dev.cofferdam.watch.web.Problem#conflict}.
 */
public interface IncidentDesk {
    /** Latest first. */
    List<Incident> recent(int max);

    /** The one with the id, however old, or null. */
    @Nullable
    Incident find(String id);

    /** Its post-mortem in Markdown: a draft while it lasts. */
    String postMortem(Incident incident);

    /** Somebody looks after it. */
    Incident acknowledge(String id, String author);

    /** Somebody says something to it. */
    Incident note(String id, String author, String text);

    /** Somebody says that it is over. */
    Incident resolve(String id, String author, String text);

    /** A desk without incidents, for a watcher that keeps none. */
    IncidentDesk NONE = new NoIncidents();
}

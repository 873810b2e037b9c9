// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.statuspage;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.statuspage.StatusIncident.Update;
import dev.cofferdam.watch.statuspage.StatusWord.Impact;
import dev.cofferdam.watch.statuspage.StatusWord.Phase;
import dev.cofferdam.watch.web.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What others have been told. Any thread.
 *
 * <p>Owns the file of it. Always holds: nothing is on it that no person has published; and what {@link #publish} returned is on disk.
 */
public final class StatusBoard {
    static final int INCIDENTS_MAX = 500;
    static final int UPDATES_MAX = 200;

    private final Clock clock;
    private final StatusFile file;
    private final String trouble;
    // Guarded by this. Latest first.
    private List<StatusIncident> incidents;

    /** @param path of the file, which need not exist */
    public StatusBoard(Path path, Clock clock) {
        this.clock = clock;
        this.file = new StatusFile(path);
        List<StatusIncident> read = List.of();
        String damage = "";
        try {
            read = file.read();
        } catch (IOException e) {
            damage = String.valueOf(e.getMessage());
        }
        this.incidents = List.copyOf(read);
        this.trouble = damage;
    }

    /** Why what was published before cannot be shown, in a sentence; empty when it can. */
    public String trouble() {
        return trouble;
    }

    /** Latest first. */
    synchronized List<StatusIncident> incidents() {
        return incidents;
    }

    synchronized @Nullable StatusIncident find(String id) {
        return incidents.stream().filter(one -> one.id().equals(id)).findFirst().orElse(null);
    }

    /**
     * Tells others. An update of what was said before when there is something of this id, or of this incident of the watcher that is not over for others.
     *
     * @param id of the entry to update; empty for none
     */
    synchronized StatusIncident publish(String id, String incident, String name, Phase phase, Impact impact, String body,
            List<String> components, String author) {
        StatusIncident before = id.isEmpty()
                ? incidents.stream().filter(one -> !incident.isEmpty() && one.incident().equals(incident)).findFirst().orElse(null)
                : find(id);
        if (before == null && !id.isEmpty()) {
            throw Problem.notFound("no entry of the status page has this id");
        }
        if (before != null && before.updates().size() >= UPDATES_MAX) {
            throw Problem.conflict("this entry has " + UPDATES_MAX + " updates already");
        }
        long now = Math.max(clock.wallMillis(), incidents.isEmpty() ? 0 : incidents.getFirst().createdMillis() + 1);
        String entry = before == null ? Long.toString(now, 36) : before.id();
        int number = before == null ? 1 : before.updates().size() + 1;
        Update update = new Update(entry + "-" + number, clock.wallMillis(), phase, body, author);
        StatusIncident after = before == null
                ? new StatusIncident(entry, incident, name, impact, List.copyOf(components), List.of(update))
                : before.with(name, impact, List.copyOf(components), update);
        List<StatusIncident> all = new ArrayList<>(incidents);
        if (before == null) {
            all.addFirst(after);
        } else {
            all.set(all.indexOf(before), after);
        }
        while (all.size() > INCIDENTS_MAX) {
            all.removeLast();
        }
        try {
            file.write(all);
        } catch (IOException e) {
            throw new Problem(500, "this was not published, because it could not be written down: " + e.getMessage());
        }
        incidents = List.copyOf(all);
        return after;
    }

    /** The gravest of what is on, for one target or, with null, for all. */
    synchronized Impact impact(@Nullable String component) {
        Impact worst = Impact.NONE;
        for (StatusIncident one : incidents) {
            boolean concerns = component == null || one.components().contains(component);
            if (!one.phase().isOver() && concerns && one.impact().compareTo(worst) > 0) {
                worst = one.impact();
            }
        }
        return worst;
    }
}

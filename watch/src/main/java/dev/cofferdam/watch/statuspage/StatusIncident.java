// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.statuspage;

import dev.cofferdam.watch.statuspage.StatusWord.Impact;
import dev.cofferdam.watch.statuspage.StatusWord.Phase;
import java.util.ArrayList;
import java.util.List;

/**
 * What a person has told others of one incident. Immutable.
 *
 * @param incident id of the watcher's incident; empty when it was written by hand
 * @param components names of the targets that are affected
 * @param updates oldest first, at least one
 */
record StatusIncident(String id, String incident, String name, Impact impact, List<String> components, List<Update> updates) {
    /** One thing said. */
    record Update(String id, long atMillis, Phase phase, String body, String author) {
    }

    Phase phase() {
        return updates.getLast().phase();
    }

    long createdMillis() {
        return updates.getFirst().atMillis();
    }

    long updatedMillis() {
        return updates.getLast().atMillis();
    }

    /** When it first was over, or 0. */
    long resolvedMillis() {
        return phase().isOver() ? updates.stream().filter(update -> update.phase().isOver()).findFirst().orElseThrow().atMillis() : 0;
    }

    StatusIncident with(String otherName, Impact otherImpact, List<String> otherComponents, Update update) {
        List<Update> all = new ArrayList<>(updates);
        all.add(update);
        return new StatusIncident(id, incident, otherName, otherImpact, otherComponents, List.copyOf(all));
    }
}

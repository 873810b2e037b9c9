// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console;

import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.web.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A desk without incidents. Stateless. */
final class NoIncidents implements IncidentDesk {
    @Override
    public List<Incident> recent(int max) {
        return List.of();
    }

    @Override
    public @Nullable Incident find(String id) {
        return null;
    }

    @Override
    public String postMortem(Incident incident) {
        return "";
    }

    @Override
    public Incident acknowledge(String id, String author) {
        throw Problem.notFound("no incidents are kept here");
    }

    @Override
    public Incident note(String id, String author, String text) {
        throw Problem.notFound("no incidents are kept here");
    }

    @Override
    public Incident resolve(String id, String author, String text) {
        throw Problem.notFound("no incidents are kept here");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console;

import static dev.cofferdam.watch.web.Json.members;

import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.web.Call;
import dev.cofferdam.watch.web.Problem;
import dev.cofferdam.watch.web.Role;
import dev.cofferdam.watch.web.WebServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Incidents, and what people say to them: {@code /api/v1/incidents/...}. Any thread. */
final class IncidentRoutes {
    private static final int LISTED_MAX = 200;
    private static final int NOTE_CHARACTERS_MAX = 2_000;

    private final IncidentDesk desk;

    IncidentRoutes(IncidentDesk desk) {
        this.desk = desk;
    }

    void declare(WebServer server) {
        server.get("/api/v1/incidents", Role.VIEWER, this::list);
        server.get("/api/v1/incidents/{id}", Role.VIEWER, call -> call.taggedJson(StateView.incident(find(call))));
        server.get("/api/v1/incidents/{id}/timeline", Role.VIEWER,
                call -> call.taggedJson(members("timeline", StateView.timeline(find(call).timeline()))));
        server.get("/api/v1/incidents/{id}/postmortem.md", Role.VIEWER, this::postMortem);
        server.post("/api/v1/incidents/{id}/ack", Role.RESPONDER,
                call -> changed(call, desk.acknowledge(find(call).id(), call.visitor().name())));
        server.post("/api/v1/incidents/{id}/note", Role.RESPONDER, this::note);
        server.post("/api/v1/incidents/{id}/resolve", Role.RESPONDER, this::resolve);
    }

    private void list(Call call) throws IOException {
        int max = (int) call.number("limit", 50, 1, LISTED_MAX);
        call.taggedJson(members("incidents", desk.recent(max).stream().limit(max).map(StateView::brief).toList()));
    }

    private void postMortem(Call call) throws IOException {
        call.send(200, "text/markdown; charset=utf-8", desk.postMortem(find(call)).getBytes(StandardCharsets.UTF_8));
    }

    private void note(Call call) throws IOException {
        Incident incident = find(call);
        changed(call, desk.note(incident.id(), call.visitor().name(), Call.text(call.body(), "text", NOTE_CHARACTERS_MAX)));
    }

    private void resolve(Call call) throws IOException {
        Incident incident = find(call);
        String text = call.body().path("text").asString("");
        changed(call, desk.resolve(incident.id(), call.visitor().name(), text.substring(0, Math.min(text.length(), NOTE_CHARACTERS_MAX))));
    }

    private static void changed(Call call, Incident incident) throws IOException {
        call.json(StateView.incident(incident));
    }

    private Incident find(Call call) {
        Incident incident = desk.find(call.variable("id"));
        if (incident == null) {
            throw Problem.notFound("no incident has this id; see /api/v1/incidents");
        }
        return incident;
    }
}

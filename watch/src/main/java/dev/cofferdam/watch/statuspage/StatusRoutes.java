// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.statuspage;

import static dev.cofferdam.watch.web.Json.members;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.Feed;
import dev.cofferdam.watch.TargetState;
import dev.cofferdam.watch.statuspage.StatusWord.Impact;
import dev.cofferdam.watch.statuspage.StatusWord.Phase;
import dev.cofferdam.watch.web.Call;
import dev.cofferdam.watch.web.PageFiles;
import dev.cofferdam.watch.web.Problem;
import dev.cofferdam.watch.web.Role;
import dev.cofferdam.watch.web.WebServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** What everybody may see, in HTML, in Atlassian Statuspage's JSON and as feeds; and where a person with the role publishes. Any thread. */
public final class StatusRoutes {
    private static final int NAME_CHARACTERS_MAX = 200;
    private static final int BODY_CHARACTERS_MAX = 10_000;
    private static final String XML = "; charset=utf-8";

    private final StatusOptions options;
    private final StatusBoard board;
    private final DraftDesk drafts;
    private final Feed feed;
    private final long startMillis;

    public StatusRoutes(StatusOptions options, StatusBoard board, DraftDesk drafts, Feed feed, Clock clock) {
        this.options = options;
        this.board = board;
        this.drafts = drafts;
        this.feed = feed;
        this.startMillis = clock.wallMillis();
    }

    /** What everybody may see: on the console's server, and on one of its own where the page is for the public. */
    public StatusRoutes declarePages(WebServer server) {
        Role role = options.publicly() ? Role.PUBLIC : Role.VIEWER;
        PageFiles.serve(server, "/app/status.css", "/dev/cofferdam/watch/statuspage/status.css");
        server.get("/status", role, call -> html(call, new StatusHtml(options, json()).page(board, shownTargets())));
        server.get("/status/incidents/{id}", role, this::incident);
        server.get("/history.atom", role, call -> send(call, "application/atom+xml" + XML, feeds().atom(board.incidents())));
        server.get("/history.rss", role, call -> send(call, "application/rss+xml" + XML, feeds().rss(board.incidents())));
        json(server, role, "summary", StatusJson::summary);
        json(server, role, "status", StatusJson::status);
        json(server, role, "components", StatusJson::componentsPage);
        json(server, role, "incidents", json -> json.incidentsPage(false));
        json(server, role, "incidents/unresolved", json -> json.incidentsPage(true));
        for (String kind : List.of("", "/upcoming", "/active")) {
            json(server, role, "scheduled-maintenances" + kind, StatusJson::maintenances);
        }
        return this;
    }

    /** Where drafts are read and published; on the console's server only. */
    public StatusRoutes declareEditor(WebServer server) {
        server.get("/api/v1/status", Role.VIEWER, this::editor);
        server.post("/api/v1/status/publish", Role.ADMIN, this::publish);
        return this;
    }

    private void json(WebServer server, Role role, String name, Function<StatusJson, Object> content) {
        server.get("/api/v2/" + name + ".json", role, call -> call.taggedJson(content.apply(json())));
    }

    private void editor(Call call) throws IOException {
        call.json(members("page", options.name(), "trouble", board.trouble(), "components",
                shownTargets().stream().map(target -> members("id", target, "name", json().shown(target))).toList(), "drafts",
                drafts.drafts(),
                "published", json().incidentsPage(false).get("incidents"), "known",
                board.incidents().stream().map(one -> members("id", one.id(), "incident", one.incident())).toList()));
    }

    private void publish(Call call) throws IOException {
        JsonNode body = call.body();
        Phase phase = StatusWord.find(Phase.class, Call.text(body, "status", NAME_CHARACTERS_MAX));
        Impact impact = StatusWord.find(Impact.class, Call.text(body, "impact", NAME_CHARACTERS_MAX));
        if (phase == null || impact == null) {
            throw Problem.badRequest("'status' or 'impact' is no word of the status page");
        }
        List<String> components = new ArrayList<>();
        List<String> known = shownTargets();
        for (JsonNode component : body.path("components")) {
            if (!known.contains(component.asString(""))) {
                throw Problem.badRequest("a component is not on the page");
            }
            components.add(component.asString(""));
        }
        String incident = body.path("incident").asString("");
        String text = Call.text(body, "body", BODY_CHARACTERS_MAX);
        StatusIncident published = board.publish(body.path("id").asString(""), incident, Call.text(body, "name", NAME_CHARACTERS_MAX),
                phase,
                impact, text, components, call.visitor().name());
        if (!published.incident().isEmpty()) {
            drafts.published(published.incident(), call.visitor().name(), "Published as " + StatusWord.of(phase) + ": " + text);
        }
        call.json(members("id", published.id()));
    }

    private void incident(Call call) throws IOException {
        StatusIncident one = board.find(call.variable("id"));
        if (one == null) {
            throw Problem.notFound("nothing of this id was published");
        }
        html(call, new StatusHtml(options, json()).incidentPage(one));
    }

    private StatusJson json() {
        return new StatusJson(options, board, shownTargets(), startMillis);
    }

    private StatusFeeds feeds() {
        return new StatusFeeds(options, json(), startMillis);
    }

    private List<String> shownTargets() {
        return feed.targets().stream().map(TargetState::name).filter(name -> !options.components().getOrDefault(name, name).isEmpty())
            .toList();
    }

    private static void html(Call call, String text) throws IOException {
        send(call, Call.HTML, text);
    }

    private static void send(Call call, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        call.sendTagged(type, "no-cache", bytes, Call.tag(bytes));
    }
}

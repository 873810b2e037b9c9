// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console;

import static dev.cofferdam.watch.web.Json.members;

import dev.cofferdam.watch.Feed;
import dev.cofferdam.watch.web.Call;
import dev.cofferdam.watch.web.Problem;
import dev.cofferdam.watch.web.Role;
import dev.cofferdam.watch.web.WebServer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What could be done and what was: {@code /api/v1/targets/{target}/plans}, {@code /api/v1/plans/...}, {@code /api/v1/audit}. Any thread. */
final class PlanRoutes {
    private static final int PARAMETERS_MAX = 16;
    private static final int TEXT_CHARACTERS_MAX = 512;
    private static final int AUDIT_MAX = 500;

    private final Feed feed;
    private final PlanDesk desk;
    private final EventStream events;

    PlanRoutes(Feed feed, PlanDesk desk, EventStream events) {
        this.feed = feed;
        this.desk = desk;
        this.events = events;
    }

    void declare(WebServer server) {
        server.get("/api/v1/targets/{target}/plans", Role.VIEWER,
                call -> call.json(plans(StateRoutes.target(feed, call.variable("target")).name())));
        server.get("/api/v1/audit", Role.VIEWER,
                call -> call.json(members("audit", desk.audit((int) call.number("limit", 100, 1, AUDIT_MAX)))));
        server.post("/api/v1/plans", Role.RESPONDER, this::propose);
        server.post("/api/v1/plans/{id}/approve", Role.ADMIN, call -> changed(call, desk.approve(id(call), call.visitor().name())));
        server.post("/api/v1/plans/{id}/apply", Role.ADMIN, call -> changed(call,
                desk.apply(id(call), call.visitor().name(), call.body().path("typed").asString(""))));
        server.post("/api/v1/plans/{id}/undo", Role.ADMIN, call -> changed(call, desk.undo(id(call), call.visitor().name())));
    }

    private void propose(Call call) throws IOException {
        JsonNode body = call.body();
        String target = StateRoutes.target(feed, Call.text(body, "target", TEXT_CHARACTERS_MAX)).name();
        Map<String, String> parameters = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> parameter : body.path("params").properties()) {
            if (parameters.size() == PARAMETERS_MAX || parameter.getKey().length() > TEXT_CHARACTERS_MAX) {
                throw Problem.badRequest("at most " + PARAMETERS_MAX + " params");
            }
            parameters.put(parameter.getKey(), Call.text(body.path("params"), parameter.getKey(), TEXT_CHARACTERS_MAX));
        }
        changed(call, desk.propose(target, Call.text(body, "type", TEXT_CHARACTERS_MAX), parameters, call.visitor().name()));
    }

    private void changed(Call call, PlanDesk.Plan plan) throws IOException {
        call.json(plan);
        tell(plan.target());
    }

    /** Tells all visitors what can be done to a target and what has been. */
    void tell(String target) {
        events.acted(target, plans(target));
    }

    private Map<String, Object> plans(String target) {
        return members("target", target, "choices", desk.choices(target), "plans", desk.plans(target));
    }

    private static String id(Call call) {
        return call.variable("id");
    }
}

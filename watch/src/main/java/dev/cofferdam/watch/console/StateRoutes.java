// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console;

import static dev.cofferdam.watch.web.Json.members;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.Feed;
import dev.cofferdam.watch.TargetState;
import dev.cofferdam.watch.web.Call;
import dev.cofferdam.watch.web.Problem;
import dev.cofferdam.watch.web.Role;
import dev.cofferdam.watch.web.WebServer;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What is known of the targets now and before: {@code /api/v1/state}, {@code /api/v1/targets/...}. Any thread. */
final class StateRoutes {
    private static final long DAY_MILLIS = 86_400_000L;
    /** Points of one answer. */
    private static final int POINTS_MAX = 1_500;
    private static final int BAND_TIMES = 60;

    private final Feed feed;
    private final StateView view;
    private final PastDesk past;
    private final Clock clock;

    StateRoutes(Feed feed, StateView view, PastDesk past, Clock clock) {
        this.feed = feed;
        this.view = view;
        this.past = past;
        this.clock = clock;
    }

    void declare(WebServer server) {
        server.get("/api/v1/state", Role.VIEWER, this::state);
        server.get("/api/v1/targets", Role.VIEWER, this::targets);
        server.get("/api/v1/targets/{target}", Role.VIEWER, call -> call.taggedJson(view.target(find(call))));
        server.get("/api/v1/targets/{target}/prefixes", Role.VIEWER, call -> call.json(view.prefixes(find(call))));
        server.get("/api/v1/targets/{target}/clients", Role.VIEWER, call -> call.json(StateView.clients(find(call))));
        server.get("/api/v1/targets/{target}/series", Role.VIEWER, this::series);
    }

    private void state(Call call) throws IOException {
        call.taggedJson(members("targets", feed.targets().stream().map(view::target).toList(), "you", call.visitor().name(), "role",
                StateView.name(call.visitor().role())));
    }

    private void targets(Call call) throws IOException {
        call.taggedJson(members("targets", feed.targets().stream().map(StateView::facts).toList()));
    }

    private void series(Call call) throws IOException {
        String target = find(call).name();
        long now = clock.wallMillis();
        long to = call.number("to", now, 0, now + DAY_MILLIS);
        long from = call.number("from", to - 600_000, to - 400 * DAY_MILLIS, to);
        long step = Math.max(call.number("step", 0, 0, DAY_MILLIS), Math.max(1000, (to - from) / POINTS_MAX));
        List<PastDesk.Level> levels = past.levels(target, from, to + 1, step);
        List<long[]> points = levels.stream().limit(POINTS_MAX * 4L)
            .map(level -> new long[] {level.atMillis(), level.usedBytes(), level.usedLowestBytes(), level.limitBytes(),
                Math.round(level.refusalsPerSecond()), Math.round(level.evictionsPerSecond())})
            .toList();
        List<long[]> band = UsualBand.of(past, target, from, to, BAND_TIMES).stream()
            .map(usual -> new long[] {usual.atMillis(), usual.lowestBytes(), usual.highestBytes()}).toList();
        call.json(members("target", target, "from", from, "to", to, "fields",
                List.of("t", "used", "lowest", "limit", "refusedPerSecond", "evictedPerSecond"), "points", points, "usual", band));
    }

    private TargetState find(Call call) {
        return target(feed, call.variable("target"));
    }

    static TargetState target(Feed feed, String name) {
        for (TargetState state : feed.targets()) {
            if (state.name().equals(name)) {
                return state;
            }
        }
        throw Problem.notFound("no target of this name is watched; see /api/v1/targets");
    }

    static Map<String, Object> page(String name, List<?> items) {
        return members(name, items);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console;

import static dev.cofferdam.watch.web.Json.members;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.Feed;
import dev.cofferdam.watch.TargetState;
import dev.cofferdam.watch.metrics.Exposition;
import dev.cofferdam.watch.web.Call;
import dev.cofferdam.watch.web.PageFiles;
import dev.cofferdam.watch.web.Problem;
import dev.cofferdam.watch.web.Role;
import dev.cofferdam.watch.web.WebServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The page a person looks at, its JSON and its stream, served over HTTP.
 *
 * <p>Owns the server and the stream; everything it shows comes from the {@link Feed} and the desks. Declared with {@link #on}, then started once.
 */
public final class Console implements AutoCloseable {
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    /** The version is that of the pom; a console with another one does not start. */
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
    /** The page's own files, under {@code /app/}. */
    private static final List<String> MODULES = List.of("app.css", "app.js", "actions.js", "dom.js", "format.js", "headline.js", "icon.svg",
            "incidents.js", "markdown.js", "panels.js", "session.js", "status.js", "store.js", "stream.js", "theme.js", "timeline.js",
            "waterline.js");

    private final WebServer server;
    private final Feed feed;
    private final EventStream events;
    private final PlanRoutes plans;
    private final List<Feed.Subscription> subscriptions = new ArrayList<>();

    private Console(WebServer server, Feed feed, ConsoleOptions options, Clock clock, IncidentDesk incidents, PlanDesk plans,
            PastDesk past) {
        this.server = server;
        this.feed = feed;
        StateView view = new StateView(new Workloads(options.workloads()));
        this.events = new EventStream(feed, view, clock, HEARTBEAT);
        PageFiles.serve(server, "/", "/dev/cofferdam/watch/console/index.html");
        for (String module : MODULES) {
            PageFiles.serve(server, "/app/" + module, "/dev/cofferdam/watch/console/" + module);
        }
        PageFiles.serve(server, "/app/uplot.js", UPLOT + "uPlot.iife.min.js");
        PageFiles.serve(server, "/app/uplot.css", UPLOT + "uPlot.min.css");
        new StateRoutes(feed, view, past, clock).declare(server);
        new IncidentRoutes(incidents).declare(server);
        this.plans = new PlanRoutes(feed, plans, events);
        this.plans.declare(server);
        server.stream("/api/v1/stream", Role.VIEWER, events::serve);
        server.get("/-/healthy", Role.PUBLIC, call -> text(call, "watching\n"));
        server.get("/-/ready", Role.PUBLIC, this::ready);
        server.get("/api/v1/me", Role.PUBLIC,
                call -> call.json(members("you", call.visitor().name(), "role", StateView.name(call.visitor().role()))));
    }

    /** A console that keeps the past in memory. */
    public static Console on(ConsoleOptions options, Feed feed, IncidentDesk incidents, PlanDesk plans, Clock clock) {
        RecentPast past = new RecentPast();
        Console console = on(options, feed, incidents, plans, past, clock);
        console.subscriptions.add(feed.subscribe(past::add));
        return console;
    }

    /** Takes the address; throws when it cannot be had. */
    public static Console on(ConsoleOptions options, Feed feed, IncidentDesk incidents, PlanDesk plans, PastDesk past, Clock clock) {
        try {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(options.address()), options.port());
            return new Console(new WebServer(address, options.tokens(), clock), feed, options, clock, incidents, plans, past);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the console cannot listen on " + options.address() + ":" + options.port() + ": " + e.getMessage(),
                    e);
        }
    }

    public Console start() {
        server.start();
        return this;
    }

    public int port() {
        return server.port();
    }

    /** Something was done to a target by others than visitors: whoever looks at it hears of it. */
    public void acted(String target) {
        plans.tell(target);
    }

    /** Where more routes are declared before the start: metrics, status page. */
    public WebServer server() {
        return server;
    }

    private void ready(Call call) throws IOException {
        boolean seen = feed.targets().stream().anyMatch(state -> state.sample() != null || !state.trouble().isEmpty());
        if (!seen && !feed.targets().isEmpty()) {
            throw new Problem(503, "no target has been looked at yet");
        }
        long reachable = feed.targets().stream().filter(TargetState::reachable).count();
        text(call, "ready, " + reachable + " of " + feed.targets().size() + " targets reachable\n");
    }

    private static void text(Call call, String text) throws IOException {
        call.send(200, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /** For {@code /metrics}. */
    public void collect(Exposition out) {
        out.add("cofferdam_console_visitors", events.visitors());
    }

    /** Visitors of the stream now. */
    public int visitors() {
        return events.visitors();
    }

    @Override
    public void close() {
        events.close();
        subscriptions.forEach(Feed.Subscription::close);
        server.close();
    }
}

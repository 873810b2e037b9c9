// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.metrics;

import dev.cofferdam.watch.Feed;
import dev.cofferdam.watch.TargetState;
import dev.cofferdam.watch.web.Call;
import dev.cofferdam.watch.web.Problem;
import dev.cofferdam.watch.web.Role;
import dev.cofferdam.watch.web.WebServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * {@code /metrics}: all targets, each point with the label {@code target}. {@code /scrape?target=}: one of them as redis_exporter shows it, by its name here or
 * its address; only targets that are watched, so that nobody has others asked through us. Any thread.
 */
public final class MetricRoutes implements AutoCloseable {
    private final Feed feed;
    private final List<MetricSource> sources;
    private final WebServer server;
    private final IncidentTally tally = new IncidentTally();
    private final Feed.Subscription subscription;

    private MetricRoutes(Feed feed, List<MetricSource> sources, WebServer server) {
        this.feed = feed;
        this.sources = List.copyOf(sources);
        this.server = server;
        this.subscription = feed.subscribe(tally::add);
    }

    /** Declares both on a server that has not been started. */
    public static MetricRoutes declare(WebServer server, Feed feed, List<MetricSource> sources) {
        MetricRoutes routes = new MetricRoutes(feed, sources, server);
        server.get("/metrics", Role.VIEWER, routes::all);
        server.get("/scrape", Role.VIEWER, routes::one);
        return routes;
    }

    private void all(Call call) throws IOException {
        Exposition out = new Exposition();
        for (TargetState state : feed.targets()) {
            WatchPoints.add(out, state);
            RedisPoints.add(out, state, List.of("target", state.name()));
        }
        tally.collect(out);
        for (MetricSource source : sources) {
            source.collect(out);
        }
        out.add("cofferdam_console_slow_readers_total", server.slowReaders());
        out.add("cofferdam_console_refused_requests_total", server.refusedRequests());
        out.add("cofferdam_build_info", 1, "version", version());
        send(call, out);
    }

    private void one(Call call) throws IOException {
        String asked = call.parameter("target");
        if (asked == null || asked.isEmpty()) {
            throw Problem.badRequest("which? /scrape?target=<name or address of a watched target>");
        }
        TargetState found = null;
        for (TargetState state : feed.targets()) {
            // A name is surer than an address: compartments of one server share theirs.
            if (state.name().equals(asked) || found == null && state.address().equals(address(asked))) {
                found = state;
            }
        }
        if (found == null) {
            throw Problem.notFound("no target of this name or address is watched");
        }
        Exposition out = new Exposition();
        WatchPoints.add(out, found);
        RedisPoints.add(out, found, List.of());
        send(call, out);
    }

    /** Host and port of {@code redis://user:secret@host:port/0}. */
    private static String address(String asked) {
        String rest = asked.replaceFirst("^(redis|rediss|valkey|valkeys)://", "");
        rest = rest.substring(rest.lastIndexOf('@') + 1);
        int slash = rest.indexOf('/');
        rest = slash < 0 ? rest : rest.substring(0, slash);
        return rest.matches(".*:\\d+") ? rest : rest + ":6379";
    }

    private static void send(Call call, Exposition out) throws IOException {
        boolean openMetrics = call.header("Accept").contains("application/openmetrics-text");
        out.add("cofferdam_metric_points_dropped_total", out.dropped());
        call.send(200, openMetrics ? Exposition.OPEN_METRICS : Exposition.TEXT, out.text(openMetrics).getBytes(StandardCharsets.UTF_8));
    }

    private static String version() {
        String version = MetricRoutes.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public void close() {
        subscription.close();
    }
}

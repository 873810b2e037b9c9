// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.console.Console;
import dev.cofferdam.watch.console.IncidentDesk;
import dev.cofferdam.watch.console.PlanDesk;
import dev.cofferdam.watch.contain.Containment;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.incident.IncidentBook;
import dev.cofferdam.watch.incident.TimelineEntry;
import dev.cofferdam.watch.metrics.MetricRoutes;
import dev.cofferdam.watch.notify.Notifications;
import dev.cofferdam.watch.probe.TargetAddress;
import dev.cofferdam.watch.series.SeriesStore;
import dev.cofferdam.watch.statuspage.BookDrafts;
import dev.cofferdam.watch.statuspage.StatusBoard;
import dev.cofferdam.watch.statuspage.StatusRoutes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A whole watcher: its targets, its record, whom it tells and the page. Owns all of them and ends them in the reverse order of their beginning; {@link #close} may come from any
 * thread.
 */
public final class Watch implements AutoCloseable {
    private static final Duration SECOND = Duration.ofSeconds(1);
    /** Of a target in the hub: itself, or each primary of a cluster. */
    private static final int PLACES = ClusterWatch.NODES_MAX + 1;

    private final Hub hub = new Hub();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final IncidentBook book;
    private final Console console;
    private volatile boolean begun;

    /**
     * Begins to watch.
     *
     * @param random of reconnections, samples and ids
     * @param log takes a line for people; any thread
     */
    public Watch(WatchConfiguration configuration, Clock clock, RandomGenerator random, Consumer<String> log) {
        Path folder = configuration.folder();
        SeriesStore series = folder == null ? null : opened(new SeriesStore(folder.resolve("series")));
        book = opened(new IncidentBook(below(folder, "incidents"), configuration.incidents(), clock, random.nextLong()));
        Notifications notifications = opened(
                new Notifications(configuration.notifications(), book, below(folder, "notify"), clock, random.nextLong(), log));
        Map<String, Containment> containments = new LinkedHashMap<>();
        for (TargetConfiguration target : configuration.targets()) {
            Containment containment = containment(target, folder, clock, random.nextLong(), log);
            if (containment != null) {
                containments.put(target.name(), containment);
            }
        }
        IncidentDesk desk = new BookDesk(book, configuration.notifications().consoleUrl());
        PlanDesk plans = containments.isEmpty() ? PlanDesk.NONE : new ContainDesk(hub, containments, clock);
        console = opened(series == null
                ? Console.on(configuration.console(), hub, desk, plans, clock)
                : Console.on(configuration.console(), hub, desk, plans, new SeriesDesk(series), clock));
        WatchFigures figures = new WatchFigures(notifications, containments.values());
        opened(MetricRoutes.declare(console.server(), hub, List.of(console::collect, figures)));
        if (folder != null) {
            StatusBoard board = new StatusBoard(folder.resolve("status.json"), clock);
            new StatusRoutes(configuration.status(), board, new BookDrafts(book, configuration.drafts(), clock), hub, clock)
                .declarePages(console.server())
                .declareEditor(console.server());
        }
        notifications.start();
        console.start();
        int place = 0;
        for (TargetConfiguration target : configuration.targets()) {
            int first = place;
            place += PLACES;
            Containment containment = containments.get(target.name());
            long seed = random.nextLong();
            ClusterWatch.Begin begin = (node, slot) -> {
                TargetWatch watch = new TargetWatch(node, first + slot, Containments.dialer(node, node.address(), clock), book, series,
                        below(folder, "learned"), containment, hub, clock, seed + slot, log);
                return new ClusterWatch.Running(new Pace("watch-" + node.name(), SECOND, clock, () -> {
                    watch.turn();
                    figures.spent(node.name(), watch.spentNanos());
                }), watch);
            };
            if (target.address().kind() == TargetAddress.Kind.CLUSTER) {
                ClusterWatch cluster = opened(
                        new ClusterWatch(target, Containments.dialer(target, target.address(), clock), book, containment, clock,
                                begin, slot -> hub.remove(first + slot, 0), log));
                opened(new Pace("watch-" + target.name(), SECOND, clock, cluster::turn));
            } else {
                ClusterWatch.Running running = begin.begin(target, 0);
                opened(running::end);
            }
        }
        begun = true;
    }

    private @Nullable Containment containment(TargetConfiguration target, @Nullable Path folder, Clock clock, long seed,
            Consumer<String> log) {
        try {
            Containment containment = Containments.open(target, folder, clock, seed, entry -> line(target.name(), entry));
            if (containment != null && !containment.trouble().isEmpty()) {
                log.accept("target=" + target.name() + " " + containment.trouble());
            }
            return containment;
        } catch (IOException e) {
            log.accept("target=" + target.name() + " containment is off: " + e.getMessage());
            return null;
        }
    }

    /** What was planned and done becomes part of the incident that is on. */
    private void line(String target, TimelineEntry entry) {
        Incident on = book.current(target);
        if (on != null) {
            book.line(on.id(), entry.kind(), entry.author(), entry.text(), entry.evidence());
        }
        if (begun) {
            hub.targets().stream().map(TargetState::name).filter(name -> name.equals(target) || name.startsWith(target + "/"))
                .forEach(console::acted);
        }
    }

    private static @Nullable Path below(@Nullable Path folder, String name) {
        return folder == null ? null : folder.resolve(name);
    }

    private <T extends AutoCloseable> T opened(T thing) {
        open.push(thing);
        return thing;
    }

    /** What is known of the targets. */
    public Feed feed() {
        return hub;
    }

    /** Port of the page. */
    public int consolePort() {
        return console.port();
    }

    /** Hears of each turn of an incident: a line of its timeline, another stage or state. */
    public Feed.Subscription subscribe(Consumer<Incident> listener) {
        return book.subscribe(listener);
    }

    @Override
    public synchronized void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("a part of the watcher cannot end", e);
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.console.Console;
import dev.cofferdam.watch.console.IncidentDesk;
import dev.cofferdam.watch.console.PlanDesk;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.incident.IncidentBook;
import dev.cofferdam.watch.notify.Notifications;
import dev.cofferdam.watch.probe.RespDialer;
import dev.cofferdam.watch.series.SeriesStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A whole watcher: its targets, its record, whom it tells and the page. Owns all of them and ends them in the reverse order of their beginning; {@link #close} may come from any
 * thread.
 */
public final class Watch implements AutoCloseable {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Hub hub = new Hub();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final IncidentBook book;
    private final Console console;

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
        IncidentDesk desk = new BookDesk(book, clock);
        console = opened(series == null
                ? Console.on(configuration.console(), hub, desk, PlanDesk.NONE, clock)
                : Console.on(configuration.console(), hub, desk, PlanDesk.NONE, new SeriesDesk(series), clock));
        notifications.start();
        console.start();
        int place = 0;
        for (TargetConfiguration target : configuration.targets()) {
            RespDialer dialer = new RespDialer(target.address(), target.tls(), target.hostNameChecked(), clock);
            TargetWatch watch = opened(
                    new TargetWatch(target, place++, dialer, book, series, below(folder, "learned"), hub, clock, random.nextLong(), log));
            opened(new Pace("watch-" + target.name(), SECOND, clock, watch::turn));
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

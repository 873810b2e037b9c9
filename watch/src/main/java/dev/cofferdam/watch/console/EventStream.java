// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.Feed;
import dev.cofferdam.watch.TargetState;
import dev.cofferdam.watch.console.EventRing.Event;
import dev.cofferdam.watch.web.Call;
import dev.cofferdam.watch.web.EventWriter;
import dev.cofferdam.watch.web.Json;
import dev.cofferdam.watch.web.Problem;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends every visitor what changes, as server-sent events: {@code snapshot} first, then {@code tick}, {@code facts}, {@code prefixes}, {@code clients},
 * {@code incident}, {@code action}.
 *
 * <p>Owns the ring of the last ten minutes and a bounded queue per visitor. The feed's threads put events in and never wait for a visitor; each visitor's own
 * thread takes them out. Always holds: a visitor sees every event after its snapshot, or, having fallen behind, another snapshot; never a gap it does not know of.
 */
final class EventStream implements AutoCloseable {
    static final int VISITORS_MAX = 100;
    static final int QUEUE_MAX = 512;
    /** What changes without pause is sent once in this time. */
    static final Duration SLOW_EVERY = Duration.ofSeconds(5);
    private static final int RETRY_MILLIS = 2000;

    /** A visitor's side. */
    private static final class Visit {
        private final @Nullable String target;
        private final BlockingQueue<Event> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
        private volatile boolean behind;
        private volatile boolean ended;

        Visit(@Nullable String target) {
            this.target = target;
        }

        void offer(Event event) {
            if (target == null || target.equals(event.target())) {
                behind |= !queue.offer(event);
            }
        }
    }

    /** What was sent of a target last. */
    private static final class Sent {
        private @Nullable TargetState state;
        private Map<String, Object> prefixes = Map.of();
        private long slowNanos;
    }

    private final Feed feed;
    private final StateView view;
    private final Clock clock;
    private final Duration heartbeat;
    /** Tells events of this run from those of an earlier one. */
    private final String run;

    // Guarded by this.
    private final EventRing ring = new EventRing();
    private final Map<String, Sent> sent = new HashMap<>();
    private final Set<Visit> visits = new LinkedHashSet<>();
    private long sequence;
    private long fellBehind;

    private final Feed.Subscription subscription;

    EventStream(Feed feed, StateView view, Clock clock, Duration heartbeat) {
        this.feed = feed;
        this.view = view;
        this.clock = clock;
        this.heartbeat = heartbeat;
        this.run = Long.toString(clock.wallMillis(), 36);
        this.subscription = feed.subscribe(this::changed);
    }

    /** On a target's thread. */
    private void changed(TargetState state) {
        synchronized (this) {
            Sent last = sent.computeIfAbsent(state.name(), name -> {
                Sent first = new Sent();
                first.slowNanos = clock.monotonicNanos() - SLOW_EVERY.toNanos();
                return first;
            });
            TargetState before = last.state;
            if (before == null || !StateView.facts(before).equals(StateView.facts(state))) {
                put(state.name(), "facts", StateView.facts(state));
            }
            put(state.name(), "tick", StateView.tick(state));
            Map<String, Object> prefixes = view.prefixes(state);
            boolean named = before == null || !kindOfCulprit(before).equals(kindOfCulprit(state));
            boolean due = clock.monotonicNanos() - last.slowNanos >= SLOW_EVERY.toNanos();
            if (named || due) {
                if (!prefixes.equals(last.prefixes)) {
                    put(state.name(), "prefixes", prefixes);
                    last.prefixes = prefixes;
                }
                if (before == null || !before.clients().equals(state.clients()) || named) {
                    put(state.name(), "clients", StateView.clients(state));
                }
                last.slowNanos = clock.monotonicNanos();
            }
            if (before == null || isIncidentChanged(before, state)) {
                put(state.name(), "incident", Json.members("target", state.name(), "incident",
                        state.incident() == null ? null : StateView.incident(state.incident())));
            }
            last.state = state;
        }
    }

    /** The culprit without its figures: when this changes, visitors hear of it at once. */
    private static String kindOfCulprit(TargetState state) {
        Sentences.Named named = Sentences.culprit(state.attribution());
        return named == null ? "" : named.kind() + ' ' + named.pattern() + ' ' + named.subject();
    }

    private static boolean isIncidentChanged(TargetState before, TargetState now) {
        if (before.incident() == null || now.incident() == null) {
            return before.incident() != now.incident();
        }
        return !before.incident().id().equals(now.incident().id()) || before.incident().state() != now.incident().state()
                || before.incident().stage() != now.incident().stage()
                || before.incident().timeline().size() != now.incident().timeline().size();
    }

    /** Says that plans of a target have changed, with what they are now. */
    void acted(String target, Map<String, Object> actions) {
        synchronized (this) {
            put(target, "action", actions);
        }
    }

    private void put(String target, String name, Map<String, Object> data) {
        Event event = new Event(++sequence, clock.wallMillis(), target, name, Json.text(data));
        ring.add(event);
        for (Visit visit : visits) {
            visit.offer(event);
        }
    }

    /** Serves one visitor until it leaves. On the visitor's thread. */
    void serve(Call call) throws IOException {
        Visit visit = new Visit(call.parameter("target"));
        List<Event> missed;
        synchronized (this) {
            if (visits.size() >= VISITORS_MAX) {
                throw new Problem(503, VISITORS_MAX + " visitors watch already");
            }
            visits.add(visit);
            missed = missed(call.header("Last-Event-ID"));
            if (missed != null) {
                missed = new ArrayList<>(missed);
                missed.removeIf(event -> visit.target != null && !visit.target.equals(event.target()));
            }
        }
        try (EventWriter out = call.events()) {
            out.retry(RETRY_MILLIS);
            if (missed == null) {
                snapshot(out, visit);
            } else {
                for (Event event : missed) {
                    write(out, event);
                }
            }
            while (!visit.ended) {
                Event event = visit.queue.poll(heartbeat.toMillis(), TimeUnit.MILLISECONDS);
                if (visit.ended) {
                    return;
                } else if (visit.behind) {
                    snapshot(out, visit);
                } else if (event == null) {
                    out.heartbeat();
                } else {
                    write(out, event);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            synchronized (this) {
                visits.remove(visit);
            }
        }
    }

    private void write(EventWriter out, Event event) throws IOException {
        out.event(run + '-' + event.sequence(), event.name(), event.data());
    }

    /** What a returning visitor has not seen; null for a new one and for one that was away too long. */
    private @Nullable List<Event> missed(String lastId) {
        int dash = lastId.indexOf('-');
        if (dash < 0 || !lastId.substring(0, dash).equals(run)) {
            return null;
        }
        try {
            long seen = Long.parseLong(lastId.substring(dash + 1));
            return seen > sequence ? null : ring.after(seen);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private void snapshot(EventWriter out, Visit visit) throws IOException {
        long at;
        synchronized (this) {
            // What is in the queue is older than what the states will say.
            fellBehind += visit.behind ? 1 : 0;
            visit.queue.clear();
            visit.behind = false;
            at = sequence;
        }
        List<Map<String, Object>> targets = new ArrayList<>();
        for (TargetState state : feed.targets()) {
            if (visit.target == null || visit.target.equals(state.name())) {
                targets.add(view.target(state));
            }
        }
        out.event(run + '-' + at, "snapshot", Json.text(Json.members("now", clock.wallMillis(), "run", run, "targets", targets)));
    }

    synchronized int visitors() {
        return visits.size();
    }

    /** Visitors that were sent another snapshot because they did not keep up. */
    synchronized long fellBehind() {
        return fellBehind;
    }

    @Override
    public void close() {
        subscription.close();
        synchronized (this) {
            for (Visit visit : visits) {
                visit.ended = true;
                visit.queue.clear();
                visit.queue.offer(new Event(0, 0, "", "", ""));
            }
        }
    }
}

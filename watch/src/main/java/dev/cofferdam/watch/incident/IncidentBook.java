// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.incident;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.Feed.Subscription;
import dev.cofferdam.watch.attribute.Attribution;
import dev.cofferdam.watch.detect.Concern;
import dev.cofferdam.watch.detect.Reading;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.incident.TimelineEntry.Kind;
import dev.cofferdam.watch.probe.Sample;
import dev.cofferdam.watch.text.Printable;
import dev.cofferdam.watch.text.Words;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All incidents of all targets: fed with what is seen, found and done, it says what is on and keeps the record. Owns the incidents that are
 * on, the last resolved ones, and the folder. Any thread: everything happens under its one lock, which is held for microseconds, and for a
 * forced write at the few turns of an incident.
 *
 * <p>A target has at most one incident that is on, and a slow leak besides: a leak lasts for weeks and must not hide what happens in
 * minutes. A listener is called under the lock, in order, for each turn (a line, another state, stage or culprit), before the disk is
 * forced; it must return at once.
 */
public final class IncidentBook implements AutoCloseable {
    /** Resolved ones that are kept in memory; older ones are read from the disk when somebody asks. */
    static final int RECENT_MAX = 50;
    /** More targets than that are not followed. */
    static final int TARGETS_MAX = 1_000;
    private static final String LEAK = "\0leak";
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
    /** Figures are written when the incident has grown older by this part, so that one of weeks takes little more room than one of hours. */
    private static final long FIGURES_PARTS = 60;

    private final @Nullable IncidentStore store;
    private final IncidentOptions options;
    private final Clock clock;
    private final SplittableRandom chance;
    private final Map<String, TargetHistory> histories = new HashMap<>();
    /** By target, or target and {@link #LEAK}. */
    private final Map<String, LiveIncident> live = new LinkedHashMap<>();
    /** By target too: the last one that a person resolved while it went on. */
    private final Map<String, LiveIncident> closedByHand = new HashMap<>();
    /** Resolved, oldest first, by id. */
    private final Map<String, LiveIncident> recent = new LinkedHashMap<>();
    private final CopyOnWriteArrayList<Consumer<Incident>> listeners = new CopyOnWriteArrayList<>();
    private long opened;
    private long told;
    private long paged;
    private long resolved;
    private long vanished;

    /**
     * Reads what is there and goes on with it.
     *
     * @param folder of its own; null to keep nothing on the disk
     * @param seed of the ids' last letters
     */
    public IncidentBook(@Nullable Path folder, IncidentOptions options, Clock clock, long seed) {
        this.store = folder == null ? null : new IncidentStore(folder, options);
        this.options = options;
        this.clock = clock;
        this.chance = new SplittableRandom(seed);
        if (store != null) {
            for (LiveIncident read : store.readAll()) {
                restore(read);
            }
        }
    }

    private void restore(LiveIncident read) {
        String key = key(read.target, read.concern);
        LiveIncident other = read.state.isLive() ? live.put(key, read) : null;
        if (!read.state.isLive()) {
            remember(read);
            if (read.figures.closedByHand) {
                closedByHand.put(key, read);
            } else {
                closedByHand.remove(key);
            }
        }
        if (other != null) {
            // Two are on only where two watches wrote to one folder; the later one goes on.
            other.end(other.figures.lastMillis, other.figures.lastMillis, "another record of the same target goes on", LiveIncident.WATCH);
            publish(other);
            remember(other);
        }
    }

    /** A second's sample and what the detector says to it. */
    public synchronized void observe(String target, Sample sample, Reading reading) {
        TargetHistory history = history(target);
        if (history == null) {
            return;
        }
        history.silentSinceMillis = 0;
        history.add(sample);
        boolean leak = reading.concern() == Concern.SLOW_LEAK;
        Reading calm = Reading.calm(reading.atMillis());
        see(target, sample, leak ? calm : reading, history);
        if (leak || reading.stage() == Stage.CALM) {
            see(target + LEAK, sample, reading, history);
        }
    }

    /** A look at the target that failed, and why. Called at each failed look. */
    public synchronized void unreachable(String target, String why) {
        TargetHistory history = history(target);
        if (history == null) {
            return;
        }
        long now = clock.wallMillis();
        if (history.silentSinceMillis == 0) {
            history.silentSinceMillis = now;
        }
        long silentSeconds = Math.max(0, now - history.silentSinceMillis) / 1000;
        Stage stage = options.unreachablePageSeconds() > 0 && silentSeconds >= options.unreachablePageSeconds()
                ? Stage.PAGE
                : silentSeconds >= options.unreachableNotifySeconds() ? Stage.NOTIFY : Stage.SUSPECT;
        see(target, null, new Reading(now, stage, Concern.UNREACHABLE, null,
                Printable.text(why, 200) + (silentSeconds > 0 ? ", for " + Words.seconds(silentSeconds) : "")), history);
    }

    /** What an attribution found; nothing happens when no incident is on. */
    public synchronized void found(String target, Attribution attribution) {
        LiveIncident on = live.get(target);
        if (on != null) {
            on.found(attribution);
            publish(on);
        }
    }

    private void see(String key, @Nullable Sample sample, Reading reading, TargetHistory history) {
        LiveIncident on = live.get(key);
        if (on != null && on.isOvertakenBy(reading)) {
            vanish(key, on);
            on = null;
        }
        if (on == null) {
            if (reading.stage() == Stage.CALM) {
                forgetClosed(key);
                return;
            }
            if (isClosed(key, reading)) {
                return;
            }
            on = LiveIncident.open(newId(reading), target(key), sample, reading, history);
            live.put(key, on);
            opened++;
        }
        Stage before = on.stage;
        on.observe(sample, reading, history, options);
        told += !before.atLeast(Stage.NOTIFY) && on.stage.atLeast(Stage.NOTIFY) ? 1 : 0;
        paged += before != Stage.PAGE && on.stage == Stage.PAGE ? 1 : 0;
        if (on.isNothing(options)) {
            vanish(key, on);
            return;
        }
        publish(on);
        settle(key, on);
    }

    /** Whether somebody resolved it by hand and it is the same climb still. */
    private boolean isClosed(String key, Reading reading) {
        LiveIncident closed = closedByHand.get(key);
        if (closed == null) {
            return false;
        }
        boolean anew = reading.climb() != null && reading.climb().onsetMillis() > closed.endedMillis;
        boolean jumped = reading.atMillis() < closed.endedMillis - 60_000;
        if (anew || jumped) {
            forgetClosed(key);
            return false;
        }
        return true;
    }

    private void forgetClosed(String key) {
        LiveIncident closed = closedByHand.remove(key);
        if (closed != null) {
            closed.figures.closedByHand = false;
            if (store != null) {
                store.append(closed, false);
            }
        }
    }

    private void vanish(String key, LiveIncident draft) {
        live.remove(key);
        vanished++;
        if (store != null) {
            store.delete(draft.id);
        }
    }

    private void settle(String key, LiveIncident on) {
        if (on.state.isLive()) {
            return;
        }
        live.remove(key);
        remember(on);
        resolved++;
        if (on.figures.closedByHand) {
            closedByHand.put(key, on);
        }
        if (store != null) {
            store.prune(live.values().stream().map(other -> other.id).collect(Collectors.toSet()));
        }
    }

    private void remember(LiveIncident done) {
        recent.put(done.id, done);
        if (recent.size() > RECENT_MAX) {
            recent.remove(recent.keySet().iterator().next());
        }
    }

    private void publish(LiveIncident on) {
        if (on.turned) {
            on.turned = false;
            Incident now = on.snapshot();
            for (Consumer<Incident> listener : listeners) {
                listener.accept(now);
            }
            if (store != null) {
                store.append(on, true);
            }
        } else if (store != null) {
            long age = on.figures.lastMillis - on.onsetMillis;
            long every = options.figuresSeconds() == 0 ? 0 : Math.max(options.figuresSeconds() * 1000L, age / FIGURES_PARTS);
            if (Math.abs(on.figures.lastMillis - on.storedMillis) >= every) {
                store.append(on, false);
            }
        }
    }

    /** Writes the last figures. */
    @Override
    public synchronized void close() {
        if (store != null) {
            for (LiveIncident on : live.values()) {
                store.append(on, true);
            }
        }
    }

    /** Somebody looks after it. Null when there is none with that id; one that is over stays as it is. */
    public synchronized @Nullable Incident acknowledge(String id, String person) {
        return change(id, false, on -> on.acknowledge(clock.wallMillis(), person));
    }

    /** Somebody says something about it, also afterwards. */
    public synchronized @Nullable Incident note(String id, String person, String text) {
        return change(id, true, on -> on.add(Kind.NOTE, clock.wallMillis(), text, Map.of(), person));
    }

    /** Something was planned, done, told to others: a line of that kind, also afterwards. */
    public synchronized @Nullable Incident line(String id, Kind kind, String author, String text, Map<String, String> evidence) {
        return change(id, true, on -> on.add(kind, clock.wallMillis(), text, evidence, author));
    }

    /** The growth has been stopped, by this. It counts as contained until it climbs well above the level of now. */
    public synchronized @Nullable Incident contained(String id, String author, String text, Map<String, String> evidence) {
        return change(id, false, on -> on.contain(clock.wallMillis(), author, text, evidence));
    }

    /** Somebody says that it is over. The same climb opens no other one. */
    public @Nullable Incident resolve(String id, String person) {
        return resolve(id, person, "");
    }

    /** The same, with the person's reason. */
    public synchronized @Nullable Incident resolve(String id, String person, String why) {
        String says = Printable.text(person, 60) + " says so" + (why.isBlank() ? "" : ", " + Printable.text(why, 300));
        return change(id, false, on -> on.end(clock.wallMillis(), clock.wallMillis(), says, person));
    }

    private @Nullable Incident change(String id, boolean alsoAfterwards, Consumer<LiveIncident> change) {
        for (Map.Entry<String, LiveIncident> entry : live.entrySet()) {
            if (entry.getValue().id.equals(id)) {
                LiveIncident on = entry.getValue();
                change.accept(on);
                publish(on);
                settle(entry.getKey(), on);
                return on.snapshot();
            }
        }
        LiveIncident done = done(id);
        if (done != null && alsoAfterwards) {
            change.accept(done);
            publish(done);
        }
        return done == null ? null : done.snapshot();
    }

    private @Nullable LiveIncident done(String id) {
        LiveIncident done = recent.get(id);
        return done != null || store == null ? done : store.read(id);
    }

    /** The one that is on at a target: what happens in minutes before a leak of weeks; null when none is. */
    public synchronized @Nullable Incident current(String target) {
        LiveIncident on = live.get(target);
        LiveIncident leak = live.get(target + LEAK);
        return on != null ? on.snapshot() : leak != null ? leak.snapshot() : null;
    }

    /** All that are on, drafts too, oldest first. */
    public synchronized List<Incident> live() {
        return live.values().stream().map(LiveIncident::snapshot).toList();
    }

    /** What is on and what was last, newest first. */
    public synchronized List<Incident> recent() {
        List<Incident> all = new ArrayList<>(live());
        recent.values().forEach(done -> all.add(done.snapshot()));
        all.sort((a, b) -> Long.compare(b.onsetMillis(), a.onsetMillis()));
        return List.copyOf(all);
    }

    /** By its id, however old; null when it is not known. */
    public synchronized @Nullable Incident find(String id) {
        for (LiveIncident on : live.values()) {
            if (on.id.equals(id)) {
                return on.snapshot();
            }
        }
        LiveIncident done = done(id);
        return done == null ? null : done.snapshot();
    }

    public synchronized IncidentCounts counts() {
        return new IncidentCounts(opened, told, paged, resolved, vanished, store == null ? 0 : store.deletedIncidents(),
                store == null ? 0 : store.damagedLines(), store == null ? 0 : store.failedWrites(), store == null ? "" : store.trouble());
    }

    /** Hears of each turn from now on. */
    public Subscription subscribe(Consumer<Incident> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private @Nullable TargetHistory history(String target) {
        TargetHistory known = histories.get(target);
        if (known == null && histories.size() < TARGETS_MAX) {
            known = new TargetHistory();
            histories.put(target, known);
        }
        return known;
    }

    private String newId(Reading reading) {
        String time = Words.dayTime(reading.climb() == null ? reading.atMillis() : reading.climb().onsetMillis())
            .replace("-", "").replace(":", "").replace(' ', '-');
        while (true) {
            StringBuilder id = new StringBuilder(time).append('-');
            for (int i = 0; i < 4; i++) {
                id.append(LETTERS.charAt(chance.nextInt(LETTERS.length())));
            }
            String made = id.toString();
            if (!recent.containsKey(made) && live.values().stream().noneMatch(on -> on.id.equals(made))
                    && (store == null || !store.exists(made))) {
                return made;
            }
        }
    }

    private static String key(String target, Concern concern) {
        return concern == Concern.SLOW_LEAK ? target + LEAK : target;
    }

    private static String target(String key) {
        return key.endsWith(LEAK) ? key.substring(0, key.length() - LEAK.length()) : key;
    }
}

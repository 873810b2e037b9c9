// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.incident;

import dev.cofferdam.watch.HandClock;
import dev.cofferdam.watch.attribute.Attribution;
import dev.cofferdam.watch.attribute.Culprit;
import dev.cofferdam.watch.attribute.Writer;
import dev.cofferdam.watch.detect.Climb;
import dev.cofferdam.watch.detect.Concern;
import dev.cofferdam.watch.detect.Reading;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.detect.TimeToFull;
import dev.cofferdam.watch.probe.Sample;
import dev.cofferdam.watch.text.Words;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One target, told second by second: a test says what the detector says and how memory stands, and looks at the book. */
public final class Scene {
    public static final String TARGET = "prod-shared";
    public static final long MB = 1 << 20;
    public static final long LIMIT = 8192 * MB;

    public final HandClock clock = new HandClock();
    public IncidentBook book;
    private final @Nullable Path folder;
    private final IncidentOptions options;
    private int reopened;

    public long usedBytes = 4000 * MB;
    public long onsetMillis;
    public long refused;
    public long evicted;
    public long hits;
    public long misses;
    public double bytesPerSecond = 18.0 * MB;

    public Scene(@Nullable Path folder, IncidentOptions options) {
        this.folder = folder;
        this.options = options;
        this.book = new IncidentBook(folder, options, clock, 7);
    }

    public Scene() {
        this(null, IncidentOptions.DEFAULTS);
    }

    /** As if watch had been killed and started anew. */
    public void restart() {
        book = new IncidentBook(folder, options, clock, 8 + reopened++);
    }

    public void onset() {
        onsetMillis = clock.wallMillis();
    }

    /** So many seconds of this stage; memory moves by that much a second. */
    public Scene run(int seconds, Stage stage, double mbPerSecond) {
        for (int i = 0; i < seconds; i++) {
            clock.passSeconds(1);
            usedBytes = Math.min(LIMIT, usedBytes + Math.round(mbPerSecond * MB));
            hits += 90;
            misses += 10;
            book.observe(TARGET, sample(), reading(stage));
        }
        return this;
    }

    public Scene calm(int seconds) {
        return run(seconds, Stage.CALM, 0);
    }

    public Sample sample() {
        return new Sample(clock.wallMillis(), usedBytes, LIMIT, usedBytes, 0, 0, 1000, 500, refused, evicted, 0, hits, misses,
                hits + misses, 0, false);
    }

    public Reading reading(Stage stage) {
        return stage == Stage.CALM ? Reading.calm(clock.wallMillis()) : reading(stage, Concern.CLIMB);
    }

    public Reading reading(Stage stage, Concern concern) {
        double seconds = (LIMIT - usedBytes) / bytesPerSecond;
        return new Reading(clock.wallMillis(), stage, concern,
                new Climb(onsetMillis, 4000 * MB, usedBytes, LIMIT, usedBytes - 4000 * MB, bytesPerSecond,
                        new TimeToFull(seconds, seconds * 0.4, seconds * 2.4)),
                "climbs " + Words.rate(bytesPerSecond));
    }

    /** The afternoon of the outage until somebody is woken. */
    public Scene untilPage() {
        calm(60);
        onset();
        run(8, Stage.CALM, 18).run(14, Stage.SUSPECT, 18);
        book.found(TARGET, named("cache:report:<uuid>:pdf"));
        return run(8, Stage.NOTIFY, 18).run(5, Stage.PAGE, 18);
    }

    public Incident current() {
        Incident incident = book.current(TARGET);
        if (incident == null) {
            throw new AssertionError("no incident is on");
        }
        return incident;
    }

    public static Attribution named(String pattern) {
        return new Attribution(HandClock.START_MILLIS + 82_000,
                new Culprit.Prefix(0, pattern, "cache:report:", 150 * MB, 0.92, 0.06, 9.4 * MB, true, 1.0, 0.993), 160 * MB, List.of(),
                List.of(new Writer(31, "10.0.3.17:51200", "mailer-7", "app", "jedis", "set", 9.1 * MB)), 15_000, 104_000_000);
    }

    public static Attribution undecided() {
        return new Attribution(HandClock.START_MILLIS + 82_000, new Culprit.Undecided("too early to tell"), 0, List.of(), List.of(), 1000,
                7_000_000);
    }

    /** The kinds of the timeline's lines, in order. */
    public static List<TimelineEntry.Kind> kinds(Incident incident) {
        return incident.timeline().stream().map(TimelineEntry::kind).toList();
    }
}

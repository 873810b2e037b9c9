// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch;

import dev.cofferdam.memory.Clock;
import dev.cofferdam.watch.attribute.Attribution;
import dev.cofferdam.watch.attribute.Culprit;
import dev.cofferdam.watch.attribute.PrefixShare;
import dev.cofferdam.watch.attribute.Writer;
import dev.cofferdam.watch.detect.DetectorOptions;
import dev.cofferdam.watch.detect.DetectorState;
import dev.cofferdam.watch.detect.Reading;
import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.detect.TargetDetector;
import dev.cofferdam.watch.incident.Incident;
import dev.cofferdam.watch.incident.IncidentBook;
import dev.cofferdam.watch.incident.IncidentState;
import dev.cofferdam.watch.probe.Sample;
import dev.cofferdam.watch.series.SeriesStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can fill up: a whole server, or one compartment of a Cofferdam. What it was like, is judged to be, and who is told.
 *
 * <p>Owns its detector and what that has learned, on disk too. The thread of its target.
 */
final class Watched {
    private static final long SAVE_EVERY_NANOS = 600_000_000_000L;

    private final String name;
    private final IncidentBook book;
    private final @Nullable SeriesStore series;
    private final @Nullable Path file;
    private final Clock clock;
    private final TargetDetector detector;
    private String lostMemory = "";
    private String disregarded = "";
    private long saveNanos;
    private Reading reading = Reading.calm(0);
    private @Nullable Sample sample;
    private @Nullable Attribution attribution;

    /**
     * @param folder where what was learned is kept; null to keep it in memory only
     * @param series where the past goes; null to forget it
     */
    Watched(String name, DetectorOptions options, IncidentBook book, @Nullable SeriesStore series, @Nullable Path folder, Clock clock) {
        this.name = name;
        this.book = book;
        this.series = series;
        this.clock = clock;
        this.file = folder == null ? null : folder.resolve(SeriesStore.folderName(name) + ".learned");
        this.saveNanos = clock.monotonicNanos() + SAVE_EVERY_NANOS;
        if (file != null && Files.exists(file)) {
            DetectorState.Restored restored = DetectorState.load(file, options);
            this.detector = restored.detector();
            this.lostMemory = restored.trouble();
        } else {
            this.detector = new TargetDetector(options);
        }
    }

    String name() {
        return name;
    }

    Reading reading() {
        return reading;
    }

    /** What was learned before and could not be read, in a sentence; else empty. */
    String lostMemory() {
        return lostMemory;
    }

    /** Judges a second. */
    void observe(Sample now) {
        Stage before = reading.stage();
        sample = now;
        reading = detector.accept(now, isUnprecedented());
        if (reading.stage() == Stage.CALM && before != Stage.CALM) {
            attribution = null;
        }
        book.observe(name, now, reading);
        learnFromPeople();
        if (series != null) {
            series.append(name, now, reading.stage());
        }
        if (clock.monotonicNanos() - saveNanos >= 0) {
            save();
        }
    }

    /** What was found to grow; null when that is not known yet. The same finding again is no news. */
    void found(@Nullable Attribution found) {
        if (found != null && found != attribution) {
            attribution = found;
            book.found(name, found);
        }
    }

    /** What each prefix holds, for "has never grown like this"; about once a minute. */
    void remember(List<PrefixShare> prefixes) {
        for (PrefixShare share : prefixes) {
            detector.observePrefix(key(share.database(), share.pattern()), share.bytes());
        }
    }

    private boolean isUnprecedented() {
        return attribution != null && attribution.culprit() instanceof Culprit.Prefix prefix
                && detector.neverGrewLikeThis(key(prefix.database(), prefix.pattern()), prefix.growthBytes());
    }

    private static String key(int database, String pattern) {
        return database + " " + pattern;
    }

    /** Whoever looks after an incident says that it is one: nothing of it becomes a habit. */
    private void learnFromPeople() {
        Incident on = reading.stage() == Stage.CALM ? null : book.current(name);
        if (on != null && on.state() == IncidentState.ACKNOWLEDGED && !on.id().equals(disregarded)) {
            disregarded = on.id();
            detector.wasIncidentSince(on.onsetMillis());
        }
    }

    TargetState state(String address, String product, String policy, String trouble, boolean reachable, List<PrefixShare> prefixes,
            List<Writer> clients, String info) {
        return new TargetState(name, address, product, policy, trouble, reachable, sample, reading, attribution, prefixes, clients,
                book.current(name), info);
    }

    /** Writes down what was learned; a disk that does not take it is told of and costs nothing else. */
    void save() {
        saveNanos = clock.monotonicNanos() + SAVE_EVERY_NANOS;
        if (file == null) {
            return;
        }
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            DetectorState.save(detector, file);
            lostMemory = "";
        } catch (IOException e) {
            lostMemory = "what is learned of " + name + " cannot be kept: " + e.getMessage();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.series;

import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.probe.Sample;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The past of every target: a second for 6 hours, 10 seconds for 7 days, 5 minutes for 400 days. 16 MB on disk per target, and never more.
 *
 * <p>Owns a folder with one folder per target. Any thread; a target's calls wait for each other, never for those of another target. Time is that of the samples.
 * Nothing it does may stop the watcher: a disk that is full or broken costs samples, which are counted, and {@link #trouble} says why.
 */
public final class SeriesStore implements AutoCloseable {
    /** Longest answer; more are merged into coarser ones. */
    static final int POINTS_MAX = 10_000;
    /** Targets of one watcher; a folder and three open files each. */
    static final int TARGETS_MAX = 1_000;

    private final Path folder;
    private final ConcurrentMap<String, TargetSeries> targets = new ConcurrentHashMap<>();

    public SeriesStore(Path folder) {
        this.folder = folder;
    }

    /** Remembers a sample and the stage the detector was in. */
    public void append(String target, Sample sample, Stage stage) {
        of(target).append(sample, stage);
    }

    /**
     * What is known from a time (inclusive) until another (exclusive).
     *
     * @param stepMillis wanted; 0 for the finest there is
     */
    public Series series(String target, long fromMillis, long toMillis, long stepMillis) {
        TargetSeries series = fromMillis < toMillis ? find(target) : null;
        return series == null ? new Series(target, Math.max(1000, stepMillis), List.of()) : series.read(fromMillis, toMillis, stepMillis);
    }

    /** Why samples are lost, in a sentence; empty when none are. */
    public String trouble(String target) {
        TargetSeries series = targets.get(target);
        return series == null ? "" : series.trouble();
    }

    /** Samples that could not be written, of all targets. */
    public long lostSamples() {
        return targets.values().stream().mapToLong(TargetSeries::lostSamples).sum();
    }

    /** Slots that were found damaged when read, of all targets; each is a gap. */
    public long damagedSlots() {
        return targets.values().stream().mapToLong(TargetSeries::damagedSlots).sum();
    }

    private TargetSeries of(String target) {
        TargetSeries known = targets.get(target);
        if (known != null) {
            return known;
        }
        if (targets.size() >= TARGETS_MAX) {
            throw new IllegalStateException("series of " + TARGETS_MAX + " targets are kept; '" + target + "' would be one more");
        }
        return targets.computeIfAbsent(target, name -> new TargetSeries(name, folder.resolve(folderName(name))));
    }

    /** A target that was watched before and is not now has a past too; asking for one that never was makes nothing. */
    private @Nullable TargetSeries find(String target) {
        TargetSeries known = targets.get(target);
        return known != null || !folder.resolve(folderName(target)).toFile().isDirectory() ? known : of(target);
    }

    /** Letters, digits, dot, dash and underscore stand for themselves, a dot not at the start; all else in hexadecimal, so that no name leaves the folder. */
    public static String folderName(String target) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            boolean plain = c < 128 && (Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.' && i > 0);
            name.append(plain ? String.valueOf(c) : "%" + Integer.toHexString(c) + "%");
        }
        return name.isEmpty() ? "%%" : name.toString();
    }

    @Override
    public void close() {
        for (TargetSeries series : targets.values()) {
            series.close();
        }
    }
}

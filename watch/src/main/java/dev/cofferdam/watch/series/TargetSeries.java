// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.series;

import dev.cofferdam.watch.detect.Stage;
import dev.cofferdam.watch.probe.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The three rings of one target. Owns their files, opens them at first use and again after a failure. Any thread, one at a time by its own lock.
 *
 * <p>Always holds: a sample is in all rings, or lost and counted.
 */
final class TargetSeries implements AutoCloseable {
    private static final int MINUTE = 60;
    private static final int HOUR = 60 * MINUTE;
    private static final int DAY = 24 * HOUR;
    /** Two samples further apart than this are not compared: a rate over hours says nothing of this second. */
    private static final long RATE_GAP_MILLIS = 60_000;
    private static final long REOPEN_AFTER_MILLIS = 10_000;

    private final String target;
    private final Path folder;
    private List<SeriesRing> rings = List.of();
    private @Nullable Sample previous;
    private String trouble = "";
    private long troubleMillis;
    private long lostSamples;
    private long damagedBefore;
    private boolean closed;

    TargetSeries(String target, Path folder) {
        this.target = target;
        this.folder = folder;
    }

    synchronized void append(Sample sample, Stage stage) {
        SeriesPoint point = point(sample, previous, stage);
        previous = sample;
        long sinceTrouble = sample.atMillis() - troubleMillis;
        if (closed || !trouble.isEmpty() && sinceTrouble >= 0 && sinceTrouble < REOPEN_AFTER_MILLIS) {
            lostSamples++;
            return;
        }
        try {
            for (SeriesRing ring : open()) {
                ring.add(point);
            }
            trouble = "";
        } catch (IOException e) {
            lostSamples++;
            troubleMillis = sample.atMillis();
            failed(e);
        }
    }

    synchronized Series read(long fromMillis, long toMillis, long stepMillis) {
        List<SeriesPoint> points = new ArrayList<>();
        try {
            SeriesRing ring = ringFor(fromMillis, stepMillis);
            long finest = ring.stepSeconds() * 1000L;
            ring.collect(fromMillis, toMillis, points);
            long wanted = Math.max(stepMillis, finest);
            if (!points.isEmpty()) {
                long covered = points.getLast().atMillis() - points.getFirst().atMillis() + finest;
                wanted = Math.max(wanted, Math.ceilDiv(covered, SeriesStore.POINTS_MAX - 1));
            }
            long step = Math.ceilDiv(wanted, finest) * finest;
            return new Series(target, step, step == finest ? List.copyOf(points) : coarser(points, step));
        } catch (IOException e) {
            failed(e);
            return new Series(target, Math.max(1000, stepMillis), List.of());
        }
    }

    /** The coarsest that is fine enough and reaches back far enough; where none is both, the finest that reaches. */
    private SeriesRing ringFor(long fromMillis, long stepMillis) throws IOException {
        List<SeriesRing> all = open();
        SeriesRing chosen = all.getFirst();
        for (SeriesRing ring : all) {
            boolean reaches = fromMillis > chosen.newestMillis() - chosen.spanMillis();
            if (!reaches || ring.stepSeconds() * 1000L <= stepMillis) {
                chosen = ring;
            }
        }
        return chosen;
    }

    private static List<SeriesPoint> coarser(List<SeriesPoint> points, long step) {
        List<SeriesPoint> merged = new ArrayList<>();
        for (SeriesPoint point : points) {
            long begin = Math.floorDiv(point.atMillis(), step) * step;
            if (!merged.isEmpty() && merged.getLast().atMillis() == begin) {
                merged.add(merged.removeLast().merge(point));
            } else {
                merged.add(point.at(begin));
            }
        }
        return List.copyOf(merged);
    }

    private static SeriesPoint point(Sample now, @Nullable Sample before, Stage stage) {
        long millis = before == null ? 0 : now.atMillis() - before.atMillis();
        boolean comparable = before != null && millis > 0 && millis <= RATE_GAP_MILLIS;
        Sample base = comparable && before != null ? before : now;
        float seconds = comparable ? millis / 1000f : 1;
        return new SeriesPoint(now.atMillis(), 1, now.usedBytes(), now.usedBytes(), now.limitBytes(), now.datasetBytes(),
                now.clientBytes() + now.replicaBytes(), now.keys(), rate(base.evictedKeys(), now.evictedKeys(), seconds),
                rate(base.refusedWrites(), now.refusedWrites(), seconds), rate(base.hits(), now.hits(), seconds),
                rate(base.misses(), now.misses(), seconds), stage);
    }

    /** A counter that fell began anew with its server: what it shows has been counted since. */
    private static float rate(long before, long now, float seconds) {
        return (now >= before ? now - before : now) / seconds;
    }

    private List<SeriesRing> open() throws IOException {
        if (closed) {
            throw new IOException("the series are closed");
        }
        if (rings.isEmpty()) {
            Files.createDirectories(folder);
            List<SeriesRing> opened = new ArrayList<>();
            try {
                opened.add(SeriesRing.open(folder.resolve("second.ring"), 1, 6 * HOUR));
                opened.add(SeriesRing.open(folder.resolve("ten-seconds.ring"), 10, 7 * DAY / 10));
                opened.add(SeriesRing.open(folder.resolve("five-minutes.ring"), 5 * MINUTE, 400 * DAY / (5 * MINUTE)));
            } catch (IOException e) {
                closeAll(opened);
                throw e;
            }
            rings = List.copyOf(opened);
        }
        return rings;
    }

    private void failed(IOException e) {
        trouble = "series of '" + target + "' cannot be kept in " + folder + ": " + e.getMessage();
        damagedBefore = damagedSlots();
        closeAll(rings);
        rings = List.of();
    }

    private static void closeAll(List<SeriesRing> rings) {
        for (SeriesRing ring : rings) {
            try {
                ring.close();
            } catch (IOException e) {
                // Nothing of it is buffered here: there is nothing left to lose.
            }
        }
    }

    synchronized String trouble() {
        return trouble;
    }

    synchronized long lostSamples() {
        return lostSamples;
    }

    synchronized long damagedSlots() {
        return damagedBefore + rings.stream().mapToLong(SeriesRing::damaged).sum();
    }

    @Override
    public synchronized void close() {
        closed = true;
        closeAll(rings);
        rings = List.of();
    }
}

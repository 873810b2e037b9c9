// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import dev.cofferdam.watch.detect.NormalLoad.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a cache that lives at its limit may suffer, injected into its second week: evictions at many times the moment's rate, and lookups that suddenly find less. One thread.
 */
final class PlateauBed {
    /** One sort of trouble. */
    enum Trouble {
        /** Ten times the usual evictions. */
        EVICTIONS_TENFOLD(10, 0),
        /** Thirty times. */
        EVICTIONS_THIRTYFOLD(30, 0),
        /** Half of the lookups that would have hit miss. */
        HITS_HALVED(1, 0.5),
        /** The cache is empty, or the application asks for other keys. */
        HITS_GONE(1, 0.9);

        final int evictions;
        final double lost;

        Trouble(int evictions, double lost) {
            this.evictions = evictions;
            this.lost = lost;
        }
    }

    static final int SECONDS = 900;
    private final List<int[]> notified = new ArrayList<>();
    private final List<int[]> paged = new ArrayList<>();

    void run(long seed, int repeats) {
        Chance chance = new Chance(seed * 131);
        int[] moments = new int[repeats * Trouble.values().length];
        for (int i = 0; i < moments.length; i++) {
            moments[i] = NormalLoad.WEEK + 3_600 + chance.below(NormalLoad.WEEK - 7_200);
        }
        Arrays.sort(moments);
        NormalLoad load = new NormalLoad(Kind.PLATEAU, seed);
        TargetDetector detector = new TargetDetector(DetectorOptions.DEFAULTS);
        int next = 0;
        List<Running> running = new ArrayList<>();
        for (int second = 0; second < 2 * NormalLoad.WEEK; second++) {
            long evicted = load.evicted;
            long hits = load.hits;
            long misses = load.misses;
            load.next();
            Reading reading = detector.accept(DetectionBed.sample(load, second));
            for (Running trouble : running) {
                trouble.step(load, second, load.evicted - evicted, load.hits - hits, load.misses - misses);
            }
            running.removeIf(trouble -> trouble.isOver(notified, paged));
            while (next < moments.length && second == moments[next]) {
                Trouble which = Trouble.values()[next++ % Trouble.values().length];
                if (reading.stage() == Stage.CALM) {
                    running.add(new Running(which, DetectionBed.copy(DetectorState.save(detector)), load));
                }
            }
        }
    }

    /** Trouble that is on, played to a copy of the detector. */
    private static final class Running {
        private final Trouble trouble;
        private final TargetDetector detector;
        private long evicted;
        private long hits;
        private long misses;
        private int age;
        private int notifiedAfter;
        private int pagedAfter;

        Running(Trouble trouble, TargetDetector detector, NormalLoad load) {
            this.trouble = trouble;
            this.detector = detector;
            evicted = load.evicted;
            hits = load.hits;
            misses = load.misses;
        }

        void step(NormalLoad load, int second, long newlyEvicted, long newHits, long newMisses) {
            age++;
            evicted += trouble.evictions * newlyEvicted;
            long lost = (long) (trouble.lost * newHits);
            hits += newHits - lost;
            misses += newMisses + lost;
            Stage stage = detector.accept(DetectionBed.sample(load, second, evicted, hits, misses)).stage();
            if (stage.atLeast(Stage.NOTIFY) && notifiedAfter == 0) {
                notifiedAfter = age;
            }
            if (stage == Stage.PAGE && pagedAfter == 0) {
                pagedAfter = age;
            }
        }

        boolean isOver(List<int[]> notified, List<int[]> paged) {
            if (age < SECONDS) {
                return false;
            }
            notified.add(new int[] {trouble.ordinal(), notifiedAfter});
            paged.add(new int[] {trouble.ordinal(), pagedAfter});
            return true;
        }
    }

    void add(PlateauBed other) {
        notified.addAll(other.notified);
        paged.addAll(other.paged);
    }

    /** Percentile of the delay until the stage; infinite for those not seen within a quarter of an hour. */
    double delay(Trouble trouble, boolean page, double percentile) {
        double[] delays = (page ? paged : notified).stream().filter(one -> one[0] == trouble.ordinal())
            .mapToDouble(one -> one[1] == 0 ? Double.POSITIVE_INFINITY : one[1]).sorted().toArray();
        return delays[(int) Math.min(delays.length - 1, percentile * delays.length)];
    }
}

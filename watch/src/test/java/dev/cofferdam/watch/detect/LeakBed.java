// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import java.util.Arrays;

/**
 * Scores the leak detector and the public rules on quarters of a year, five minutes a step: ordinary ones, and ones in which something leaks from some day on. One thread.
 *
 * <p>An ordinary quarter is a base with days and weekends, noise of minutes and of days, batches, flushes and restarts now and then, and a slow organic growth.
 */
final class LeakBed {
    static final int DAYS = 90;
    static final int SLOTS = LeakDetector.SLOTS;
    static final int[] LEAKS = {7, 21, 42};
    private static final long LIMIT = 8L << 30;
    private static final long START_MILLIS = 1_767_571_200_000L;
    private static final long SLOT_MILLIS = 300_000;
    /** The leak begins after the detector's longest window. */
    private static final int ONSET_DAY = 30;

    /** What one detector did. */
    static final class Score {
        final String name;
        int quarters;
        int falseTickets;
        private final double[][] leads = new double[LEAKS.length][2_000];
        private final int[] leaks = new int[LEAKS.length];

        Score(String name) {
            this.name = name;
        }

        /** @param leadDays before it was full; below 0 when it was not seen */
        private void leak(int which, double leadDays) {
            leads[which][leaks[which]++] = leadDays;
        }

        double falsePerQuarter() {
            return falseTickets / (double) quarters;
        }

        /** Days of warning that so many per cent of the leaks did not give. */
        double lead(int which, double percentile) {
            double[] sorted = Arrays.copyOf(leads[which], leaks[which]);
            Arrays.sort(sorted);
            return sorted[(int) (percentile * (sorted.length - 1))];
        }
    }

    final Score ours = new Score("Cofferdam: leak");
    final Score day = new Score("`predict_linear[1d]` 4d");
    final Score quarterDay = new Score("`predict_linear[6h]` 1d");
    final Score eighty = new Score("`> 80 %`");
    final Score ninety = new Score("`> 90 %`");
    /** Ratio of the forecast to the truth when a 21-day leak is first seen, and how often the truth lay within its range. */
    int withinRange;
    int forecasts;
    final double[] ratios = new double[6_000];

    private final double[] normal = new double[DAYS * SLOTS];
    private final double[] leaking = new double[DAYS * SLOTS];

    Score[] scores() {
        return new Score[] {ours, day, quarterDay, eighty, ninety};
    }

    /** One ordinary quarter, and each leak on top of it. */
    void run(long seed) {
        Chance chance = new Chance(seed * 7_919);
        ordinary(chance);
        for (Score score : scores()) {
            score.quarters++;
            score.falseTickets += tickets(score, normal, 0, null).count();
        }
        for (int which = 0; which < LEAKS.length; which++) {
            int full = leak(LEAKS[which], chance);
            for (Score score : scores()) {
                Tickets tickets = tickets(score, leaking, ONSET_DAY * SLOTS, full < 0 ? null : full);
                if (full > 0) {
                    score.leak(which, tickets.first() < 0 ? -1 : (full - tickets.first()) / (double) SLOTS);
                }
            }
        }
    }

    /** @return the slot at which the leak has filled it, or -1 when the quarter ends before */
    private int leak(int days, Chance chance) {
        int onset = ONSET_DAY * SLOTS;
        double room = 1 - normal[onset];
        double bend = chance.between(-0.4, 0.4);
        for (int slot = 0; slot < leaking.length; slot++) {
            double age = Math.max(0, slot - onset) / (double) (days * SLOTS);
            double leaked = room * age * (1 - bend + bend * age);
            leaking[slot] = normal[slot] + leaked;
            if (leaking[slot] >= 1) {
                return slot;
            }
        }
        return -1;
    }

    private void ordinary(Chance chance) {
        double base = chance.between(0.3, 0.65);
        double daily = chance.between(0.02, 0.12);
        double weekend = chance.between(0.4, 1);
        double organic = chance.uniform() < 0.3 ? chance.between(0, 0.002) : 0;
        double batch = chance.uniform() < 0.4 ? chance.between(0.05, 0.2) : 0;
        double flushesPerWeek = chance.uniform() < 0.4 ? chance.between(0.2, 2) : 0;
        double drift = chance.between(0.001, 0.02);
        double backlogsPerWeek = chance.uniform() < 0.4 ? chance.between(0.5, 8) : 0;
        double backlog = 0;
        double backlogKeeps = 0;
        double minutes = 0;
        double days = 0;
        double missing = 0;
        for (int slot = 0; slot < normal.length; slot++) {
            int today = slot % SLOTS;
            boolean rest = slot / SLOTS % 7 >= 5;
            minutes = 0.9 * minutes + 0.004 * 0.436 * chance.normal();
            days += (-days / (4 * SLOTS)) + drift * StrictMath.sqrt(2.0 / (4 * SLOTS)) * chance.normal();
            if (chance.uniform() < flushesPerWeek / (7 * SLOTS)) {
                missing = chance.between(0.1, 0.25);
            }
            missing *= 0.8;
            if (chance.uniform() < backlogsPerWeek / (7 * SLOTS)) {
                backlog = chance.between(0.04, 0.14);
                backlogKeeps = 1 - 1 / chance.between(6, 72);
            }
            backlog *= backlogKeeps;
            double profile = 0.5 - 0.5 * StrictMath.cos(2 * StrictMath.PI * (today / (double) SLOTS - 1 / 6.0));
            double level = base + daily * profile * (rest ? weekend : 1) + organic * slot / SLOTS + minutes + days - missing + backlog;
            if (batch > 0 && today >= 24 && today < 36) {
                level += batch * (today - 24) / 12.0;
            } else if (batch > 0 && today >= 36 && today < 48) {
                level += batch * (48 - today) / 12.0;
            }
            normal[slot] = level;
        }
    }

    /** @param first slot of the first ticket from the slot asked for, or -1 */
    private record Tickets(int count, int first) {
    }

    private Tickets tickets(Score score, double[] levels, int from, Integer end) {
        LeakDetector detector = new LeakDetector();
        int count = 0;
        int first = -1;
        boolean on = false;
        int off = 0;
        int last = end == null ? levels.length : end;
        for (int slot = 0; slot < last; slot++) {
            boolean now;
            if (score == ours) {
                detector.accept(START_MILLIS + slot * SLOT_MILLIS, levels[slot] * LIMIT, LIMIT);
                now = detector.leak() != null;
            } else {
                now = fires(score, levels, slot);
            }
            off = now ? 0 : off + 1;
            if (now && !on) {
                count++;
                on = true;
                if (slot >= from && first < 0) {
                    first = slot;
                    forecast(score, detector, slot, end);
                }
            } else if (on && off >= SLOTS) {
                on = false;
            }
            if (now && slot >= from && first < 0) {
                first = slot;
            }
        }
        return new Tickets(count, first);
    }

    private void forecast(Score score, LeakDetector detector, int slot, Integer end) {
        Leak leak = detector.leak();
        if (score == ours && end != null && leak != null) {
            double truth = (end - slot) / (double) SLOTS;
            forecasts++;
            ratios[forecasts - 1] = truth / leak.likelyDays();
            withinRange += leak.earliestDays() <= truth && truth <= leak.latestDays() ? 1 : 0;
        }
    }

    private boolean fires(Score score, double[] levels, int slot) {
        if (score == eighty || score == ninety) {
            return levels[slot] > (score == eighty ? 0.8 : 0.9);
        }
        return score == day ? predicted(levels, slot, SLOTS, 4 * SLOTS) > 1 : predicted(levels, slot, SLOTS / 4, SLOTS) > 1;
    }

    private static double predicted(double[] levels, int slot, int window, int horizon) {
        if (slot < window || slot % 3 != 0) {
            return 0;
        }
        double middle = (window - 1) / 2.0;
        double mean = 0;
        double covariance = 0;
        for (int i = 0; i < window; i++) {
            double level = levels[slot - window + 1 + i];
            mean += level;
            covariance += level * (i - middle);
        }
        double slope = covariance / (window * (window * (double) window - 1) / 12);
        return mean / window + slope * (middle + horizon);
    }
}

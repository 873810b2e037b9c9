// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import java.util.ArrayList;
import java.util.List;

/**
 * Weeks of an ordinary Redis, second by second, as parts of its limit: the test bed of the detector. One thread.
 *
 * <p>Made of parts that add to three series: data, buffers of clients, buffers of replicas. Heights, times and rates are drawn per seed within the bounds of {@link Kind}.
 */
final class NormalLoad {
    static final int DAY = 86_400;
    static final int WEEK = 7 * DAY;
    /** Part of the limit that is neither data nor buffers. */
    static final double OVERHEAD = 0.01;

    /** What a Redis may live through without anything being wrong. */
    enum Kind {
        IDLE, DIURNAL, NOISY, DEPLOYS, NIGHTLY, SAWTOOTH, BURSTS, STEPS, ORGANIC, MIXED, PLATEAU, RESTARTS
    }

    private static final double[] DAILY = new double[DAY / 60 + 1];

    static {
        for (int minute = 0; minute < DAILY.length; minute++) {
            DAILY[minute] = 0.5 - 0.5 * StrictMath.cos(2 * StrictMath.PI * (minute / 60.0 - 4) / 24);
        }
    }

    final Kind kind;
    private final Chance chance;
    private final double base;
    private final List<Part> growing = new ArrayList<>();
    private final Part[] parts;
    private final Turnover turnover;
    private int second = -1;
    /** When the process that answers now was started, and so its counters; below 0 for before we looked. */
    int startedSecond = -NormalLoad.DAY;

    double data;
    double clients;
    double replicas;
    long evicted;
    long hits;
    long misses;

    NormalLoad(Kind kind, long seed) {
        this.kind = kind;
        chance = new Chance(seed * 1_000 + kind.ordinal());
        base = kind == Kind.PLATEAU ? 0.985 : chance.between(0.35, 0.55);
        compose();
        parts = growing.toArray(new Part[0]);
        turnover = new Turnover(chance);
    }

    /** Moves on by a second. */
    void next() {
        second++;
        data = base;
        clients = 0.004;
        replicas = 0;
        for (Part part : parts) {
            part.add(second);
        }
        clients = Math.max(clients, 0.001);
        if (kind == Kind.PLATEAU) {
            data = Math.min(data, 1 - OVERHEAD - clients);
            turnover.add(second);
        }
    }

    private void compose() {
        growing.add(new Noise(60, 0.0005));
        growing.add(new White(0.0002));
        switch (kind) {
            case IDLE -> {
            }
            case DIURNAL -> {
                growing.add(new Daily(chance.between(0.06, 0.12)));
                bufferSpikes(6 * 7);
            }
            case NOISY -> {
                growing.add(new Daily(0.04));
                growing.add(new Noise(30, 0.004));
                growing.add(new Noise(600, 0.006));
                growing.add(new White(0.002));
            }
            case DEPLOYS -> {
                growing.add(new Daily(0.06));
                growing.add(new Flushes(chance.between(3, 5)));
            }
            case NIGHTLY -> {
                growing.add(new Daily(0.05));
                nightly(chance.between(0.16, 0.26));
            }
            case SAWTOOTH ->
                growing.add(new Pulses(Series.DATA, new Every(3_600, 20), 0.115, 0.125, chance.between(120, 300), 1, 0, 60, 3_000, 3_200));
            case BURSTS -> {
                growing.add(new Daily(0.05));
                growing.add(new Pulses(Series.DATA, new AtRandom(8), 0.04, 0.14, 30, 4, 0, 60, 300, 1_200));
            }
            case STEPS -> {
                growing.add(new Daily(0.05));
                steps(3, 4);
            }
            case ORGANIC -> {
                growing.add(new Daily(0.05));
                growing.add(new Trend(chance.between(0.005, 0.012)));
            }
            case MIXED -> {
                growing.add(new Daily(0.06));
                growing.add(new Noise(300, 0.002));
                bufferSpikes(3 * 7);
                growing.add(new Flushes(1.5));
                nightly(chance.between(0.08, 0.14));
                growing.add(new Pulses(Series.DATA, new AtRandom(4), 0.03, 0.10, 30, 4, 0, 60, 300, 1_200));
                steps(1.5, 2);
            }
            case PLATEAU -> {
                bufferSpikes(7);
            }
            case RESTARTS -> {
                growing.add(new Daily(0.05));
                bufferSpikes(7);
                growing.add(new Restarts(4));
            }
        }
    }

    private void bufferSpikes(double perWeek) {
        growing.add(new Pulses(Series.CLIENTS, new AtRandom(0.8 * perWeek), 0.01, 0.08, 1, 1, 0, 2, 1, 1));
        growing.add(new Pulses(Series.CLIENTS, new AtRandom(0.2 * perWeek), 0.01, 0.05, 2, 2, 2, 12, 1, 4));
    }

    private void nightly(double height) {
        growing.add(new Pulses(Series.DATA, new Every(DAY, 600), 0.93 * height, 1.07 * height, chance.between(300, 3_000), 1.1, 1_800,
                5_400, 600,
                1_200));
    }

    private void steps(double syncsPerWeek, double resizesPerWeek) {
        growing.add(new Pulses(Series.REPLICAS, new AtRandom(syncsPerWeek), 0.02, 0.06, 30, 3, 0, 5, 1, 3));
        growing.add(new Pulses(Series.DATA, new AtRandom(resizesPerWeek), 0.008, 0.016, 1, 1, 60, 300, 1, 2));
    }

    private enum Series {
        DATA, CLIENTS, REPLICAS
    }

    private void add(Series series, double amount) {
        switch (series) {
            case DATA -> data += amount;
            case CLIENTS -> clients += amount;
            case REPLICAS -> replicas += amount;
        }
    }

    private interface Part {
        void add(int second);
    }

    /** When something comes next. */
    private interface Schedule {
        double after(double second);
    }

    private final class AtRandom implements Schedule {
        private final double perWeek;

        AtRandom(double perWeek) {
            this.perWeek = perWeek;
        }

        @Override
        public double after(double second) {
            return second + chance.untilNext(perWeek);
        }
    }

    private final class Every implements Schedule {
        private final double period;
        private final double jitter;
        private final double phase;

        Every(double period, double jitter) {
            this.period = period;
            this.jitter = jitter;
            phase = period == DAY ? chance.between(1.5, 3) * 3_600 : chance.between(0.1, 0.9) * period;
        }

        @Override
        public double after(double second) {
            double planned = (StrictMath.floor((second - phase - jitter) / period) + 1) * period + phase;
            return Math.max(second, planned + chance.between(-jitter, jitter));
        }
    }

    private final class Daily implements Part {
        private final double height;

        Daily(double height) {
            this.height = height;
        }

        @Override
        public void add(int second) {
            int today = second % DAY;
            double from = DAILY[today / 60];
            double share = today % 60 / 60.0;
            double profile = from + share * (DAILY[today / 60 + 1] - from);
            data += height * profile * weekend(second);
        }

        /** Monday is the first day; on the weekend less happens. Changes over an hour, not at midnight's stroke. */
        private double weekend(int second) {
            double hours = second % WEEK / 3_600.0;
            if (hours < 1) {
                return 0.6 + 0.4 * hours;
            }
            return hours < 120 ? 1 : hours < 121 ? 1 - 0.4 * (hours - 120) : 0.6;
        }
    }

    private final class Noise implements Part {
        private final double keep;
        private final double push;
        private double value;

        Noise(double seconds, double deviation) {
            keep = 1 - 1 / seconds;
            push = deviation * Math.sqrt(1 - keep * keep);
        }

        @Override
        public void add(int second) {
            value = value * keep + push * chance.normal();
            data += value;
        }
    }

    private final class White implements Part {
        private final double deviation;

        White(double deviation) {
            this.deviation = deviation;
        }

        @Override
        public void add(int second) {
            data += deviation * chance.normal();
        }
    }

    private final class Trend implements Part {
        private final double perDay;

        Trend(double perDay) {
            this.perDay = perDay;
        }

        @Override
        public void add(int second) {
            data += perDay / DAY * second;
        }
    }

    /** Something that rises, holds and falls again. */
    private final class Pulses implements Part {
        private final Series series;
        private final Schedule schedule;
        private final double lowest;
        private final double highest;
        private final double rise;
        private final double riseSpread;
        private final double holdLow;
        private final double holdHigh;
        private final double fallLow;
        private final double fallHigh;
        private double start;
        private double top;
        private double holdEnd;
        private double end;
        private double height;

        /** @param riseSpread the rise takes from {@code rise} seconds to so many times as long */
        Pulses(Series series, Schedule schedule, double lowest, double highest, double rise, double riseSpread, double holdLow,
                double holdHigh,
                double fallLow, double fallHigh) {
            this.series = series;
            this.schedule = schedule;
            this.lowest = lowest;
            this.highest = highest;
            this.rise = rise;
            this.riseSpread = riseSpread;
            this.holdLow = holdLow;
            this.holdHigh = holdHigh;
            this.fallLow = fallLow;
            this.fallHigh = fallHigh;
            plan(0);
        }

        private void plan(double second) {
            start = schedule.after(second);
            height = chance.between(lowest, highest);
            top = start + rise * chance.between(1, riseSpread);
            holdEnd = top + chance.between(holdLow, holdHigh);
            end = holdEnd + chance.between(fallLow, fallHigh);
        }

        @Override
        public void add(int second) {
            if (second < start) {
                return;
            }
            if (second >= end) {
                plan(second);
            } else if (second < top) {
                NormalLoad.this.add(series, height * (second - start) / (top - start));
            } else {
                NormalLoad.this.add(series, second < holdEnd ? height : height * (end - second) / (end - holdEnd));
            }
        }
    }

    /** Deploys in working hours that empty part of the cache, which then fills again fast. */
    private final class Flushes implements Part {
        private final double perWeek;
        private double next;
        private double missing;
        private double keep;

        Flushes(double perWeek) {
            this.perWeek = perWeek;
            plan(0);
        }

        private void plan(int second) {
            do {
                next = (next == 0 ? second : next) + chance.untilNext(perWeek * 4.2);
            } while (next % DAY < 9 * 3_600 || next % DAY > 17 * 3_600 || next % WEEK > 5 * DAY);
        }

        @Override
        public void add(int second) {
            if (second >= next) {
                missing = chance.between(0.15, 0.30);
                keep = 1 - 1 / chance.between(180, 720);
                plan(second);
            }
            missing *= keep;
            data -= missing;
        }
    }

    /** Another process that begins empty, and loads what the last one held within 20 seconds to ten minutes: at first fast, or evenly. */
    private final class Restarts implements Part {
        private final double perWeek;
        private double next;
        private double time;
        private boolean evenly;

        Restarts(double perWeek) {
            this.perWeek = perWeek;
            next = chance.untilNext(perWeek);
        }

        @Override
        public void add(int second) {
            if (second >= next) {
                startedSecond = second;
                time = 20 * StrictMath.pow(30, chance.uniform());
                evenly = chance.uniform() < 0.5;
                next = second + 2 * time + chance.untilNext(perWeek);
            }
            double age = (second - startedSecond) / time;
            if (startedSecond >= 0 && age < 5) {
                data *= evenly ? Math.min(1, age) : 1 - StrictMath.exp(-3 * age);
            }
        }
    }

    /** What a cache that lives at its limit gives up and finds: by the hour, with nightly crawlers and a deploy now and then. */
    private final class Turnover {
        static final long KEYS = 1_000_000;
        private final Chance chance;
        private final double evictions;
        private final double lookups;
        private final double missShare;
        private double crawlStart;
        private double crawlEnd;
        private double crawlFactor;
        private double deploy;
        private double cold;
        private double coldKeep;
        private double evictedRest;

        Turnover(Chance chance) {
            this.chance = chance;
            evictions = chance.between(20, 120);
            lookups = chance.between(2_000, 8_000);
            missShare = chance.between(0.05, 0.25);
            planCrawl(0);
            deploy = chance.untilNext(1);
        }

        private void planCrawl(int second) {
            crawlStart = second + chance.untilNext(3);
            crawlEnd = crawlStart + chance.between(600, 1_800);
            crawlFactor = chance.between(3, 6);
        }

        void add(int second) {
            int today = second % DAY;
            double busy = 0.3 + 0.7 * DAILY[today / 60];
            double rate = evictions * busy;
            double missed = missShare;
            if (second >= crawlStart) {
                rate *= crawlFactor;
                missed += (1 - missed) * 0.03 * crawlFactor;
                if (second >= crawlEnd) {
                    planCrawl(second);
                }
            }
            if (second >= deploy) {
                cold = chance.between(0.2, 0.4);
                coldKeep = 1 - 1 / chance.between(120, 600);
                deploy = second + chance.untilNext(1);
            }
            cold *= coldKeep;
            missed += (1 - missed) * cold;
            evictedRest += rate * (1 + 0.3 * chance.normal());
            long now = (long) Math.max(0, evictedRest);
            evictedRest -= now;
            evicted += now;
            double asked = lookups * busy * (1 + 0.1 * chance.normal());
            double share = Math.clamp(missed + 0.01 * chance.normal(), 0, 1);
            misses += (long) (asked * share);
            hits += (long) (asked * (1 - share));
        }
    }
}

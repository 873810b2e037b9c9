// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console;

import dev.cofferdam.watch.TargetState;
import dev.cofferdam.watch.probe.Sample;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A past kept in memory, for a watcher without a folder: a second for 15 minutes, 10 seconds for 6 hours, 5 minutes for 14 days. Any thread.
 *
 * <p>Bounded: {@link #TARGETS_MAX} targets of about 7,100 levels.
 */
public final class RecentPast implements PastDesk {
    static final int TARGETS_MAX = 64;

    /** One resolution of one target. */
    private static final class Ring {
        private final long stepMillis;
        private final int levelsMax;
        private final Deque<Level> levels = new ArrayDeque<>();

        Ring(long stepMillis, int levelsMax) {
            this.stepMillis = stepMillis;
            this.levelsMax = levelsMax;
        }

        void add(Level level) {
            long begin = Math.floorDiv(level.atMillis(), stepMillis) * stepMillis;
            Level last = levels.peekLast();
            if (last != null && last.atMillis() >= begin) {
                levels.removeLast();
                levels.addLast(new Level(last.atMillis(), Math.max(last.usedBytes(), level.usedBytes()),
                        Math.min(last.usedLowestBytes(), level.usedLowestBytes()), level.limitBytes(),
                        Math.max(last.refusalsPerSecond(), level.refusalsPerSecond()),
                        Math.max(last.evictionsPerSecond(), level.evictionsPerSecond())));
                return;
            }
            levels.addLast(new Level(begin, level.usedBytes(), level.usedLowestBytes(), level.limitBytes(), level.refusalsPerSecond(),
                    level.evictionsPerSecond()));
            if (levels.size() > levelsMax) {
                levels.removeFirst();
            }
        }
    }

    private static final class Past {
        private final Ring[] rings = {new Ring(1_000, 900), new Ring(10_000, 2_160), new Ring(300_000, 4_032)};
        private Sample last = EMPTY;
    }

    private static final Sample EMPTY = new Sample(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, false);

    private final Map<String, Past> pasts = new ConcurrentHashMap<>();

    /** Remembers what a target is like now. */
    public void add(TargetState state) {
        Sample sample = state.sample();
        Past past = pasts.get(state.name());
        if (sample == null || past == null && pasts.size() >= TARGETS_MAX) {
            return;
        }
        if (past == null) {
            past = pasts.computeIfAbsent(state.name(), name -> new Past());
        }
        synchronized (past) {
            Sample before = past.last;
            if (sample.atMillis() <= before.atMillis()) {
                return;
            }
            double seconds = (sample.atMillis() - before.atMillis()) / 1e3;
            boolean first = before == EMPTY;
            Level level = new Level(sample.atMillis(), sample.usedBytes(), sample.usedBytes(), sample.limitBytes(),
                    first ? 0 : Math.max(0, sample.refusedWrites() - before.refusedWrites()) / seconds,
                    first ? 0 : Math.max(0, sample.evictedKeys() - before.evictedKeys()) / seconds);
            for (Ring ring : past.rings) {
                ring.add(level);
            }
            past.last = sample;
        }
    }

    @Override
    public List<Level> levels(String target, long fromMillis, long toMillis, long stepMillis) {
        Past past = pasts.get(target);
        if (past == null) {
            return List.of();
        }
        List<Level> found = new ArrayList<>();
        synchronized (past) {
            Ring chosen = past.rings[0];
            for (Ring ring : past.rings) {
                if (ring.stepMillis <= stepMillis) {
                    chosen = ring;
                }
            }
            for (Level level : chosen.levels) {
                if (level.atMillis() >= fromMillis && level.atMillis() < toMillis) {
                    found.add(level);
                }
            }
        }
        return found;
    }
}

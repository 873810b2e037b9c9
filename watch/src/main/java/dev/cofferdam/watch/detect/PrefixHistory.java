// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How fast each known prefix has ever grown: the judge of {@link TargetDetector#accept(dev.cofferdam.watch.probe.Sample, boolean)}'s question. One thread.
 *
 * <p>A target whose jobs come in bursts of a tenth of the limit cannot be paged about on a fiftieth. But when it is known by name what grows, and this prefix never grew
 * like this, its neighbours' habits are no excuse. Owns, for each of at most {@link #PREFIXES_MAX} prefixes, its lowest sizes of the last ten minutes and the largest
 * rises of two weeks, a day each.
 */
public final class PrefixHistory {
    /** Prefixes beyond are not followed, and so never called unprecedented; which ones stay is decided by who comes first. */
    public static final int PREFIXES_MAX = 200;
    private static final long WINDOW_MILLIS = 10 * 60_000;
    private static final int LOOKS = 10;
    private static final int DAYS = 14;
    private static final long DAY_MILLIS = 86_400_000;
    /** A prefix has to have been followed for so long before anything it does is new. */
    private static final long KNOWN_MILLIS = 7 * DAY_MILLIS;
    private static final double MARGIN = 1.5;
    private static final double LIMIT_SHARE_MIN = 0.01;

    private final Map<String, History> prefixes = new LinkedHashMap<>();
    private long sinceMillis = Long.MAX_VALUE;

    /** One prefix: sizes at the last looks, and the largest rise of each of the last days. */
    private static final class History {
        final long[] times = new long[LOOKS];
        final double[] sizes = new double[LOOKS];
        final double[] rises = new double[DAYS];
        int looks;
        long day;

        void add(long atMillis, double bytes) {
            long today = Math.floorDiv(atMillis, DAY_MILLIS);
            for (long skipped = Math.max(day + 1, today - DAYS + 1); skipped <= today; skipped++) {
                rises[Math.floorMod(skipped, DAYS)] = 0;
            }
            day = today;
            for (int i = 0; i < Math.min(looks, LOOKS); i++) {
                long age = atMillis - times[i];
                if (age >= 0 && age <= WINDOW_MILLIS) {
                    int place = Math.floorMod(today, DAYS);
                    rises[place] = Math.max(rises[place], bytes - sizes[i]);
                }
            }
            times[looks % LOOKS] = atMillis;
            sizes[looks++ % LOOKS] = bytes;
        }

        double largestRise() {
            double largest = 0;
            for (double rise : rises) {
                largest = Math.max(largest, rise);
            }
            return largest;
        }
    }

    /** What a prefix holds; once a minute in calm times. Not to be called while an incident is on: it would make it a habit. */
    public void observe(String prefix, double bytes, long atMillis) {
        sinceMillis = Math.min(sinceMillis, atMillis);
        History history = prefixes.get(prefix);
        if (history == null) {
            if (prefixes.size() >= PREFIXES_MAX) {
                return;
            }
            history = new History();
            history.day = Math.floorDiv(atMillis, DAY_MILLIS);
            prefixes.put(prefix, history);
        }
        history.add(atMillis, bytes);
    }

    /**
     * Whether a prefix that has grown by so much within ten minutes does what it never did: half as much again as its largest rise of two weeks, and 1 % of the limit at
     * least. A prefix nobody has seen before is new altogether, once the others have been followed for a week.
     */
    public boolean neverGrewLikeThis(String prefix, double growthBytes, double limitBytes, long atMillis) {
        if (atMillis - sinceMillis < KNOWN_MILLIS || growthBytes < LIMIT_SHARE_MIN * limitBytes) {
            return false;
        }
        History history = prefixes.get(prefix);
        if (history == null) {
            return prefixes.size() < PREFIXES_MAX;
        }
        return growthBytes > MARGIN * history.largestRise();
    }

    /** Prefixes followed. */
    public int size() {
        return prefixes.size();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How fast each known prefix has ever grown. One thread.
 *
 * <p>A target whose jobs come in bursts of a tenth of the limit cannot be paged about on a fiftieth. But when it is known by name what grows, and this prefix never grew
 * like this, its neighbours' habits are no excuse. Owns, for each of at most {@link #PREFIXES_MAX} prefixes, its sizes of the last ten minutes and the largest rise of each of
 * the last 14 days, counted in watched time.
 */
final class PrefixHistory {
    static final int PREFIXES_MAX = 200;
    static final int NAME_CHARACTERS_MAX = 256;
    static final double WINDOW_SECONDS = 600;
    private static final int LOOKS = 10;
    private static final int DAYS = 14;
    /** So long something must have been followed before anything is new. */
    private static final double KNOWN_SECONDS = 7 * Peaks.DAY_SECONDS;
    private static final double MARGIN = 1.5;
    private static final double LIMIT_SHARE_MIN = 0.01;

    private final Map<String, History> prefixes = new LinkedHashMap<>();
    private double sinceSeconds = -1;
    private long dropped;

    /** One prefix: sizes at the last looks, and the largest rise of each of the last days. */
    private static final class History {
        final double[] times = new double[LOOKS];
        final double[] sizes = new double[LOOKS];
        final double[] rises = new double[DAYS];
        int looks;
        long day;
        double seenSeconds;

        void add(double seconds, double bytes) {
            long today = (long) (seconds / Peaks.DAY_SECONDS);
            for (long skipped = Math.max(day + 1, today - DAYS + 1); skipped <= today; skipped++) {
                rises[(int) (skipped % DAYS)] = 0;
            }
            day = today;
            for (int i = 0; i < Math.min(looks, LOOKS); i++) {
                if (seconds - times[i] <= WINDOW_SECONDS) {
                    rises[(int) (today % DAYS)] = Math.max(rises[(int) (today % DAYS)], bytes - sizes[i]);
                }
            }
            times[looks % LOOKS] = seconds;
            sizes[looks % LOOKS] = bytes;
            looks = looks == 2 * LOOKS - 1 ? LOOKS : looks + 1;
            seenSeconds = seconds;
        }

        double largestRise() {
            double largest = 0;
            for (double rise : rises) {
                largest = Math.max(largest, rise);
            }
            return largest;
        }
    }

    /** What a prefix holds; about once a minute. */
    void observe(String prefix, double bytes, double nowSeconds) {
        if (sinceSeconds < 0) {
            sinceSeconds = nowSeconds;
        }
        String name = cut(prefix);
        History history = prefixes.get(name);
        if (history == null) {
            if (prefixes.size() >= PREFIXES_MAX && !makeRoom(nowSeconds)) {
                dropped++;
                return;
            }
            history = new History();
            history.day = (long) (nowSeconds / Peaks.DAY_SECONDS);
            prefixes.put(name, history);
        }
        history.add(nowSeconds, bytes);
    }

    /** Forgets a prefix that has not been seen for a day; with more than {@link #PREFIXES_MAX} in a day the newest are not followed. */
    private boolean makeRoom(double nowSeconds) {
        return prefixes.values().removeIf(history -> nowSeconds - history.seenSeconds > Peaks.DAY_SECONDS);
    }

    /**
     * Whether a prefix that has grown by so much within ten minutes does what it never did: half as much again as its largest rise of two weeks, and 1 % of the limit at
     * least. A prefix nobody has seen before is new altogether, once the others have been followed for a week.
     */
    boolean neverGrewLikeThis(String prefix, double growthBytes, double limitBytes, double nowSeconds) {
        if (sinceSeconds < 0 || nowSeconds - sinceSeconds < KNOWN_SECONDS || growthBytes < LIMIT_SHARE_MIN * limitBytes) {
            return false;
        }
        History history = prefixes.get(cut(prefix));
        return history == null ? prefixes.size() < PREFIXES_MAX : growthBytes > MARGIN * history.largestRise();
    }

    /** What has happened since then was an incident and no habit: rises of those days are forgotten. */
    void disregardSince(double seconds, double nowSeconds) {
        long today = (long) (nowSeconds / Peaks.DAY_SECONDS);
        long since = Math.max((long) (Math.max(seconds, 0) / Peaks.DAY_SECONDS), today - DAYS + 1);
        for (History history : prefixes.values()) {
            for (long day = Math.max(since, 0); day <= today; day++) {
                history.rises[(int) (day % DAYS)] = 0;
            }
            history.looks = 0;
        }
    }

    /** Looks at prefixes for which there was no room. */
    long dropped() {
        return dropped;
    }

    private static String cut(String prefix) {
        return prefix.length() <= NAME_CHARACTERS_MAX ? prefix : prefix.substring(0, NAME_CHARACTERS_MAX);
    }

    void write(DataOutput out) throws IOException {
        out.writeDouble(sinceSeconds);
        out.writeLong(dropped);
        out.writeInt(prefixes.size());
        for (Map.Entry<String, History> prefix : prefixes.entrySet()) {
            out.writeUTF(prefix.getKey());
            History history = prefix.getValue();
            for (int i = 0; i < LOOKS; i++) {
                out.writeDouble(history.times[i]);
                out.writeDouble(history.sizes[i]);
            }
            for (double rise : history.rises) {
                out.writeDouble(rise);
            }
            out.writeInt(history.looks);
            out.writeLong(history.day);
            out.writeDouble(history.seenSeconds);
        }
    }

    void read(DataInput in) throws IOException {
        sinceSeconds = Saved.finite(in);
        dropped = in.readLong();
        prefixes.clear();
        int count = Saved.count(in, PREFIXES_MAX);
        for (int i = 0; i < count; i++) {
            String name = in.readUTF();
            History history = new History();
            for (int look = 0; look < LOOKS; look++) {
                history.times[look] = Saved.finite(in);
                history.sizes[look] = Saved.finite(in);
            }
            for (int day = 0; day < DAYS; day++) {
                history.rises[day] = Saved.positive(in);
            }
            history.looks = Saved.count(in, 2 * LOOKS);
            history.day = Saved.day(in);
            history.seenSeconds = Saved.positive(in);
            prefixes.put(name, history);
        }
    }
}

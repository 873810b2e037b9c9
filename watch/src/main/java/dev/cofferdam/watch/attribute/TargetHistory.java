// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

import dev.cofferdam.watch.probe.InfoText;
import dev.cofferdam.watch.probe.Sample;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/** The target's own totals of the last hour, second by second: what growth since an onset is measured against. Bounded. One thread. */
final class TargetHistory {
    /** What MEMORY USAGE counts of a key and used_memory_dataset does not: its entry in the table and its object. */
    private static final long ENTRY_BYTES = 40;
    private static final int POINTS_MAX = 3_600;

    private final Deque<Point> points = new ArrayDeque<>();

    /**
     * One second.
     *
     * @param appendOnlyBytes buffers of the append-only file
     * @param backlogBytes replication backlog
     * @param scriptBytes interpreters, scripts and functions
     * @param tableBytes the rest of the overhead: tables of keys, which double now and then
     */
    record Point(Sample sample, long appendOnlyBytes, long backlogBytes, long scriptBytes, long tableBytes) {
        static Point of(Sample sample, InfoText info) {
            long appendOnly = info.number("mem_aof_buffer");
            long backlog = info.number("mem_replication_backlog");
            long scripts = info.has("used_memory_vm_total")
                    ? info.number("used_memory_vm_total") + info.number("used_memory_scripts")
                    : info.number("used_memory_lua");
            long known = info.number("used_memory_startup") + sample.clientBytes() + sample.replicaBytes() + appendOnly + backlog
                    + info.number("used_memory_scripts") + sample.keys() * ENTRY_BYTES + sample.expiringKeys() * ENTRY_BYTES / 2;
            long tables = info.has("used_memory_overhead") ? Math.max(0, info.number("used_memory_overhead") - known) : 0;
            return new Point(sample, appendOnly, backlog, scripts, tables);
        }

        /** All keys together, as MEMORY USAGE counts each. */
        long keyBytes() {
            return keyBytesOf(sample);
        }
    }

    static long keyBytesOf(Sample sample) {
        return sample.datasetBytes() + ENTRY_BYTES * sample.keys();
    }

    void add(Point point) {
        points.addLast(point);
        if (points.size() > POINTS_MAX) {
            points.removeFirst();
        }
    }

    boolean isEmpty() {
        return points.isEmpty();
    }

    Point last() {
        return points.getLast();
    }

    /** The last at or before a moment, else the oldest there is. */
    Point at(long millis) {
        for (Iterator<Point> newestFirst = points.descendingIterator(); newestFirst.hasNext();) {
            Point point = newestFirst.next();
            if (point.sample.atMillis() <= millis) {
                return point;
            }
        }
        return points.getFirst();
    }

    void clear() {
        points.clear();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.detect;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The highest level of a sliding window, by buckets of it: exact but for the bucket that is just leaving. One thread.
 *
 * <p>Owns a queue of buckets whose maxima fall from the oldest to the newest: a bucket with a later, higher one behind it can never be the highest
 * again and is dropped. So the oldest in the queue is the answer, and a sample costs O(1) on average.
 */
final class HighWater {
    private final double bucketSeconds;
    private final int window;
    private final double[] maxima;
    private final long[] buckets;
    private int head;
    private int newest = -1;
    private double bucketEnd;
    private int size;

    /** @param window in buckets */
    HighWater(double bucketSeconds, int window) {
        this.bucketSeconds = bucketSeconds;
        this.window = window;
        maxima = new double[window + 1];
        buckets = new long[window + 1];
    }

    void add(double seconds, double level) {
        if (size > 0 && seconds < bucketEnd && level <= maxima[newest]) {
            return;
        }
        long bucket = (long) (seconds / bucketSeconds);
        bucketEnd = (bucket + 1) * bucketSeconds;
        while (size > 0 && buckets[head] <= bucket - window) {
            head = head + 1 == maxima.length ? 0 : head + 1;
            size--;
        }
        while (size > 0 && maxima[newest] <= level) {
            newest = newest == 0 ? maxima.length - 1 : newest - 1;
            size--;
        }
        if (size > 0 && buckets[newest] == bucket) {
            return;
        }
        newest = newest + 1 == maxima.length ? 0 : newest + 1;
        if (size == 0) {
            head = newest;
        }
        maxima[newest] = level;
        buckets[newest] = bucket;
        size++;
    }

    /** What was higher than this was no ordinary level and is not remembered as one. */
    void lower(double level) {
        for (int i = 0; i < size; i++) {
            int place = (head + i) % maxima.length;
            maxima[place] = Math.min(maxima[place], level);
        }
    }

    /** 0 before the first level. */
    double max() {
        return size == 0 ? 0 : maxima[head];
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(size);
        for (int i = 0; i < size; i++) {
            int place = (head + i) % maxima.length;
            out.writeLong(buckets[place]);
            out.writeDouble(maxima[place]);
        }
    }

    void read(DataInput in) throws IOException {
        head = 0;
        bucketEnd = 0;
        size = Saved.count(in, maxima.length);
        newest = size - 1;
        for (int i = 0; i < size; i++) {
            buckets[i] = in.readLong();
            maxima[i] = Saved.finite(in);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import dev.cofferdam.memory.Mem;

/**
 * Puts records that lie off-heap in order, in place: the one sort of all commands that order what they reply.
 *
 * <p>Owns nothing; who extends it owns the records. A quicksort that recurs into the smaller part only and gives a part that splits badly again and again to
 * a heapsort: so neither stack nor time can be made to explode by chosen values. It is stable only if {@link #isBefore} never calls two records equal.
 */
public abstract class RecordOrder {
    private static final int INSERTION_MAX = 16;

    /** True when the record at {@code left} must stand before the one at {@code right}. */
    protected abstract boolean isBefore(long left, long right);

    protected abstract void swap(long left, long right);

    /** Swaps records of so many bytes, a multiple of eight. */
    protected static void swapWords(long a, long b, int bytes) {
        for (int word = 0; word < bytes; word += 8) {
            long kept = Mem.getLong(a + word);
            Mem.putLong(a + word, Mem.getLong(b + word));
            Mem.putLong(b + word, kept);
        }
    }

    /** Orders records 0 to {@code count - 1}. */
    protected final void sort(long count) {
        sort(0, count - 1, 2 * (64 - Long.numberOfLeadingZeros(count)));
    }

    private void sort(long from, long to, int depth) {
        long low = from;
        long high = to;
        int left = depth;
        while (high - low >= INSERTION_MAX) {
            if (left-- == 0) {
                heapSort(low, high);
                return;
            }
            long middle = partition(low, high);
            if (middle - low < high - middle) {
                sort(low, middle, left);
                low = middle + 1;
            } else {
                sort(middle + 1, high, left);
                high = middle;
            }
        }
        for (long i = low + 1; i <= high; i++) {
            for (long j = i; j > low && isBefore(j, j - 1); j--) {
                swap(j, j - 1);
            }
        }
    }

    private long partition(long low, long high) {
        long middle = low + high >>> 1;
        if (isBefore(middle, low)) {
            swap(middle, low);
        }
        if (isBefore(high, middle)) {
            swap(high, middle);
            if (isBefore(middle, low)) {
                swap(middle, low);
            }
        }
        swap(low, middle); // the pivot waits at the front, where no swap below touches it
        long i = low;
        long j = high + 1;
        while (true) {
            do {
                i++;
            } while (i < high && isBefore(i, low));
            do {
                j--;
            } while (isBefore(low, j));
            if (i >= j) {
                break;
            }
            swap(i, j);
        }
        swap(low, j);
        return j;
    }

    final void heapSort(long low, long high) {
        long size = high - low + 1;
        for (long i = size / 2 - 1; i >= 0; i--) {
            sink(low, i, size);
        }
        for (long last = size - 1; last > 0; last--) {
            swap(low, low + last);
            sink(low, 0, last);
        }
    }

    private void sink(long low, long from, long size) {
        for (long parent = from;;) {
            long child = 2 * parent + 1;
            if (child >= size) {
                return;
            }
            if (child + 1 < size && isBefore(low + child, low + child + 1)) {
                child++;
            }
            if (!isBefore(low + parent, low + child)) {
                return;
            }
            swap(low + parent, low + child);
            parent = child;
        }
    }
}

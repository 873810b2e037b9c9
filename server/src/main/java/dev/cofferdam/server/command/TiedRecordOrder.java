// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

/**
 * Orders records of which some are equal, and leaves equal ones in the order in which Redis leaves them.
 *
 * <p>Owns nothing; who extends it owns the records, each with the number it had before. All of them are ordered stably, as the C library's qsort does it. A part
 * of them ({@link #sortPart}) is ordered as Redis's pqsort does: the quicksort of Bentley and McIlroy ("Engineering a sort function", 1993), which gathers
 * what equals the pivot, and goes on only where the part lies. Where that splits badly too often the rest is ordered stably, whatever the order of equals.
 */
public abstract class TiedRecordOrder extends RecordOrder {
    private static final int INSERTION_SIZE = 7;
    private static final int NINTHER_SIZE = 40;

    /** Negative, zero, positive as the left record stands before, beside, behind the right one. */
    protected abstract int compare(long left, long right);

    /** The record's number before the sort. */
    protected abstract int sequence(long at);

    @Override
    protected final boolean isBefore(long left, long right) {
        int order = compare(left, right);
        return order != 0 ? order < 0 : sequence(left) < sequence(right);
    }

    /** Orders so much of the first {@code count} records that those from {@code first} to {@code last} are in their places. */
    protected final void sortPart(long count, long first, long last) {
        if (first <= last) {
            sortPart(0, count, first, last, 4 * (64 - Long.numberOfLeadingZeros(count)));
        }
    }

    private void sortPart(long from, long records, long first, long last, int depth) {
        long start = from;
        long size = records;
        for (int left = depth; size >= INSERTION_SIZE; left--) {
            long end = start + size;
            if (left == 0) {
                heapSort(start, end - 1);
                return;
            }
            swap(start, pivot(start, size));
            long equalLow = start + 1;
            long low = equalLow;
            long high = end - 1;
            long equalHigh = high;
            while (true) {
                for (int order; low <= high && (order = compare(low, start)) <= 0; low++) {
                    if (order == 0) {
                        swap(equalLow++, low);
                    }
                }
                for (int order; low <= high && (order = compare(high, start)) >= 0; high--) {
                    if (order == 0) {
                        swap(high, equalHigh--);
                    }
                }
                if (low > high) {
                    break;
                }
                swap(low++, high--);
            }
            swapRanges(start, low, Math.min(equalLow - start, low - equalLow));
            swapRanges(low, end, Math.min(equalHigh - high, end - 1 - equalHigh));
            long smaller = low - equalLow;
            if (smaller > 1 && first < start + smaller && last >= start) {
                sortPart(start, smaller, first, last, left - 1);
            }
            size = equalHigh - high;
            start = end - size;
            if (size <= 1 || first >= end || last < start) {
                return;
            }
        }
        insertionSort(start, size);
    }

    private void insertionSort(long start, long size) {
        for (long i = start + 1; i < start + size; i++) {
            for (long j = i; j > start && compare(j - 1, j) > 0; j--) {
                swap(j, j - 1);
            }
        }
    }

    /** The middle one, the median of three, or of three medians, as there are more records. */
    private long pivot(long start, long size) {
        long low = start;
        long middle = start + size / 2;
        long high = start + size - 1;
        if (size == INSERTION_SIZE) {
            return middle;
        }
        if (size > NINTHER_SIZE) {
            long eighth = size / 8;
            low = median(low, low + eighth, low + 2 * eighth);
            middle = median(middle - eighth, middle, middle + eighth);
            high = median(high - 2 * eighth, high - eighth, high);
        }
        return median(low, middle, high);
    }

    private long median(long a, long b, long c) {
        if (compare(a, b) < 0) {
            if (compare(b, c) < 0) {
                return b;
            }
            return compare(a, c) < 0 ? c : a;
        }
        if (compare(b, c) > 0) {
            return b;
        }
        return compare(a, c) < 0 ? a : c;
    }

    /** Swaps the {@code count} records from {@code left} on with as many before {@code rightEnd}. */
    private void swapRanges(long left, long rightEnd, long count) {
        for (long i = 0; i < count; i++) {
            swap(left + i, rightEnd - count + i);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sortedsets;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;

/**
 * A result that must be put in order before it is replied: members by address, with their scores.
 *
 * <p>Owns one run of its account, sized for the largest possible result and returned by {@link #close}. Made per command. It is charged to the
 * connections' account, as the reply itself is, so that reading works in a full compartment.
 *
 * <pre>
 *  record  | score (8) | address (8) | length (4) | 0 (4) |        behind all records: text of members that lie nowhere else
 * </pre>
 */
final class ScoredMembers implements AutoCloseable {
    private static final int RECORD_BYTES = 24;
    private static final int ADDRESS = 8;
    private static final int LENGTH = 16;
    private static final int INSERTION_MAX = 16;

    private final Account account;
    private final long run;
    private final long runBytes;
    private long text;
    private long count;

    private ScoredMembers(Account account, long run, long runBytes, long records) {
        this.account = account;
        this.run = run;
        this.runBytes = runBytes;
        this.text = run + records * RECORD_BYTES + RECORD_BYTES;
    }

    /** Room for so many records and bytes of text; null when the account is refused it. */
    static @org.jspecify.annotations.Nullable ScoredMembers open(Account account, long records, long textBytes) {
        long bytes = (records + 1) * RECORD_BYTES + textBytes;
        long run = account.takeRun(bytes);
        return run == 0 ? null : new ScoredMembers(account, run, bytes, records);
    }

    @Override
    public void close() {
        account.returnRun(run, runBytes);
    }

    void add(long address, int length, double score) {
        long record = record(count++);
        Mem.putDouble(record, score);
        Mem.putLong(record + ADDRESS, address);
        Mem.putInt(record + LENGTH, length);
    }

    /** Adds a member whose bytes are about to change. */
    void addCopy(long address, int length, double score) {
        Mem.copy(address, text, length);
        add(text, length, score);
        text += length;
    }

    private long record(long at) {
        return run + at * RECORD_BYTES;
    }

    long count() {
        return count;
    }

    double score(long at) {
        return Mem.getDouble(record(at));
    }

    long address(long at) {
        return Mem.getLong(record(at) + ADDRESS);
    }

    int length(long at) {
        return Mem.getInt(record(at) + LENGTH);
    }

    // ---------------------------------------------------------------- order

    /** Orders by score, then member. */
    void sort() {
        sort(0, count - 1, 2 * (64 - Long.numberOfLeadingZeros(count)));
    }

    /** Quicksort that recurs into the smaller part only, and gives a part that splits badly again and again to a heapsort. */
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

    private void heapSort(long low, long high) {
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

    private boolean isBefore(long left, long right) {
        double a = score(left);
        double b = score(right);
        return a < b || a == b && Mem.compare(address(left), length(left), address(right), length(right)) < 0;
    }

    private void swap(long left, long right) {
        long a = record(left);
        long b = record(right);
        for (int word = 0; word < RECORD_BYTES; word += 8) {
            long kept = Mem.getLong(a + word);
            Mem.putLong(a + word, Mem.getLong(b + word));
            Mem.putLong(b + word, kept);
        }
    }
}

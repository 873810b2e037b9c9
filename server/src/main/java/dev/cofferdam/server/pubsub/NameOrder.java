// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.pubsub;

import dev.cofferdam.memory.Mem;

/** Brings records of names into the order of their bytes: a heap sort, in place, without garbage. Stateless. */
final class NameOrder {
    private NameOrder() {
    }

    static void sort(long[] records, int count) {
        for (int i = count / 2 - 1; i >= 0; i--) {
            sink(records, i, count);
        }
        for (int last = count - 1; last > 0; last--) {
            swap(records, 0, last);
            sink(records, 0, last);
        }
    }

    private static void sink(long[] records, int from, int count) {
        int at = from;
        while (2 * at + 1 < count) {
            int child = 2 * at + 1;
            if (child + 1 < count && compare(records[child], records[child + 1]) < 0) {
                child++;
            }
            if (compare(records[at], records[child]) >= 0) {
                return;
            }
            swap(records, at, child);
            at = child;
        }
    }

    private static void swap(long[] records, int a, int b) {
        long kept = records[a];
        records[a] = records[b];
        records[b] = kept;
    }

    static int compare(long a, long b) {
        return Mem.compare(a + NameLayout.BYTES, Mem.getInt(a + NameLayout.LENGTH), b + NameLayout.BYTES,
                Mem.getInt(b + NameLayout.LENGTH));
    }
}

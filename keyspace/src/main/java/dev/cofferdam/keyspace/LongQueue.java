// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

/** A first-in-first-out queue of longs in a ring that doubles; not thread-safe. For few elements: collections being deleted, pages being swept. */
final class LongQueue {
    private long[] ring = new long[8];
    private int head;
    private int count;

    void add(long value) {
        if (count == ring.length) {
            long[] larger = new long[count * 2];
            for (int i = 0; i < count; i++) {
                larger[i] = ring[head + i & count - 1];
            }
            ring = larger;
            head = 0;
        }
        ring[head + count++ & ring.length - 1] = value;
    }

    long first() {
        if (count == 0) {
            throw new IllegalStateException("queue is empty");
        }
        return ring[head];
    }

    void removeFirst() {
        first();
        head = head + 1 & ring.length - 1;
        count--;
    }

    boolean isEmpty() {
        return count == 0;
    }

    int size() {
        return count;
    }
}

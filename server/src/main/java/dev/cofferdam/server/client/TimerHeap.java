// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.client;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Clients with a deadline, earliest first: a binary heap that knows each client's place, so a wait that ends early leaves without a search.
 *
 * <p>Owns the array; the place is kept in {@link Client}. Event loop only; no garbage but when it grows.
 */
final class TimerHeap {
    private @Nullable Client[] heap = new @Nullable Client[64];
    private int size;

    /** The earliest deadline, or Long.MAX_VALUE. */
    long nextDeadlineMillis() {
        Client first = heap[0];
        return first == null ? Long.MAX_VALUE : first.deadlineMillis;
    }

    /** Removes and answers a client whose deadline is not after now; null when there is none. */
    @Nullable
    Client takeDue(long nowMillis) {
        Client first = heap[0];
        if (first == null || first.deadlineMillis > nowMillis) {
            return null;
        }
        remove(first);
        return first;
    }

    void add(Client client) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        size++;
        up(size - 1, client);
    }

    void remove(Client client) {
        int at = client.timerPlace;
        if (at < 0) {
            return;
        }
        client.timerPlace = -1;
        size--;
        Client last = heap[size];
        heap[size] = null;
        if (last != null && at < size) {
            down(at, last);
            if (heap[at] == last) {
                up(at, last);
            }
        }
    }

    private void up(int from, Client client) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            Client above = heap[parent];
            if (above == null || above.deadlineMillis <= client.deadlineMillis) {
                break;
            }
            place(at, above);
            at = parent;
        }
        place(at, client);
    }

    private void down(int from, Client client) {
        int at = from;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                break;
            }
            Client smaller = heap[child];
            Client right = child + 1 < size ? heap[child + 1] : null;
            if (smaller != null && right != null && right.deadlineMillis < smaller.deadlineMillis) {
                child++;
                smaller = right;
            }
            if (smaller == null || smaller.deadlineMillis >= client.deadlineMillis) {
                break;
            }
            place(at, smaller);
            at = child;
        }
        place(at, client);
    }

    private void place(int at, Client client) {
        heap[at] = client;
        client.timerPlace = at;
    }
}

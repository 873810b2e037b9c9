// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.pubsub;

import dev.cofferdam.server.client.Client;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The clients that listen to anything, by small numbers that records off-heap can hold. Event loop only. */
final class Listeners {
    private @Nullable Subscriber[] slots = new @Nullable Subscriber[16];
    private int[] free = new int[16];
    private int freeCount;
    private int used;

    /** The client's place, made when first asked for. */
    Subscriber of(Client client) {
        Subscriber known = client.subscriber();
        if (known != null) {
            return known;
        }
        int slot = freeCount > 0 ? free[--freeCount] : used++;
        if (slot == slots.length) {
            slots = Arrays.copyOf(slots, slot * 2);
        }
        Subscriber subscriber = new Subscriber(client, slot);
        slots[slot] = subscriber;
        client.setSubscriber(subscriber);
        return subscriber;
    }

    Subscriber at(int slot) {
        return Objects.requireNonNull(slots[slot]);
    }

    /** The client listens to nothing any more. */
    void remove(Subscriber subscriber) {
        slots[subscriber.slot] = null;
        subscriber.client.setSubscriber(null);
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = subscriber.slot;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Where the targets' threads lay down their states and everybody else picks them up. Any thread. */
final class Hub implements Feed {
    /** By the target's place in the configuration, then by the compartment's among its own. */
    private final ConcurrentSkipListMap<Long, TargetState> states = new ConcurrentSkipListMap<>();
    private final CopyOnWriteArrayList<Consumer<TargetState>> listeners = new CopyOnWriteArrayList<>();

    void publish(int place, int member, TargetState state) {
        states.put(key(place, member), state);
        for (Consumer<TargetState> listener : listeners) {
            listener.accept(state);
        }
    }

    /** What was watched under that place is no longer. */
    void remove(int place, int member) {
        states.remove(key(place, member));
    }

    private static long key(int place, int member) {
        return (long) place << 32 | member;
    }

    @Override
    public List<TargetState> targets() {
        return new ArrayList<>(states.values());
    }

    @Override
    public Subscription subscribe(Consumer<TargetState> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.console;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The latest events, for a visitor whose stream was cut. Bounded by age, number and characters. Guarded by its owner. */
final class EventRing {
    static final long MILLIS_MAX = 10 * 60_000;
    static final int EVENTS_MAX = 20_000;
    static final long CHARACTERS_MAX = 8_000_000;

    /** @param data one line of JSON */
    record Event(long sequence, long atMillis, String target, String name, String data) {
    }

    private final Deque<Event> events = new ArrayDeque<>();
    private long characters;
    private long droppedSequence;

    void add(Event event) {
        events.addLast(event);
        characters += event.data().length();
        while (events.size() > EVENTS_MAX || characters > CHARACTERS_MAX
                || event.atMillis() - events.getFirst().atMillis() > MILLIS_MAX) {
            Event oldest = events.removeFirst();
            characters -= oldest.data().length();
            droppedSequence = oldest.sequence();
        }
    }

    /** All after a sequence number, or null when some of them are gone. */
    @Nullable
    List<Event> after(long sequence) {
        if (sequence < droppedSequence) {
            return null;
        }
        List<Event> later = new ArrayList<>();
        for (Event event : events) {
            if (event.sequence() > sequence) {
                later.add(event);
            }
        }
        return later;
    }
}

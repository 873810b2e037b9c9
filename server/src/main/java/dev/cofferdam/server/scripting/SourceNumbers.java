// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import java.util.ArrayDeque;

/**
 * Small numbers under which engines file what they compiled; used again, told apart by a serial that is not. Scripts and libraries share one, because
 * they share the engines. Event loop.
 */
final class SourceNumbers {
    private final ArrayDeque<Integer> free = new ArrayDeque<>();
    private int next;
    private long lastSerial;

    int take() {
        Integer used = free.poll();
        return used == null ? next++ : used;
    }

    void giveBack(int number) {
        free.add(number);
    }

    long serial() {
        return ++lastSerial;
    }
}

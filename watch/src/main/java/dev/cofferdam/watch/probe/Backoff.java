// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.probe;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** When to try again: waits that double to a maximum, each between half and whole of it by chance, so that many watchers do not come at once. One thread. */
final class Backoff {
    private final long firstMillis;
    private final long maxMillis;
    private final RandomGenerator chance;
    private long nextMillis;

    Backoff(Duration first, Duration max, RandomGenerator chance) {
        this.firstMillis = Math.max(1, first.toMillis());
        this.maxMillis = Math.max(firstMillis, max.toMillis());
        this.chance = chance;
        this.nextMillis = firstMillis;
    }

    /** The wait after one more failure. */
    long failedMillis() {
        long wait = nextMillis / 2 + chance.nextLong(nextMillis / 2 + 1);
        nextMillis = Math.min(maxMillis, nextMillis * 2);
        return wait;
    }

    /** The longest wait at once: for what trying again soon makes worse, such as a wrong password. */
    long refusedMillis() {
        nextMillis = maxMillis;
        return failedMillis();
    }

    void succeeded() {
        nextMillis = firstMillis;
    }
}

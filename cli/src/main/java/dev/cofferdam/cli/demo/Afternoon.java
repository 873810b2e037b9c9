// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.cli.demo;

import java.util.Locale;

/**
 * The public incident's afternoon, 15:37 to 16:21, squeezed into a run of so many seconds: 15:45 the memory begins to climb, 15:49 it would be full, 16:09 the
 * fault is over. Immutable.
 */
record Afternoon(int seconds) {
    private static final int MINUTES = 44;
    private static final int BEGIN_MINUTE = 15 * 60 + 37;

    double faultAt() {
        return at(15, 45);
    }

    /** When memory was full that day; the fault's rate is chosen so that it is here too. */
    double fullAt() {
        return at(15, 49);
    }

    double faultEnd() {
        return at(16, 9);
    }

    /** Second of the run at which it is that time. */
    double at(int hour, int minute) {
        return (double) (hour * 60 + minute - BEGIN_MINUTE) * seconds / MINUTES;
    }

    /** What the clock on that wall shows. */
    String clock(double second) {
        int minute = BEGIN_MINUTE + (int) (second * MINUTES / seconds);
        return String.format(Locale.ROOT, "%d:%02d", minute / 60, minute % 60);
    }

    /** Seconds of that afternoon that go by in one of ours, as a person would say it. */
    long secondsPerSecond() {
        return Math.round(MINUTES * 60.0 / seconds);
    }
}

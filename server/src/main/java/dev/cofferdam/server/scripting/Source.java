// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

/**
 * What is run: a script of EVAL or a function of a library, with its source and how long it took of late.
 *
 * <p>Made and dropped by the event loop. Its source lies off-heap, is never changed, and stays while {@link #users} is not 0: a lane may be compiling it.
 */
abstract class Source {
    /** A run is short when it would not be noticed by those who wait behind it. */
    private static final long SHORT_NANOS = 500_000;
    /** So many short runs in a row, and it runs on the event loop. */
    private static final int SHORT_RUNS_NEEDED = 2;
    /** A run this long makes it prove itself again, and for longer. */
    private static final int SHORT_RUNS_AFTER_LONG = 64;

    /** Where each engine keeps what it compiled, and whose that is: numbers are used again. */
    final int number;
    final long serial;
    final int flags;
    /** Runs in lanes that were handed it and have not ended. Event loop. */
    int users;
    private volatile int shortRunsMissing = SHORT_RUNS_NEEDED;

    Source(int number, long serial, int flags) {
        this.number = number;
        this.serial = serial;
        this.flags = flags;
    }

    /** What error texts and FUNCTION STATS call it: the script's SHA1 or the function's name. */
    abstract String name();

    final boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** True when it has shown that the event loop can run it between two clients. */
    final boolean isShort() {
        return shortRunsMissing <= 0;
    }

    /** Any thread that ran it. */
    final void ran(long nanos) {
        if (nanos > SHORT_NANOS) {
            shortRunsMissing = shortRunsMissing <= 0 ? SHORT_RUNS_AFTER_LONG : Math.max(shortRunsMissing, SHORT_RUNS_NEEDED);
        } else if (shortRunsMissing > 0) {
            shortRunsMissing--;
        }
    }
}

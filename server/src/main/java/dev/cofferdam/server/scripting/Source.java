// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

/**
 * What is run: a script of EVAL or a function of a library, with its source and how long it took of late.
 *
 * <p>Made and dropped by the event loop. Its source lies off-heap, is never changed, and stays while {@link #users} is not 0: a lane may be compiling it.
 */
abstract class Source {
    /** Of a run's time, what pays off one unit of debt: it would hardly be noticed by those who wait behind it. */
    private static final long UNIT_NANOS = 500_000;
    /** From this debt on it runs in a lane. Far more than one unit, because a run may take long only because the machine was busy elsewhere. */
    private static final int LONG_DEBT = 16;
    /** Two short runs in a lane, and a new one may run on the event loop. */
    private static final int FIRST_DEBT = LONG_DEBT + 1;
    private static final int DEBT_MAX = 64;

    /** Where each engine keeps what it compiled, and whose that is: numbers are used again. */
    final int number;
    final long serial;
    final int flags;
    /** Runs in lanes that were handed it and have not ended. Event loop. */
    int users;
    /** Grows with each long run by its length, shrinks with each short one by one. */
    private volatile int debt = FIRST_DEBT;

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
        return debt < LONG_DEBT;
    }

    /** Any thread that ran it. */
    final void ran(long nanos) {
        int units = (int) Math.min(DEBT_MAX, nanos / UNIT_NANOS);
        int before = debt;
        if (units > 0 || before > 0) {
            debt = units > 0 ? Math.min(DEBT_MAX, before + units) : before - 1;
        }
    }
}

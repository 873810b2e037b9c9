// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

/** Calls of one command, as INFO commandstats shows them. Written by the event loop only; other threads may read stale values. */
public final class CommandStatistics {
    public long calls;
    public long nanos;
    /** Refused before it ran: arity, memory, authentication. */
    public long rejectedCalls;
    /** Ran and answered with an error. */
    public long failedCalls;

    void add(CommandStatistics other) {
        calls += other.calls;
        nanos += other.nanos;
        rejectedCalls += other.rejectedCalls;
        failedCalls += other.failedCalls;
    }

    public void reset() {
        calls = 0;
        nanos = 0;
        rejectedCalls = 0;
        failedCalls = 0;
    }
}

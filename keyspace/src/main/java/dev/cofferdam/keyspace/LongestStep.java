// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import org.jspecify.annotations.Nullable;

/**
 * The longest piece of work the keyspace did since {@link #clear}: making room for a command, or a step of its own between commands. For whoever wants to
 * know why the loop was late. Owner: the event loop's thread; work in a lane is not noted.
 */
public final class LongestStep {
    private long nanos;
    private String what = "";
    private @Nullable Compartment where;

    void note(String work, @Nullable Compartment compartment, long tookNanos) {
        if (tookNanos > nanos) {
            nanos = tookNanos;
            what = work;
            where = compartment;
        }
    }

    public void clear() {
        nanos = 0;
    }

    public long nanos() {
        return nanos;
    }

    /** What it was and in which compartment. Allocates. */
    public String text() {
        Compartment compartment = where;
        return compartment == null ? what : what + " in '" + compartment.name() + "'";
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import dev.cofferdam.server.client.Client;
import dev.cofferdam.server.command.Call;
import org.jspecify.annotations.Nullable;

/**
 * One execution: what it may do, what it has done, and whether somebody wants it to end.
 *
 * <p>One per engine, used again. The thread that runs the script, except for the volatile fields.
 */
final class ScriptRun {
    @Nullable Call call;
    volatile @Nullable Source source;
    boolean readOnly;
    volatile boolean inLane;
    boolean inTransaction;
    /** It began on the event loop and may begin anew in a lane as long as it has not written. */
    boolean mayMove;
    boolean resp3;
    volatile long startedNanos;
    /** Bits of the compartments this thread may touch; in a lane only. */
    volatile int compartments;
    /** On the event loop: it has to go on in a lane, and nothing has been written yet. */
    boolean movesToLane;
    /** It has run a command that writes: killing it would leave half of its work. */
    volatile boolean written;
    /** Why it must end, as the error's text; null to go on. */
    volatile @Nullable String ending;
    volatile boolean running;
    /** Registers a library's functions; no command may be called. */
    boolean loading;

    void begin(Call caller, Source what, boolean mayNotWrite, long nanos) {
        call = caller;
        source = what;
        readOnly = mayNotWrite;
        inLane = caller.isInLane();
        inTransaction = caller.inTransaction();
        mayMove = caller.mayMove();
        resp3 = false;
        startedNanos = nanos;
        movesToLane = false;
        written = false;
        ending = null;
        loading = false;
        running = true;
    }

    void beginLoading(Source what, long nanos) {
        source = what;
        inLane = false;
        inTransaction = false;
        mayMove = false;
        startedNanos = nanos;
        movesToLane = false;
        written = false;
        ending = null;
        loading = true;
        running = true;
    }

    void end() {
        running = false;
        call = null;
        source = null;
        loading = false;
    }

    Client client() {
        Call caller = call;
        if (caller == null) {
            throw new IllegalStateException("no script runs");
        }
        return caller.client();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import dev.cofferdam.server.command.Call;
import java.util.concurrent.CountDownLatch;

/**
 * A script in a lane waits for compartments beyond those of its keys; the event loop hands them over, or refuses when whoever has them waits as well.
 */
final class Handover {
    final ScriptRun run;
    final Call outer;
    final int compartments;
    private final CountDownLatch decided = new CountDownLatch(1);
    private volatile boolean granted;

    Handover(ScriptRun run, Call outer, int compartments) {
        this.run = run;
        this.outer = outer;
        this.compartments = compartments;
    }

    /** Event loop. */
    void decide(boolean yes) {
        granted = yes;
        decided.countDown();
    }

    /** The lane; true when the compartments are its own now. */
    boolean await() {
        try {
            decided.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return granted;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.server.command.Arity;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.Flag;
import dev.cofferdam.server.command.Memory;
import dev.cofferdam.server.net.LoopHarness.RawClient;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * STALL, a command that keeps the event loop busy until it may go on, as a machine without a free core does: what clients send meanwhile is found together by the
 * next turn.
 */
final class Stall {
    private final Semaphore entered = new Semaphore(0);
    private final Semaphore goOn = new Semaphore(0);

    /** For {@link LoopHarness}. */
    void declare(CommandTable table) {
        table.group("test").command("STALL").summary("Waits.").since("0.1").complexity("O(1)").arity(Arity.exactly(1)).flags(Flag.READONLY)
            .memory(Memory.NEUTRAL).noKeys().handledBy(call -> {
                entered.release();
                goOn.acquireUninterruptibly();
                call.reply().ok();
            });
    }

    /** The client sends STALL; returns when the loop executes it. */
    void begin(RawClient client) throws Exception {
        client.command("STALL");
        assertThat(entered.tryAcquire(LoopHarness.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
    }

    /** The loop goes on, and answers the client with OK. */
    void end() {
        goOn.release();
    }
}

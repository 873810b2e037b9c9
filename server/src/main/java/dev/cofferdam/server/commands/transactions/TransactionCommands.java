// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.transactions;

import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.ALLOW_BUSY;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.LOADING;
import static dev.cofferdam.server.command.Flag.NOSCRIPT;
import static dev.cofferdam.server.command.Flag.SKIP_SLOWLOG;
import static dev.cofferdam.server.command.Flag.STALE;
import static dev.cofferdam.server.command.KeySpec.keys;
import static dev.cofferdam.server.command.KeyUse.INSPECTS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.server.command.CommandTable;

/** Declares the transaction commands; the work is done by {@link dev.cofferdam.server.command.Transactions}. */
public final class TransactionCommands {
    private TransactionCommands() {
    }

    public static void declare(CommandTable table) {
        table.group("transactions");
        table.command("MULTI").summary("Starts a transaction.").since("1.2.0").complexity("O(1)").arity(exactly(1))
            .flags(NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY).memory(NEUTRAL).handledBy(call -> call.server().transactions().multi(call));
        table.command("EXEC").summary("Executes all commands of the transaction, or none when a watched key has changed.").since("1.2.0")
            .complexity("What the commands in it cost.").arity(exactly(1)).flags(NOSCRIPT, LOADING, STALE, SKIP_SLOWLOG)
            .memory(NEUTRAL)
            .handledBy(call -> call.server().transactions().exec(call));
        table.command("DISCARD").summary("Forgets the transaction.").since("2.0.0")
            .complexity("O(N) where N is the number of queued commands")
            .arity(exactly(1)).flags(NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY).memory(NEUTRAL)
            .handledBy(call -> call.server().transactions().discard(call));
        table.command("WATCH").summary("Makes the next transaction fail if one of the keys changes before it.").since("2.2.0")
            .complexity("O(1) for every key").arity(atLeast(2)).flags(NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY).memory(NEUTRAL)
            .keys(keys(1, -1, 1, INSPECTS)).arguments(key("key").multiple()).handledBy(call -> call.server().transactions().watch(call));
        table.command("UNWATCH").summary("Forgets the watched keys.").since("2.2.0").complexity("O(1)").arity(exactly(1))
            .flags(NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY).memory(NEUTRAL)
            .handledBy(call -> call.server().transactions().unwatch(call));
    }
}

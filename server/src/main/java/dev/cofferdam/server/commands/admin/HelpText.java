// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.admin;

import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.LOADING;
import static dev.cofferdam.server.command.Flag.STALE;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.server.command.CommandTable;

/** The HELP of a command with subcommands: lines of text between Redis's first and last. Stateless. */
public final class HelpText {
    private HelpText() {
    }

    /** Declares {@code container}'s HELP. */
    public static void declare(CommandTable table, String container, String since, String... lines) {
        table.command(container + "|HELP").summary("Shows what the subcommands do.").since(since).complexity("O(1)").arity(exactly(2))
            .flags(LOADING, STALE)
            .memory(NEUTRAL).handledBy(call -> {
                call.reply().array(lines.length + 3L);
                call.reply().simple(container + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
                for (String line : lines) {
                    call.reply().simple(line);
                }
                call.reply().simple("HELP");
                call.reply().simple("    Prints this help.");
            });
    }
}

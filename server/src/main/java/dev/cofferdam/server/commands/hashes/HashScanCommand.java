// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.hashes;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.pattern;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.MemberScan;
import dev.cofferdam.server.command.ValueType;

/** HSCAN: some fields with their values, and where to go on. */
final class HashScanCommand {
    private HashScanCommand() {
    }

    static void declare(CommandTable table) {
        table.command("HSCAN").summary("Walks over the fields of a hash, some at a time.").since("2.8.0")
            .complexity("O(N) for N fields visited in a call").arity(atLeast(3)).flags(READONLY).memory(NEUTRAL)
            .keys(KeySpec.key(1, READS))
            .arguments(key("key"), integer("cursor"), pattern("pattern").after("MATCH").optional(),
                    integer("count").after("COUNT").optional())
            .tips("nondeterministic_output").handledBy(HashScanCommand::run);
    }

    private static void run(Call call) {
        MemberScan.run(call, ValueType.HASH, key -> HashCommands.values(key).walk(key), 2, HashCommands::replyPair);
    }
}

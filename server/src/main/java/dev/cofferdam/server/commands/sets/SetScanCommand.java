// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sets;

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

/** SSCAN: some members, and where to go on. */
final class SetScanCommand {
    private SetScanCommand() {
    }

    static void declare(CommandTable table) {
        table.command("SSCAN").summary("Walks over the members of a set, some at a time.").since("2.8.0")
            .complexity("O(N) for N members visited in a call").arity(atLeast(3)).flags(READONLY).memory(NEUTRAL)
            .keys(KeySpec.key(1, READS))
            .arguments(key("key"), integer("cursor"), pattern("pattern").after("MATCH").optional(),
                    integer("count").after("COUNT").optional())
            .tips("nondeterministic_output").handledBy(SetScanCommand::run);
    }

    private static void run(Call call) {
        MemberScan.run(call, ValueType.SET, key -> SetFamily.values(key).walk(key), 1, SetFamily::replyMember);
    }
}

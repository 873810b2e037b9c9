// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sets;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.pattern;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.SetWalk;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.ScanArguments;

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
        ScanArguments scan = new ScanArguments();
        if (!scan.parseCursor(call, 2)) {
            return;
        }
        Key key = SetFamily.key(call, 1);
        if (key == null) {
            return;
        }
        if (!key.exists()) {
            ScanArguments.replyEmpty(call);
            return;
        }
        if (!scan.parseOptions(call, 3)) {
            return;
        }
        SetWalk walk = SetFamily.values(key).walk(key);
        int from = walk.isLarge() ? scan.from(walk.count()) : walk.count();
        int to = walk.isLarge() ? scan.to(walk.count()) : 0;
        if (call.heavy(from - to)) {
            return;
        }
        int matching = 0;
        while (walk.nextBetween(to, from)) {
            matching += scan.matches(walk.member) ? 1 : 0;
        }
        ReplyWriter reply = call.reply();
        reply.array(2);
        reply.bulkLong(to);
        reply.array(matching);
        walk = SetFamily.values(key).walk(key);
        while (walk.nextBetween(to, from)) {
            if (scan.matches(walk.member)) {
                reply.bulk(walk.member.address, walk.member.length);
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.hashes;

import static dev.cofferdam.server.command.Argument.block;
import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.token;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.HashWalk;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.RandomMembers;

/** HRANDFIELD: one field of a hash or several, chosen at random. */
final class HashRandomCommand {
    private HashRandomCommand() {
    }

    static void declare(CommandTable table) {
        table.command("HRANDFIELD").summary("Returns one or several fields chosen at random.").since("6.2.0")
            .complexity("O(N) for N fields returned").arity(atLeast(2)).flags(READONLY).memory(NEUTRAL).keys(KeySpec.key(1, READS))
            .arguments(key("key"), block("options", integer("count"), token("WITHVALUES").optional()).optional())
            .tips("nondeterministic_output").handledBy(HashRandomCommand::run);
    }

    private static void run(Call call) {
        if (call.count() == 2) {
            Key key = HashCommands.key(call);
            if (key != null) {
                RandomMembers.one(call, HashCommands.values(key).walk(key));
            }
            return;
        }
        if (!RandomMembers.parseCount(call)) {
            return;
        }
        long count = call.number;
        boolean withValues = call.count() == 4 && call.is(3, "WITHVALUES");
        if (call.count() > 4 || call.count() == 4 && !withValues) {
            call.reply().error("ERR syntax error");
            return;
        }
        if (withValues && (count < -Long.MAX_VALUE / 2 || count > Long.MAX_VALUE / 2)) {
            call.reply().error("ERR value is out of range");
            return;
        }
        Key key = HashCommands.key(call);
        if (key == null) {
            return;
        }
        HashWalk walk = HashCommands.values(key).walk(key);
        if (!withValues) {
            RandomMembers.several(call, count, walk, 1, HashCommands::replyField);
        } else if (call.reply().resp3()) {
            RandomMembers.several(call, count, walk, 1, HashRandomCommand::replyPairAsArray);
        } else {
            RandomMembers.several(call, count, walk, 2, HashCommands::replyPair);
        }
    }

    private static void replyPairAsArray(ReplyWriter reply, HashWalk walk) {
        reply.array(2);
        HashCommands.replyPair(reply, walk);
    }
}

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

import dev.cofferdam.keyspace.HashValues;
import dev.cofferdam.keyspace.HashWalk;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.DistinctPositions;
import dev.cofferdam.server.command.KeySpec;

/** HRANDFIELD: fields chosen by position, so each is as likely as any other. */
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
            one(call);
            return;
        }
        if (!call.parseLong(2)) {
            return;
        }
        long count = call.number;
        if (count == Long.MIN_VALUE) {
            call.reply().error("ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807");
            return;
        }
        boolean withValues = call.count() == 4 && call.is(3, "WITHVALUES");
        if (call.count() > 4 || call.count() == 4 && !withValues) {
            call.reply().error("ERR syntax error");
            return;
        }
        if (withValues && (count < -Long.MAX_VALUE / 2 || count > Long.MAX_VALUE / 2)) {
            call.reply().error("ERR value is out of range");
            return;
        }
        several(call, count, withValues);
    }

    private static void one(Call call) {
        Key key = HashCommands.key(call);
        if (key == null) {
            return;
        }
        if (!key.exists()) {
            call.reply().nil();
            return;
        }
        HashWalk walk = HashCommands.values(key).walk(key);
        walk.to(call.random().nextInt(walk.count()));
        call.reply().bulk(walk.field.address, walk.field.length);
    }

    private static void several(Call call, long count, boolean withValues) {
        Key key = HashCommands.key(call);
        if (key == null) {
            return;
        }
        int size = HashValues.count(key);
        if (size == 0 || count == 0) {
            call.reply().emptyArray();
            return;
        }
        long wanted = count < 0 ? -count : Math.min(count, size);
        if (call.heavy(wanted)) {
            return;
        }
        HashWalk walk = HashCommands.values(key).walk(key);
        ReplyWriter reply = call.reply();
        reply.array(withValues && !reply.resp3() ? 2 * wanted : wanted);
        if (count >= size) {
            while (walk.next()) {
                element(reply, walk, withValues);
            }
            return;
        }
        DistinctPositions distinct = count > 0 ? new DistinctPositions(call.random(), size) : null;
        for (long i = 0; i < wanted; i++) {
            walk.to(distinct == null ? call.random().nextInt(size) : distinct.next());
            element(reply, walk, withValues);
        }
    }

    /** Pairs in RESP3, one flat list in RESP2. */
    private static void element(ReplyWriter reply, HashWalk walk, boolean withValue) {
        if (withValue && reply.resp3()) {
            reply.array(2);
        }
        reply.bulk(walk.field.address, walk.field.length);
        if (withValue) {
            reply.bulk(walk.value.address, walk.value.length);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.hashes;

import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.KeyUse.INSPECTS;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.HashValues;
import dev.cofferdam.keyspace.HashWalk;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.memory.Slice;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;

/** HGET to HVALS: what reads a hash and changes nothing. */
final class HashReadCommands {
    private HashReadCommands() {
    }

    static void declare(CommandTable table) {
        table.command("HGET").summary("Returns the value of a field.").since("2.0.0").complexity("O(1)").arity(exactly(3))
            .flags(READONLY, FAST).memory(NEUTRAL).keys(KeySpec.key(1, READS)).arguments(key("key"), string("field"))
            .handledBy(HashReadCommands::hget);
        table.command("HMGET").summary("Returns the values of several fields.").since("2.0.0").complexity("O(N) for N fields asked for")
            .arity(atLeast(3)).flags(READONLY, FAST).memory(NEUTRAL).keys(KeySpec.key(1, READS))
            .arguments(key("key"), string("field").multiple()).handledBy(HashReadCommands::hmget);
        table.command("HGETALL").summary("Returns all fields with their values.").since("2.0.0").complexity("O(N) for a hash of N fields")
            .arity(exactly(2)).flags(READONLY).memory(NEUTRAL).keys(KeySpec.key(1, READS)).arguments(key("key"))
            .tips("nondeterministic_output_order").handledBy(HashReadCommands::hgetall);
        table.command("HKEYS").summary("Returns the names of all fields.").since("2.0.0").complexity("O(N) for a hash of N fields")
            .arity(exactly(2)).flags(READONLY).memory(NEUTRAL).keys(KeySpec.key(1, READS)).arguments(key("key"))
            .tips("nondeterministic_output_order").handledBy(HashReadCommands::hkeys);
        table.command("HVALS").summary("Returns the values of all fields.").since("2.0.0").complexity("O(N) for a hash of N fields")
            .arity(exactly(2)).flags(READONLY).memory(NEUTRAL).keys(KeySpec.key(1, READS)).arguments(key("key"))
            .tips("nondeterministic_output_order").handledBy(HashReadCommands::hvals);
        table.command("HLEN").summary("Returns the number of fields.").since("2.0.0").complexity("O(1)").arity(exactly(2))
            .flags(READONLY, FAST).memory(NEUTRAL).keys(KeySpec.key(1, INSPECTS)).arguments(key("key"))
            .handledBy(HashReadCommands::hlen);
        table.command("HSTRLEN").summary("Returns the length of a field's value.").since("3.2.0").complexity("O(1)").arity(exactly(3))
            .flags(READONLY, FAST).memory(NEUTRAL).keys(KeySpec.key(1, INSPECTS)).arguments(key("key"), string("field"))
            .handledBy(HashReadCommands::hstrlen);
        table.command("HEXISTS").summary("Tells whether a field exists.").since("2.0.0").complexity("O(1)").arity(exactly(3))
            .flags(READONLY, FAST).memory(NEUTRAL).keys(KeySpec.key(1, INSPECTS)).arguments(key("key"), string("field"))
            .handledBy(HashReadCommands::hexists);
    }

    private static void hget(Call call) {
        Key key = HashCommands.key(call);
        if (key != null) {
            replyValue(call, key, 2);
        }
    }

    private static void hmget(Call call) {
        Key key = HashCommands.key(call);
        if (key == null || call.heavy(call.count())) {
            return;
        }
        call.reply().array(call.count() - 2);
        for (int i = 2; i < call.count(); i++) {
            replyValue(call, key, i);
        }
    }

    private static void replyValue(Call call, Key key, int argument) {
        if (HashCommands.get(call, key, argument)) {
            Slice value = HashCommands.values(key).value;
            call.reply().bulk(value.address, value.length);
        } else {
            call.reply().nil();
        }
    }

    private static void hgetall(Call call) {
        Key key = HashCommands.key(call);
        if (key == null || call.heavy(HashValues.count(key))) {
            return;
        }
        call.reply().map(HashValues.count(key));
        replyAll(call, key, true, true);
    }

    private static void hkeys(Call call) {
        Key key = HashCommands.key(call);
        if (key == null || call.heavy(HashValues.count(key))) {
            return;
        }
        call.reply().array(HashValues.count(key));
        replyAll(call, key, true, false);
    }

    private static void hvals(Call call) {
        Key key = HashCommands.key(call);
        if (key == null || call.heavy(HashValues.count(key))) {
            return;
        }
        call.reply().array(HashValues.count(key));
        replyAll(call, key, false, true);
    }

    private static void replyAll(Call call, Key key, boolean fields, boolean values) {
        ReplyWriter reply = call.reply();
        HashWalk walk = HashCommands.values(key).walk(key);
        while (walk.next()) {
            if (fields) {
                reply.bulk(walk.field.address, walk.field.length);
            }
            if (values) {
                reply.bulk(walk.value.address, walk.value.length);
            }
        }
    }

    private static void hlen(Call call) {
        Key key = HashCommands.key(call);
        if (key != null) {
            call.reply().integer(HashValues.count(key));
        }
    }

    private static void hstrlen(Call call) {
        Key key = HashCommands.key(call);
        if (key != null) {
            call.reply().integer(HashCommands.get(call, key, 2) ? HashCommands.values(key).value.length : 0);
        }
    }

    private static void hexists(Call call) {
        Key key = HashCommands.key(call);
        if (key != null) {
            call.reply().integer(HashCommands.get(call, key, 2) ? 1 : 0);
        }
    }
}

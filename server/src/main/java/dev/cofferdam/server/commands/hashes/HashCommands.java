// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.hashes;

import dev.cofferdam.keyspace.HashValues;
import dev.cofferdam.keyspace.HashWalk;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.ValueType;
import org.jspecify.annotations.Nullable;

/** The family of hash commands, a class for each idea, and what they share. Handlers run on the thread that owns the key's compartment. */
public final class HashCommands {
    private HashCommands() {
    }

    public static void declare(CommandTable table) {
        table.group("hash");
        HashReadCommands.declare(table);
        HashWriteCommands.declare(table);
        FieldCounterCommands.declare(table);
        HashRandomCommand.declare(table);
        HashScanCommand.declare(table);
    }

    /** The key at argument 1, absent or a hash; null when it is of another type, which was replied then. */
    static @Nullable Key key(Call call) {
        Key key = call.key(1);
        return call.typeIs(key, ValueType.HASH) ? key : null;
    }

    static HashValues values(Key key) {
        return key.compartment().hashes();
    }

    /** Looks up the field named by an argument; its value is then in the values' slice. */
    static boolean get(Call call, Key key, int argument) {
        return values(key).get(key, call.address(argument), call.length(argument));
    }

    static void replyField(ReplyWriter reply, HashWalk walk) {
        reply.bulk(walk.field.address, walk.field.length);
    }

    /** As two elements of whatever array was begun. */
    static void replyPair(ReplyWriter reply, HashWalk walk) {
        replyField(reply, walk);
        reply.bulk(walk.value.address, walk.value.length);
    }

    /** For sizers, which reply nothing: the key as it is, or null when the command will fail on its type. */
    static @Nullable Key peek(Call call) {
        Key key = call.peek(1);
        return key.entry == 0 || ValueType.of(key.kind()) == ValueType.HASH ? key : null;
    }
}

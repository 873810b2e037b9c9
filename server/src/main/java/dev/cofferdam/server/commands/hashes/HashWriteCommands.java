// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.hashes;

import static dev.cofferdam.server.command.Argument.block;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.INSERTS;
import static dev.cofferdam.server.command.KeyUse.REMOVES;
import static dev.cofferdam.server.command.KeyUse.UPDATES;
import static dev.cofferdam.server.command.Memory.FREES;
import static dev.cofferdam.server.command.Memory.GROWS;

import dev.cofferdam.keyspace.HashValues;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;

/** HSET, HSETNX, HMSET and HDEL. A value of the same length goes where the old one is, so touching a session works in a full compartment. */
final class HashWriteCommands {
    /** Up to so many arguments and bytes, the room every admission leaves is enough: the key need not be looked at. */
    private static final int SMALL_ARGUMENTS = 34;
    private static final long SMALL_BYTES = 2048;
    private static final long SMALL_BOUND_BYTES = 4096;

    private HashWriteCommands() {
    }

    static void declare(CommandTable table) {
        table.command("HSET").summary("Sets the values of fields; creates the hash when it is absent.").since("2.0.0")
            .complexity("O(N) for N fields").arity(atLeast(4)).flags(WRITE, FAST).memory(GROWS).keys(KeySpec.key(1, UPDATES))
            .arguments(key("key"), block("field_value", string("field"), string("value")).multiple()).bound(HashWriteCommands::bound)
            .need(HashWriteCommands::need).history("4.0.0", "Takes several fields.").handledBy(HashWriteCommands::hset);
        table.command("HMSET").summary("Sets the values of fields, as HSET does, and replies OK.").since("2.0.0")
            .complexity("O(N) for N fields").arity(atLeast(4)).flags(WRITE, FAST).memory(GROWS).keys(KeySpec.key(1, UPDATES))
            .arguments(key("key"), block("field_value", string("field"), string("value")).multiple()).bound(HashWriteCommands::bound)
            .need(HashWriteCommands::need).deprecated("4.0.0", "`HSET` with several fields").handledBy(HashWriteCommands::hmset);
        table.command("HSETNX").summary("Sets the value of a field that does not exist yet.").since("2.0.0").complexity("O(1)")
            .arity(exactly(4)).flags(WRITE, FAST).memory(GROWS).keys(KeySpec.key(1, INSERTS))
            .arguments(key("key"), string("field"), string("value")).bound(HashWriteCommands::bound)
            .need(HashWriteCommands::needIfAbsent).handledBy(HashWriteCommands::hsetnx);
        table.command("HDEL").summary("Removes fields, and the key with the last of them.").since("2.0.0").complexity("O(N) for N fields")
            .arity(atLeast(3)).flags(WRITE, FAST).memory(FREES).keys(KeySpec.key(1, REMOVES))
            .arguments(key("key"), string("field").multiple()).history("2.4.0", "Takes several fields.").handledBy(HashWriteCommands::hdel);
    }

    private static long bound(Call call) {
        long bytes = 0;
        for (int i = 2; i < call.count(); i++) {
            bytes += call.length(i);
        }
        if (call.count() <= SMALL_ARGUMENTS && bytes + call.length(1) <= SMALL_BYTES) {
            return SMALL_BOUND_BYTES + bytes;
        }
        return HashValues.putBound(call.peek(1), call.count() / 2, bytes);
    }

    private static long need(Call call) {
        Key key = HashCommands.peek(call);
        if (key == null || call.count() % 2 != 0) {
            return 0; // an error is replied, and that needs nothing
        }
        long growth = 0;
        for (int i = 2; i < call.count(); i += 2) {
            growth += HashCommands.values(key).growth(key, call.address(i), call.length(i), call.length(i + 1));
        }
        return growth;
    }

    private static long needIfAbsent(Call call) {
        Key key = HashCommands.peek(call);
        if (key == null || HashCommands.get(call, key, 2)) {
            return 0;
        }
        return need(call);
    }

    private static void hset(Call call) {
        int added = setAll(call);
        if (added >= 0) {
            call.reply().integer(added);
        }
    }

    private static void hmset(Call call) {
        if (setAll(call) >= 0) {
            call.reply().ok();
        }
    }

    /** Answers how many fields are new; negative when the call was refused or goes to its lane. */
    private static int setAll(Call call) {
        if (call.count() % 2 != 0) {
            call.reply().error("ERR wrong number of arguments for '" + call.command().name() + "' command");
            return -1;
        }
        Key key = HashCommands.key(call);
        if (key == null || call.heavy(call.count() / 2)) {
            return -1;
        }
        HashValues values = HashCommands.values(key);
        int added = 0;
        for (int i = 2; i < call.count(); i += 2) {
            if (values.put(key, call.address(i), call.length(i), call.address(i + 1), call.length(i + 1))) {
                added++;
            }
        }
        call.changed(key, "hset");
        return added;
    }

    private static void hsetnx(Call call) {
        Key key = HashCommands.key(call);
        if (key == null) {
            return;
        }
        if (HashCommands.get(call, key, 2)) {
            call.reply().integer(0);
            return;
        }
        HashCommands.values(key).put(key, call.address(2), call.length(2), call.address(3), call.length(3));
        call.changed(key, "hset");
        call.reply().integer(1);
    }

    private static void hdel(Call call) {
        Key key = HashCommands.key(call);
        if (key == null || call.heavy(call.count())) {
            return;
        }
        HashValues values = HashCommands.values(key);
        int removed = 0;
        for (int i = 2; i < call.count() && key.exists(); i++) {
            if (values.remove(key, call.address(i), call.length(i))) {
                removed++;
            }
        }
        if (removed > 0) {
            call.changed(key, "hdel");
            if (!key.exists()) {
                call.changed(key, "del");
            }
        }
        call.reply().integer(removed);
    }
}

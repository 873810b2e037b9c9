// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.bitmaps;

import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.OVERWRITES;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.Memory.GROWS;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StringValues;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.ValueType;
import org.jspecify.annotations.Nullable;

/** BITOP: a string whose bits are made of those of others. Built beside what the destination holds, which may be one of the sources. */
final class BitOperationCommand {
    private static final int DESTINATION = 2;
    private static final int FIRST_SOURCE = 3;

    private BitOperationCommand() {
    }

    static void declare(CommandTable table) {
        table.command("BITOP").summary("Combines the bits of strings by AND, OR, XOR or NOT and stores the result.").since("2.6.0")
            .complexity("O(N)")
            .arity(atLeast(4)).flags(WRITE).memory(GROWS)
            .keys(KeySpec.key(DESTINATION, OVERWRITES), KeySpec.keys(FIRST_SOURCE, -1, 1, READS))
            .arguments(string("operation"), key("destkey"),
                    key("key").multiple())
            .bound(BitOperationCommand::bound).need(BitOperationCommand::bound).handledBy(BitOperationCommand::bitop);
    }

    private static @Nullable BitOperation operation(Call call) {
        for (BitOperation each : BitOperation.values()) {
            if (each != BitOperation.TAKE && call.is(1, each.name())) {
                return each;
            }
        }
        return null;
    }

    private static long bound(Call call) {
        long longest = longest(call);
        return longest <= 0 ? 0 : longest + call.length(DESTINATION) + BitmapCommands.ENTRY_SLACK_BYTES;
    }

    /** Bytes of the longest source; -1 when one is no string. */
    private static long longest(Call call) {
        long longest = 0;
        for (int i = FIRST_SOURCE; i < call.count(); i++) {
            Key key = call.eachPeek(i);
            if (key.exists() && !StringValues.isString(key.kind())) {
                return -1;
            }
            longest = Math.max(longest, StringValues.length(key));
        }
        return longest;
    }

    private static void bitop(Call call) {
        BitOperation operation = operation(call);
        if (operation == null) {
            call.reply().error(BitmapCommands.SYNTAX_ERROR);
            return;
        }
        if (operation == BitOperation.NOT && call.count() != FIRST_SOURCE + 1) {
            call.reply().error("ERR BITOP NOT must be called with a single source key.");
            return;
        }
        if (call.heavy(call.count())) {
            return;
        }
        for (int i = FIRST_SOURCE; i < call.count(); i++) {
            if (!call.typeIs(call.eachKey(i), ValueType.STRING)) {
                return;
            }
        }
        long length = longest(call);
        if (BitmapCommands.heavy(call, length * (call.count() - FIRST_SOURCE))) {
            return;
        }
        Key destination = call.key(DESTINATION);
        if (length > 0) {
            long target = StringValues.beginBeside(destination, length);
            for (int i = FIRST_SOURCE; i < call.count(); i++) {
                boolean first = i == FIRST_SOURCE && operation != BitOperation.NOT;
                BitSource.of(call, call.eachKey(i)).combine(first ? BitOperation.TAKE : operation, target, length);
            }
            StringValues.finishBeside(destination);
            call.changed(destination, "set");
        } else if (destination.exists()) {
            destination.compartment().delete(destination);
            call.changed(destination, "del");
        }
        call.reply().integer(length);
    }
}

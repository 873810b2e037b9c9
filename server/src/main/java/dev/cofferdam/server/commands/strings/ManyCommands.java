// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.strings;

import static dev.cofferdam.server.command.Argument.block;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.CREATES;
import static dev.cofferdam.server.command.KeyUse.OVERWRITES;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.Memory.GROWS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StringValues;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.ValueType;

/** MGET, MSET, MSETNX: many keys at once, of any compartments; the writers all or nothing. */
final class ManyCommands {
    /** Beside an entry's own bytes: its share of an index bucket, and of the hole at a page's end. */
    private static final long ENTRY_SLACK_BYTES = 64;

    private ManyCommands() {
    }

    static void declare(CommandTable table) {
        table.command("MGET").summary("Returns the strings of several keys.").since("1.0.0")
            .complexity("O(N) where N is the number of keys")
            .arity(atLeast(2)).flags(READONLY, FAST).memory(NEUTRAL).keys(KeySpec.keys(1, -1, 1, READS)).arguments(key("key").multiple())
            .tips("request_policy:multi_shard").handledBy(ManyCommands::mget);
        table.command("MSET").summary("Sets the strings of several keys, all or none.").since("1.0.1")
            .complexity("O(N) where N is the number of keys").arity(atLeast(3)).flags(WRITE).memory(GROWS)
            .keys(KeySpec.keys(1, -1, 2, OVERWRITES)).arguments(block("key_value", key("key"), string("value")).multiple())
            .tips("request_policy:multi_shard", "response_policy:all_succeeded").bound(ManyCommands::bound).need(ManyCommands::growth)
            .handledBy(ManyCommands::mset);
        table.command("MSETNX").summary("Sets the strings of several keys if none of them exists.").since("1.0.1")
            .complexity("O(N) where N is the number of keys").arity(atLeast(3)).flags(WRITE).memory(GROWS)
            .keys(KeySpec.keys(1, -1, 2, CREATES)).arguments(block("key_value", key("key"), string("value")).multiple())
            .tips("request_policy:multi_shard", "response_policy:agg_min").bound(ManyCommands::bound)
            .need(call -> anyExists(call) ? 0 : 1).handledBy(ManyCommands::msetnx);
    }

    /** Without looking anything up: every value as if its key were new. */
    private static long bound(Call call) {
        long sum = 0;
        for (int i = 1; i < call.count(); i++) {
            sum += call.length(i) + ENTRY_SLACK_BYTES;
        }
        return sum;
    }

    private static long growth(Call call) {
        long sum = 0;
        for (int i = 1; i + 1 < call.count(); i += 2) {
            sum += StringValues.growthBySet(call.eachKey(i), call.address(i + 1), call.length(i + 1), false);
        }
        return sum;
    }

    private static void mget(Call call) {
        if (call.heavy(call.count())) {
            return;
        }
        int keys = call.count() - 1;
        call.reply().array(keys);
        for (int i = 1; i <= keys; i++) {
            Key key = call.eachKey(i);
            if (key.exists() && !StringValues.isString(key.kind())) {
                call.reply().nil();
            } else {
                StringCommands.replyValue(call.reply(), key);
            }
        }
    }

    private static boolean isUneven(Call call) {
        if (call.count() % 2 == 1) {
            return false;
        }
        call.reply().error("ERR wrong number of arguments for '" + call.command().name() + "' command");
        return true;
    }

    private static void mset(Call call) {
        if (!isUneven(call) && !call.heavyChanges(call.count())) {
            writeAll(call);
            call.reply().ok();
        }
    }

    private static void msetnx(Call call) {
        if (isUneven(call) || call.heavyChanges(call.count())) {
            return;
        }
        if (anyExists(call)) {
            call.reply().integer(0);
            return;
        }
        writeAll(call);
        call.reply().integer(1);
    }

    private static boolean anyExists(Call call) {
        for (int i = 1; i < call.count(); i += 2) {
            if (call.eachKey(i).exists()) {
                return true;
            }
        }
        return false;
    }

    private static void writeAll(Call call) {
        for (int i = 1; i < call.count(); i += 2) {
            SetCommands.write(call, call.eachKey(i), i + 1, 0, false);
        }
    }
}

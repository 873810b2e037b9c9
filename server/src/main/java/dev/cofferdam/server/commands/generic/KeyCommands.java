// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.generic;

import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.DELETES;
import static dev.cofferdam.server.command.KeyUse.INSPECTS;
import static dev.cofferdam.server.command.Memory.FREES;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandBuilder;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.ValueType;

/** DEL, UNLINK, EXISTS, TOUCH, TYPE: whether a key is there, and that it shall not be. */
final class KeyCommands {
    private KeyCommands() {
    }

    static void declare(CommandTable table) {
        manyKeys(table, "DEL", "1.0.0", "Deletes keys; what a large one held is freed step by step afterwards.").flags(WRITE).memory(FREES)
            .keys(KeySpec.keys(1, -1, 1, DELETES)).handledBy(KeyCommands::del);
        manyKeys(table, "UNLINK", "4.0.0", "DEL, which never makes anybody wait here.").flags(WRITE, FAST).memory(FREES)
            .keys(KeySpec.keys(1, -1, 1, DELETES)).handledBy(KeyCommands::del);
        manyKeys(table, "EXISTS", "1.0.0", "Counts those of the keys that exist; one named twice counts twice.").flags(READONLY, FAST)
            .memory(NEUTRAL).keys(KeySpec.keys(1, -1, 1, INSPECTS)).history("3.0.3", "Takes several keys.").handledBy(KeyCommands::exists);
        manyKeys(table, "TOUCH", "3.2.1", "Marks keys as used and counts those that exist.").flags(READONLY, FAST).memory(NEUTRAL)
            .keys(KeySpec.keys(1, -1, 1, INSPECTS)).handledBy(KeyCommands::touch);
        table.command("TYPE").summary("Returns the type of what a key holds.").since("1.0.0").complexity("O(1)").arity(exactly(2))
            .flags(READONLY, FAST).memory(NEUTRAL).keys(KeySpec.key(1, INSPECTS)).arguments(key("key")).handledBy(KeyCommands::type);
    }

    private static CommandBuilder manyKeys(CommandTable table, String name, String since, String summary) {
        return table.command(name).summary(summary).since(since).complexity("O(N) where N is the number of keys").arity(atLeast(2))
            .arguments(key("key").multiple()).tips("request_policy:multi_shard", "response_policy:agg_sum");
    }

    private static void del(Call call) {
        if (call.heavyChanges(call.count())) {
            return;
        }
        int deleted = 0;
        for (int i = 1; i < call.count(); i++) {
            Key key = call.eachKey(i);
            if (key.exists()) {
                key.compartment().delete(key);
                call.changed(key, "del");
                deleted++;
            }
        }
        call.reply().integer(deleted);
    }

    private static void exists(Call call) {
        if (call.heavy(call.count())) {
            return;
        }
        int found = 0;
        for (int i = 1; i < call.count(); i++) {
            found += call.eachPeek(i).exists() ? 1 : 0;
        }
        call.reply().integer(found);
    }

    private static void touch(Call call) {
        if (call.heavy(call.count())) {
            return;
        }
        int found = 0;
        for (int i = 1; i < call.count(); i++) {
            found += call.eachKey(i).exists() ? 1 : 0;
        }
        call.reply().integer(found);
    }

    private static void type(Call call) {
        Key key = call.peek(1);
        call.reply().simple(key.exists() ? ValueType.of(key.kind()).replyName() : "none");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.lists;

import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.INSERTS;
import static dev.cofferdam.server.command.Memory.GROWS;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.ListElement;
import dev.cofferdam.keyspace.ListValues;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandBuilder;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.RepeatHandler;
import dev.cofferdam.server.command.ValueType;

/** LPUSH and the like: what adds elements at an end. All of a call's elements go in, or none. */
final class PushCommands {
    private PushCommands() {
    }

    static void declare(CommandTable table) {
        push(table, "LPUSH", "1.0.0", "Adds elements at the head of a list; creates it if need be.")
            .history("2.4.0", "Takes several elements.").repeatedBy(new Repeated(true)).handledBy(call -> push(call, true, false));
        push(table, "RPUSH", "1.0.0", "Adds elements at the tail of a list; creates it if need be.")
            .history("2.4.0", "Takes several elements.").repeatedBy(new Repeated(false)).handledBy(call -> push(call, false, false));
        push(table, "LPUSHX", "2.2.0", "Adds elements at the head of a list that exists.").need(PushCommands::needOfExisting)
            .history("4.0.0", "Takes several elements.").repeatedBy(new Repeated(true)).handledBy(call -> push(call, true, true));
        push(table, "RPUSHX", "2.2.0", "Adds elements at the tail of a list that exists.").need(PushCommands::needOfExisting)
            .history("4.0.0", "Takes several elements.").repeatedBy(new Repeated(false)).handledBy(call -> push(call, false, true));
    }

    private static CommandBuilder push(CommandTable table, String name, String since, String summary) {
        return table.command(name).summary(summary).since(since).complexity("O(1) for each element").arity(atLeast(3)).flags(WRITE, FAST)
            .memory(GROWS).keys(KeySpec.key(1, INSERTS)).arguments(key("key"), string("element").multiple()).bound(PushCommands::bound);
    }

    /** Asked before every push, so it does not look the key up. */
    private static long bound(Call call) {
        ListValues lists = call.compartmentOf(1).lists();
        long bytes = lists.pushBound(call.length(1));
        for (int i = 2; i < call.count(); i++) {
            bytes += lists.elementBound(call.length(i));
        }
        return bytes;
    }

    private static long needOfExisting(Call call) {
        return call.peek(1).exists() ? bound(call) : 0;
    }

    private static void push(Call call, boolean head, boolean existing) {
        Key key = call.key(1);
        if (!call.typeIs(key, ValueType.LIST)) {
            return;
        }
        if (existing && !key.exists()) {
            call.reply().integer(0);
            return;
        }
        if (call.heavy(call.count())) {
            return;
        }
        ListValues lists = key.compartment().lists();
        if (call.count() > 3 || !key.exists()) {
            long bytes = 0;
            for (int i = 2; i < call.count(); i++) {
                bytes += ListElement.bytes(call.length(i));
            }
            lists.reserve(key, bytes);
        }
        for (int i = 2; i < call.count(); i++) {
            lists.push(key, head, call.address(i), call.length(i));
        }
        call.reply().integer(ListValues.length(key));
        call.changed(key, head ? "lpush" : "rpush");
    }

    /** Several calls in a row that push one element each: what a pipeline of a queue's producer is. */
    private record Repeated(boolean head) implements RepeatHandler {
        private static final int ARGUMENTS = 3;
        private static final int ELEMENT = 2;

        @Override
        public long bound(Call call, int times) {
            ListValues lists = call.compartmentOf(1).lists();
            long bytes = lists.pushBound(call.length(1));
            if (call.count() == ARGUMENTS) {
                for (int i = 0; i < times; i++) {
                    bytes += lists.elementBound(call.length(ARGUMENTS * i + ELEMENT));
                }
            }
            return bytes;
        }

        @Override
        public void run(Call call, int times) {
            Key key = call.key(1);
            if (call.count() != ARGUMENTS || !key.exists() || !ListValues.isList(key.kind())) {
                return;
            }
            long bytes = 0;
            for (int i = 0; i < times; i++) {
                bytes += ListElement.bytes(call.length(ARGUMENTS * i + ELEMENT));
            }
            ListValues lists = key.compartment().lists();
            lists.reserve(key, bytes);
            long length = ListValues.length(key);
            for (int i = 0; i < times; i++) {
                lists.push(key, head, call.address(ARGUMENTS * i + ELEMENT), call.length(ARGUMENTS * i + ELEMENT));
                call.reply().integer(length + i + 1);
                call.executed++;
            }
            call.changed(key, times);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.lists;

import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.real;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.BLOCKING;
import static dev.cofferdam.server.command.Flag.DENYOOM;
import static dev.cofferdam.server.command.Flag.NOSCRIPT;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.INSERTS;
import static dev.cofferdam.server.command.KeyUse.TAKES;
import static dev.cofferdam.server.command.Memory.MOVES;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.ListCursor;
import dev.cofferdam.keyspace.ListValues;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandBuilder;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.ValueType;

/**
 * LMOVE and the like: an element goes from one list to another, as a reliable worker takes a job. Within a compartment this works however full it
 * is; into another compartment it is growth there.
 */
final class MoveCommands {
    private MoveCommands() {
    }

    static void declare(CommandTable table) {
        move(table, "LMOVE", "6.2.0", "Moves an element from an end of one list to an end of another and returns it.").arity(exactly(5))
            .arguments(key("source"), key("destination"), ListCommands.side("wherefrom"), ListCommands.side("whereto"))
            .handledBy(MoveCommands::lmove);
        move(table, "RPOPLPUSH", "1.2.0", "Moves the tail of one list to the head of another and returns it.").arity(exactly(3))
            .arguments(key("source"), key("destination")).deprecated("6.2.0", "`LMOVE` … `RIGHT` `LEFT`")
            .handledBy(call -> move(call, false, true, -1));
        move(table, "BLMOVE", "6.2.0", "Moves an element from an end of one list to an end of another and returns it; waits for it.")
            .arity(exactly(6)).flags(NOSCRIPT, BLOCKING)
            .arguments(key("source"), key("destination"), ListCommands.side("wherefrom"), ListCommands.side("whereto"), real("timeout"))
            .handledBy(MoveCommands::blmove);
        move(table, "BRPOPLPUSH", "2.2.0", "Moves the tail of one list to the head of another and returns it; waits for it.")
            .arity(exactly(4))
            .flags(NOSCRIPT, BLOCKING).arguments(key("source"), key("destination"), real("timeout"))
            .history("6.0.0", "A timeout may be a fraction of a second.").deprecated("6.2.0", "`BLMOVE` … `RIGHT` `LEFT`")
            .handledBy(MoveCommands::brpoplpush);
    }

    private static CommandBuilder move(CommandTable table, String name, String since, String summary) {
        return table.command(name).summary(summary).since(since).complexity("O(1)").flags(WRITE, DENYOOM).memory(MOVES)
            .keys(KeySpec.key(1, TAKES), KeySpec.key(2, INSERTS)).bound(MoveCommands::bound);
    }

    private static long bound(Call call) {
        Compartment target = call.compartmentOf(2);
        if (target == call.compartmentOf(1)) {
            return target.lists().moveBound(call.length(2));
        }
        Key source = call.peek(1);
        ListCursor cursor = source.compartment().lists().cursor();
        if (!ListValues.isList(source.kind())) {
            return 0;
        }
        // The longer of the two ends: which one it is stands in different places.
        cursor.first(source);
        int length = cursor.length;
        cursor.last(source);
        return target.lists().pushBound(call.length(2)) + target.lists().elementBound(Math.max(length, cursor.length));
    }

    private static void lmove(Call call) {
        if (ListCommands.isSide(call, 3) && ListCommands.isSide(call, 4)) {
            move(call, call.is(3, "LEFT"), call.is(4, "LEFT"), -1);
        }
    }

    private static void blmove(Call call) {
        if (ListCommands.isSide(call, 3) && ListCommands.isSide(call, 4) && call.parseTimeout(5)) {
            move(call, call.is(3, "LEFT"), call.is(4, "LEFT"), call.number);
        }
    }

    private static void brpoplpush(Call call) {
        if (call.parseTimeout(3)) {
            move(call, false, true, call.number);
        }
    }

    /** A negative timeout does not wait. */
    private static void move(Call call, boolean fromHead, boolean toHead, long timeoutMillis) {
        Key from = call.key(1);
        if (!from.exists() || call.isRerun() && !ListValues.isList(from.kind())) {
            if (timeoutMillis < 0 || !call.block(ValueType.LIST, 1, 1, timeoutMillis)) {
                call.reply().nil();
            }
            return;
        }
        Key to = call.key(2);
        if (!call.typeIs(from, ValueType.LIST) || !call.typeIs(to, ValueType.LIST)) {
            return;
        }
        PopCommands.replyEnd(call, from, fromHead);
        from.compartment().lists().move(from, fromHead, to, toHead);
        call.changed(to, toHead ? "lpush" : "rpush");
        ListCommands.taken(call, from, fromHead);
    }
}

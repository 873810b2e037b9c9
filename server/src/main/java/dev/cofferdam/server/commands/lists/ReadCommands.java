// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.lists;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.KeyUse.INSPECTS;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.ListCursor;
import dev.cofferdam.keyspace.ListValues;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.ValueType;

/** LLEN, LINDEX, LRANGE: what reads a list by position. */
final class ReadCommands {
    private ReadCommands() {
    }

    static void declare(CommandTable table) {
        table.command("LLEN").summary("Returns the number of elements of a list.").since("1.0.0").complexity("O(1)").arity(exactly(2))
            .flags(READONLY, FAST).memory(NEUTRAL).keys(KeySpec.key(1, INSPECTS)).arguments(key("key")).handledBy(ReadCommands::llen);
        table.command("LINDEX").summary("Returns the element at an index.").since("1.0.0")
            .complexity("O(N) where N is the number of chunks from the nearer end").arity(exactly(3)).flags(READONLY).memory(NEUTRAL)
            .keys(KeySpec.key(1, READS)).arguments(key("key"), integer("index")).handledBy(ReadCommands::lindex);
        table.command("LRANGE").summary("Returns the elements between two indexes, both included.").since("1.0.0")
            .complexity("O(S+N) where S is the number of chunks from the nearer end and N is the number of elements returned")
            .arity(exactly(4)).flags(READONLY).memory(NEUTRAL).keys(KeySpec.key(1, READS))
            .arguments(key("key"), integer("start"), integer("stop")).handledBy(ReadCommands::lrange);
    }

    private static void llen(Call call) {
        Key key = call.key(1);
        if (call.typeIs(key, ValueType.LIST)) {
            call.reply().integer(ListValues.length(key));
        }
    }

    private static void lindex(Call call) {
        Key key = call.key(1);
        if (!key.exists()) {
            call.reply().nil();
            return;
        }
        if (!call.typeIs(key, ValueType.LIST) || !call.parseLong(2)) {
            return;
        }
        long index = call.number < 0 ? call.number + ListValues.length(key) : call.number;
        if (call.heavy(ListCommands.walkCost(key, index, 1))) {
            return;
        }
        ListCursor cursor = key.compartment().lists().cursor();
        if (cursor.seek(key, index)) {
            call.reply().bulk(cursor.address, cursor.length);
        } else {
            call.reply().nil();
        }
    }

    private static void lrange(Call call) {
        if (!call.parseLong(2)) {
            return;
        }
        long from = call.number;
        if (!call.parseLong(3)) {
            return;
        }
        long to = call.number;
        Key key = call.key(1);
        if (!call.typeIs(key, ValueType.LIST)) {
            return;
        }
        long length = ListValues.length(key);
        from = Math.max(0, from < 0 ? from + length : from);
        to = Math.min(to < 0 ? to + length : to, length - 1);
        long count = to - from + 1;
        if (count <= 0) {
            call.reply().emptyArray();
            return;
        }
        if (call.heavy(ListCommands.walkCost(key, from, count))) {
            return;
        }
        call.reply().array(count);
        ListCursor cursor = key.compartment().lists().cursor();
        boolean more = cursor.seek(key, from);
        for (long i = count; i > 0 && more; i--) {
            call.reply().bulk(cursor.address, cursor.length);
            more = cursor.next();
        }
    }
}

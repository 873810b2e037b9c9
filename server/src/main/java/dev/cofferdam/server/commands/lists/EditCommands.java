// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.lists;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.oneOf;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Argument.token;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.INSERTS;
import static dev.cofferdam.server.command.KeyUse.REMOVES;
import static dev.cofferdam.server.command.KeyUse.UPDATES;
import static dev.cofferdam.server.command.Memory.FREES;
import static dev.cofferdam.server.command.Memory.GROWS;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.ListCursor;
import dev.cofferdam.keyspace.ListValues;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.ValueType;

/** LSET, LINSERT, LREM, LTRIM: what changes a list in its middle. */
final class EditCommands {
    private EditCommands() {
    }

    static void declare(CommandTable table) {
        table.command("LSET").summary("Replaces the element at an index.").since("1.0.0")
            .complexity("O(N) where N is the number of chunks from the nearer end").arity(exactly(4)).flags(WRITE).memory(GROWS)
            .keys(KeySpec.key(1, UPDATES)).arguments(key("key"), integer("index"), string("element")).bound(call -> bound(call, 3))
            .need(EditCommands::needOfSet).handledBy(EditCommands::lset);
        table.command("LINSERT").summary("Puts an element before or behind the first one that equals the pivot.").since("2.2.0")
            .complexity("O(N) where N is the number of elements before the pivot").arity(exactly(5)).flags(WRITE).memory(GROWS)
            .keys(KeySpec.key(1, INSERTS))
            .arguments(key("key"), oneOf(token("BEFORE"), token("AFTER")).named("where"), string("pivot"), string("element"))
            .bound(call -> bound(call, 4)).need(call -> call.peek(1).exists() ? 1 : 0).handledBy(EditCommands::linsert);
        table.command("LREM").summary("Removes elements that equal the given one.").since("1.0.0")
            .complexity("O(N) where N is the number of elements looked at").arity(exactly(4)).flags(WRITE).memory(FREES)
            .keys(KeySpec.key(1, REMOVES)).arguments(key("key"), integer("count"), string("element")).handledBy(EditCommands::lrem);
        table.command("LTRIM").summary("Removes all elements but those between two indexes.").since("1.0.0")
            .complexity("O(N) where N is the number of chunks removed").arity(exactly(4)).flags(WRITE).memory(FREES)
            .keys(KeySpec.key(1, REMOVES)).arguments(key("key"), integer("start"), integer("stop")).handledBy(EditCommands::ltrim);
    }

    private static long bound(Call call, int element) {
        ListValues lists = call.compartmentOf(1).lists();
        return lists.editBound(call.length(1)) + lists.elementBound(call.length(element));
    }

    /** An element that is not longer than the one it replaces takes its place. */
    private static long needOfSet(Call call) {
        Key key = call.peek(1);
        if (!ListValues.isList(key.kind()) || !call.tryLong(2)) {
            return 0;
        }
        long index = call.number < 0 ? call.number + ListValues.length(key) : call.number;
        ListCursor cursor = key.compartment().lists().cursor();
        return cursor.seek(key, index) ? Math.max(0, call.length(3) - cursor.length) : 0;
    }

    private static void lset(Call call) {
        Key key = call.key(1);
        if (!key.exists()) {
            call.reply().error("ERR no such key");
            return;
        }
        if (!call.typeIs(key, ValueType.LIST) || !call.parseLong(2)) {
            return;
        }
        long index = call.number < 0 ? call.number + ListValues.length(key) : call.number;
        if (call.heavy(ListCommands.walkCost(key, index, 1))) {
            return;
        }
        ListValues lists = key.compartment().lists();
        if (!lists.cursor().seek(key, index)) {
            call.reply().error("ERR index out of range");
            return;
        }
        lists.set(key, lists.cursor(), call.address(3), call.length(3));
        call.reply().ok();
        call.changed(key, "lset");
    }

    private static void linsert(Call call) {
        boolean before = call.is(2, "BEFORE");
        if (!before && !call.is(2, "AFTER")) {
            call.reply().error(ListCommands.SYNTAX_ERROR);
            return;
        }
        Key key = call.key(1);
        if (!key.exists()) {
            call.reply().integer(0);
            return;
        }
        if (!call.typeIs(key, ValueType.LIST)) {
            return;
        }
        ListValues lists = key.compartment().lists();
        ListCursor cursor = lists.cursor();
        boolean more = cursor.first(key);
        int looks = 0;
        while (more && !(cursor.length == call.length(3) && Mem.equal(cursor.address, call.address(3), cursor.length))) {
            if (++looks == ListCommands.FIRST_LOOKS && call.heavy(ListValues.length(key))) {
                return;
            }
            more = cursor.next();
        }
        if (!more) {
            call.reply().integer(-1);
            return;
        }
        lists.insert(key, cursor, before, call.address(4), call.length(4));
        call.reply().integer(ListValues.length(key));
        call.changed(key, "linsert");
    }

    private static void lrem(Call call) {
        if (!call.parseLong(2)) {
            return;
        }
        long count = call.number;
        Key key = call.key(1);
        if (!key.exists()) {
            call.reply().integer(0);
            return;
        }
        if (!call.typeIs(key, ValueType.LIST) || call.heavy(ListValues.length(key))) {
            return;
        }
        long limit = count == 0 || count == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(count);
        long removed = key.compartment().lists().removeEqual(key, count >= 0, limit, call.address(3), call.length(3));
        call.reply().integer(removed);
        if (removed > 0) {
            call.changed(key, "lrem");
            if (!key.exists()) {
                call.changed(key, "del");
            }
        }
    }

    private static void ltrim(Call call) {
        if (!call.parseLong(2)) {
            return;
        }
        long from = call.number;
        if (!call.parseLong(3)) {
            return;
        }
        long to = call.number;
        Key key = call.key(1);
        if (!key.exists()) {
            call.reply().ok();
            return;
        }
        if (!call.typeIs(key, ValueType.LIST)) {
            return;
        }
        long length = ListValues.length(key);
        from = Math.max(0, from < 0 ? from + length : from);
        to = Math.min(to < 0 ? to + length : to, length - 1);
        boolean empties = from > to;
        long fromHead = empties ? length : from;
        long fromTail = empties ? 0 : length - 1 - to;
        // A list that goes altogether is deleted in the background.
        if (!empties && call.heavy(ListCommands.passedChunks(key, fromHead + fromTail))) {
            return;
        }
        ListValues lists = key.compartment().lists();
        if (fromHead > 0) {
            lists.dropMany(key, true, fromHead);
        }
        if (fromTail > 0 && key.exists()) {
            lists.dropMany(key, false, fromTail);
        }
        call.reply().ok();
        call.changed(key, "ltrim");
        if (!key.exists()) {
            call.changed(key, "del");
        }
    }
}

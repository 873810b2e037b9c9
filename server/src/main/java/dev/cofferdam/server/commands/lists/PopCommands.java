// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.lists;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.real;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Flag.BLOCKING;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.MOVABLEKEYS;
import static dev.cofferdam.server.command.Flag.NOSCRIPT;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.TAKES;
import static dev.cofferdam.server.command.Memory.FREES;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.ListCursor;
import dev.cofferdam.keyspace.ListValues;
import dev.cofferdam.server.command.Arity;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandBuilder;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.RepeatHandler;
import dev.cofferdam.server.command.ValueType;

/** LPOP and the like, of one key or of the first of several that has elements, with and without waiting. Needs no memory. */
final class PopCommands {
    private static final String RANGE_ERROR = "ERR value is out of range, must be positive";

    private PopCommands() {
    }

    static void declare(CommandTable table) {
        pop(table, "LPOP", "Removes elements from the head of a list and returns them.")
            .history("6.2.0", "Takes how many elements to remove.").repeatedBy(new Repeated(true)).handledBy(call -> pop(call, true));
        pop(table, "RPOP", "Removes elements from the tail of a list and returns them.")
            .history("6.2.0", "Takes how many elements to remove.").repeatedBy(new Repeated(false)).handledBy(call -> pop(call, false));
        blocking(table, "BLPOP", "Removes the head of the first list that has one; waits for it.")
            .history("6.0.0", "A timeout may be a fraction of a second.").handledBy(call -> blockingPop(call, true));
        blocking(table, "BRPOP", "Removes the tail of the first list that has one; waits for it.")
            .history("6.0.0", "A timeout may be a fraction of a second.").handledBy(call -> blockingPop(call, false));
        table.command("LMPOP").summary("Removes elements from the first of several lists that has any and returns them.").since("7.0.0")
            .complexity("O(N+M) where N is the number of keys and M is the number of elements").arity(atLeast(4))
            .flags(WRITE, MOVABLEKEYS).memory(FREES).keys(KeySpec.numkeys(1, TAKES))
            .arguments(integer("numkeys"), key("key").multiple(), ListCommands.side("where"), integer("count").after("COUNT").optional())
            .handledBy(call -> popOfMany(call, 1, -1));
        table.command("BLMPOP").summary("Removes elements from the first of several lists that has any; waits for it.").since("7.0.0")
            .complexity("O(N+M) where N is the number of keys and M is the number of elements").arity(atLeast(5))
            .flags(WRITE, BLOCKING, MOVABLEKEYS).memory(FREES).keys(KeySpec.numkeys(2, TAKES))
            .arguments(real("timeout"), integer("numkeys"), key("key").multiple(), ListCommands.side("where"),
                    integer("count").after("COUNT").optional())
            .handledBy(PopCommands::blockingPopOfMany);
    }

    private static CommandBuilder pop(CommandTable table, String name, String summary) {
        return table.command(name).summary(summary).since("1.0.0").complexity("O(N) for N elements returned")
            .arity(new Arity(2, Integer.MAX_VALUE)).flags(WRITE, FAST).memory(FREES).keys(KeySpec.key(1, TAKES))
            .arguments(key("key"), integer("count").since("6.2.0").optional());
    }

    private static CommandBuilder blocking(CommandTable table, String name, String summary) {
        return table.command(name).summary(summary).since("2.0.0").complexity("O(N) where N is the number of keys").arity(atLeast(3))
            .flags(WRITE, NOSCRIPT, BLOCKING).memory(FREES).keys(KeySpec.keys(1, -2, 1, TAKES))
            .arguments(key("key").multiple(), real("timeout"));
    }

    private static void pop(Call call, boolean head) {
        if (call.count() > 3) {
            call.reply().error("ERR wrong number of arguments for '" + call.command().name() + "' command");
            return;
        }
        long count = -1;
        if (call.count() == 3) {
            if (!call.parseLong(2, RANGE_ERROR)) {
                return;
            }
            if (call.number < 0) {
                call.reply().error(RANGE_ERROR);
                return;
            }
            count = call.number;
        }
        Key key = call.key(1);
        if (!call.typeIs(key, ValueType.LIST)) {
            return;
        }
        if (count < 0) {
            popOne(call, key, head);
        } else if (!key.exists()) {
            call.reply().nilArray();
        } else if (count == 0) {
            call.reply().emptyArray();
        } else if (!call.heavy(Math.min(count, ListValues.length(key)))) {
            popMany(call, key, head, count);
        }
    }

    private static void popOne(Call call, Key key, boolean head) {
        if (!key.exists()) {
            call.reply().nil();
            return;
        }
        replyEnd(call, key, head);
        key.compartment().lists().drop(key, head);
        ListCommands.taken(call, key, head);
    }

    /** Replies the element at an end; the list exists. */
    static void replyEnd(Call call, Key key, boolean head) {
        ListCursor cursor = key.compartment().lists().cursor();
        if (head ? cursor.first(key) : cursor.last(key)) {
            call.reply().bulk(cursor.address, cursor.length);
        }
    }

    private static void popMany(Call call, Key key, boolean head, long most) {
        ListValues lists = key.compartment().lists();
        long count = Math.min(most, ListValues.length(key));
        call.reply().array(count);
        ListCursor cursor = lists.cursor();
        boolean more = head ? cursor.first(key) : cursor.last(key);
        for (long i = count; i > 0 && more; i--) {
            call.reply().bulk(cursor.address, cursor.length);
            more = head ? cursor.next() : cursor.previous();
        }
        lists.dropMany(key, head, count);
        ListCommands.taken(call, key, head);
    }

    private static void blockingPop(Call call, boolean head) {
        int timeout = call.count() - 1;
        if (!call.parseTimeout(timeout)) {
            return;
        }
        long timeoutMillis = call.number;
        for (int i = 1; i < timeout; i++) {
            Key key = call.eachKey(i);
            if (isAbsent(call, key)) {
                continue;
            }
            if (call.typeIs(key, ValueType.LIST)) {
                call.reply().array(2);
                call.reply().bulk(call.address(i), call.length(i));
                popOne(call, key, head);
            }
            return;
        }
        if (!call.block(ValueType.LIST, 1, timeout - 1, timeoutMillis)) {
            call.reply().nilArray();
        }
    }

    /** A client that waits for a list does not see a key of another type that turned up meanwhile. */
    private static boolean isAbsent(Call call, Key key) {
        return !key.exists() || call.isRerun() && !ListValues.isList(key.kind());
    }

    private static void blockingPopOfMany(Call call) {
        if (call.parseTimeout(1)) {
            popOfMany(call, 2, call.number);
        }
    }

    /** LMPOP with the number of keys at argument {@code at}; a negative timeout does not wait. */
    private static void popOfMany(Call call, int at, long timeoutMillis) {
        if (!call.parseLong(at, "ERR numkeys should be greater than 0")) {
            return;
        }
        long keys = call.number;
        if (keys <= 0) {
            call.reply().error("ERR numkeys should be greater than 0");
            return;
        }
        if (keys > call.count() - at - 2) {
            call.reply().error(ListCommands.SYNTAX_ERROR);
            return;
        }
        int where = at + 1 + (int) keys;
        if (!ListCommands.isSide(call, where)) {
            return;
        }
        long count = 1;
        if (where + 1 < call.count()) {
            if (call.count() != where + 3 || !call.is(where + 1, "COUNT")) {
                call.reply().error(ListCommands.SYNTAX_ERROR);
                return;
            }
            if (!call.parseLong(where + 2, "ERR count should be greater than 0")) {
                return;
            }
            count = call.number;
            if (count <= 0) {
                call.reply().error("ERR count should be greater than 0");
                return;
            }
        }
        popFirstOf(call, at + 1, (int) keys, call.is(where, "LEFT"), count, timeoutMillis);
    }

    private static void popFirstOf(Call call, int firstKey, int keys, boolean head, long count, long timeoutMillis) {
        for (int i = firstKey; i < firstKey + keys; i++) {
            Key key = call.eachKey(i);
            if (isAbsent(call, key)) {
                continue;
            }
            if (call.typeIs(key, ValueType.LIST) && !call.heavy(Math.min(count, ListValues.length(key)))) {
                call.reply().array(2);
                call.reply().bulk(call.address(i), call.length(i));
                popMany(call, key, head, count);
            }
            return;
        }
        if (timeoutMillis < 0 || !call.block(ValueType.LIST, firstKey, keys, timeoutMillis)) {
            call.reply().nilArray();
        }
    }

    /** Several calls in a row that pop one element each. The last element, with which the key goes, is popped alone. */
    private record Repeated(boolean head) implements RepeatHandler {
        private static final int ARGUMENTS = 2;

        @Override
        public long bound(Call call, int times) {
            return 0;
        }

        @Override
        public void run(Call call, int times) {
            Key key = call.key(1);
            if (call.count() != ARGUMENTS || !key.exists() || !ListValues.isList(key.kind())) {
                return;
            }
            ListValues lists = key.compartment().lists();
            ListCursor cursor = lists.cursor();
            long most = Math.min(times, ListValues.length(key) - 1);
            boolean more = head ? cursor.first(key) : cursor.last(key);
            // Nothing is sent meanwhile: who is found to have left gets no further element.
            while (more && call.executed < most && cursor.length + (long) REPLY_BYTES <= call.reply().roomBytes()) {
                call.reply().bulk(cursor.address, cursor.length);
                call.executed++;
                more = head ? cursor.next() : cursor.previous();
            }
            if (call.executed > 0) {
                lists.dropMany(key, head, call.executed);
                call.changed(key, call.executed);
            }
        }
    }
}

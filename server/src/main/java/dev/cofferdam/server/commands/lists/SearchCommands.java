// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.lists;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.ListCursor;
import dev.cofferdam.keyspace.ListValues;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.ValueType;

/** LPOS: where an element is in a list. The matches are counted before the reply begins, because an array's length comes first. */
final class SearchCommands {
    private SearchCommands() {
    }

    static void declare(CommandTable table) {
        table.command("LPOS").summary("Returns the indexes of the elements that equal the given one.").since("6.0.6")
            .complexity("O(N) where N is the number of elements looked at").arity(atLeast(3)).flags(READONLY).memory(NEUTRAL)
            .keys(KeySpec.key(1, READS))
            .arguments(key("key"), string("element"), integer("rank").after("RANK").optional(),
                    integer("num-matches").after("COUNT").optional(), integer("len").after("MAXLEN").optional())
            .handledBy(SearchCommands::lpos);
    }

    private static void lpos(Call call) {
        long rank = 1;
        long count = -1;
        long most = 0;
        for (int i = 3; i < call.count(); i += 2) {
            boolean isRank = call.is(i, "RANK");
            boolean isCount = call.is(i, "COUNT");
            if (i + 1 == call.count() || !isRank && !isCount && !call.is(i, "MAXLEN")) {
                call.reply().error(ListCommands.SYNTAX_ERROR);
                return;
            }
            if (isRank) {
                if (!parseRank(call, i + 1)) {
                    return;
                }
                rank = call.number;
            } else if (!parsePositive(call, i + 1, isCount ? "ERR COUNT can't be negative" : "ERR MAXLEN can't be negative")) {
                return;
            } else if (isCount) {
                count = call.number;
            } else {
                most = call.number;
            }
        }
        Key key = call.key(1);
        if (!key.exists()) {
            replyNothing(call, count);
            return;
        }
        if (!call.typeIs(key, ValueType.LIST)) {
            return;
        }
        long length = ListValues.length(key);
        long looks = most == 0 ? length : Math.min(most, length);
        if (count < 0 && walk(call, key, rank, 1, Math.min(looks, ListCommands.FIRST_LOOKS), true) > 0) {
            return;
        }
        if (!call.heavy(looks)) {
            reply(call, key, rank, count, looks);
        }
    }

    private static boolean parseRank(Call call, int argument) {
        if (!call.parseLong(argument)) {
            return false;
        }
        if (call.number == 0) {
            call.reply().error("ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... "
                    + "or use negative to start from the end of the list");
            return false;
        }
        if (call.number == Long.MIN_VALUE) {
            call.number = -1; // its absolute value overflows in Redis, too, and every match is then late enough
        }
        return true;
    }

    private static boolean parsePositive(Call call, int argument, String error) {
        if (!call.parseLong(argument, error)) {
            return false;
        }
        if (call.number < 0) {
            call.reply().error(error);
            return false;
        }
        return true;
    }

    private static void replyNothing(Call call, long count) {
        if (count < 0) {
            call.reply().nil();
        } else {
            call.reply().emptyArray();
        }
    }

    /** {@code count}: -1 for one index alone, 0 for all. */
    private static void reply(Call call, Key key, long rank, long count, long looks) {
        if (count < 0) {
            if (walk(call, key, rank, 1, looks, true) == 0) {
                call.reply().nil();
            }
            return;
        }
        long most = count == 0 ? Long.MAX_VALUE : count;
        call.reply().array(walk(call, key, rank, most, looks, false));
        walk(call, key, rank, most, looks, true);
    }

    /** Counts, and if told so replies, up to {@code most} matches from the one that {@code rank} says on. */
    private static long walk(Call call, Key key, long rank, long most, long looks, boolean replies) {
        boolean fromHead = rank > 0;
        long skip = Math.abs(rank) - 1;
        long element = call.address(2);
        int bytes = call.length(2);
        long index = fromHead ? 0 : ListValues.length(key) - 1;
        long found = 0;
        ListCursor cursor = key.compartment().lists().cursor();
        boolean more = fromHead ? cursor.first(key) : cursor.last(key);
        for (long i = looks; i > 0 && more && found < most; i--) {
            if (cursor.length == bytes && Mem.equal(cursor.address, element, bytes)) {
                if (skip > 0) {
                    skip--;
                } else {
                    found++;
                    if (replies) {
                        call.reply().integer(index);
                    }
                }
            }
            index += fromHead ? 1 : -1;
            more = fromHead ? cursor.next() : cursor.previous();
        }
        return found;
    }
}

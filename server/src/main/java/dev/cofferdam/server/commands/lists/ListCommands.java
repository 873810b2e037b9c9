// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.lists;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.ListValues;
import dev.cofferdam.server.command.Argument;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;

/** The family of list commands, a class for each idea, and what they share. Handlers run on the thread that owns the keys' compartments. */
public final class ListCommands {
    static final String SYNTAX_ERROR = "ERR syntax error";
    /** So many elements are searched on the spot, before a longer list is searched in the lane: what is near the head is found at once. */
    static final int FIRST_LOOKS = 1_000;

    private ListCommands() {
    }

    public static void declare(CommandTable table) {
        table.group("list");
        PushCommands.declare(table);
        PopCommands.declare(table);
        MoveCommands.declare(table);
        ReadCommands.declare(table);
        SearchCommands.declare(table);
        EditCommands.declare(table);
    }

    static Argument side(String name) {
        return Argument.oneOf(Argument.token("LEFT"), Argument.token("RIGHT")).named(name);
    }

    /** True when the argument is LEFT or RIGHT; otherwise replies a syntax error. */
    static boolean isSide(Call call, int argument) {
        if (call.is(argument, "LEFT") || call.is(argument, "RIGHT")) {
            return true;
        }
        call.reply().error(SYNTAX_ERROR);
        return false;
    }

    /** What it costs to go to an element and read {@code count} from there, in elements, for {@link Call#heavy}: a chunk passed is as one read. */
    static long walkCost(Key key, long index, long count) {
        long length = ListValues.length(key);
        return passedChunks(key, Math.max(0, Math.min(index, length - index))) + count;
    }

    /** Chunks that so many elements lie in, if all are alike. */
    static long passedChunks(Key key, long elements) {
        return key.exists() ? (long) (ListValues.chunks(key) * (elements / (double) ListValues.length(key))) : 0;
    }

    /** Tells that elements were taken from the key, and that it is gone if they were the last. */
    static void taken(Call call, Key key, boolean head) {
        call.changed(key, head ? "lpop" : "rpop");
        if (!key.exists()) {
            call.changed(key, "del");
        }
    }
}

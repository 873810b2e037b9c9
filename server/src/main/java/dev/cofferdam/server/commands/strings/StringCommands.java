// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.strings;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StringValues;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.CommandTable;

/** The family of string commands, a class for each idea, and what they share. Handlers run on the thread that owns the key's compartment. */
public final class StringCommands {
    private StringCommands() {
    }

    public static void declare(CommandTable table) {
        table.group("string");
        ReadCommands.declare(table);
        SetCommands.declare(table);
        TakeCommands.declare(table);
        ManyCommands.declare(table);
        CounterCommands.declare(table);
        EditCommands.declare(table);
        LcsCommand.declare(table);
    }

    /** Replies the string a key holds; nil when it is absent. */
    static void replyValue(ReplyWriter reply, Key key) {
        if (key.entry == 0) {
            reply.nil();
        } else if (StringValues.isInteger(key)) {
            reply.bulkLong(StringValues.integer(key));
        } else {
            reply.bulk(key.valueAddress(), key.valueLength());
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sets;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.SetValues;
import dev.cofferdam.keyspace.SetWalk;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.ValueType;
import org.jspecify.annotations.Nullable;

/** The family of set commands, a class for each idea, and what they share. Handlers run on the thread that owns the keys' compartments. */
public final class SetFamily {
    private SetFamily() {
    }

    public static void declare(CommandTable table) {
        table.group("set");
        MemberCommands.declare(table);
        RandomMemberCommands.declare(table);
        SetAlgebraCommands.declare(table);
        SetStoreCommands.declare(table);
        SetScanCommand.declare(table);
    }

    /** The key at an argument, absent or a set; null when it is of another type, which was replied then. */
    static @Nullable Key key(Call call, int argument) {
        Key key = call.key(argument);
        return call.typeIs(key, ValueType.SET) ? key : null;
    }

    static SetValues values(Key key) {
        return key.compartment().sets();
    }

    static boolean contains(Call call, Key key, int argument) {
        return values(key).contains(key, call.address(argument), call.length(argument));
    }

    static void replyMember(ReplyWriter reply, SetWalk walk) {
        reply.bulk(walk.member.address, walk.member.length);
    }

    /** Tells of members that went, and of the key if it went with them. */
    static void removed(Call call, Key key, String event) {
        call.changed(key, event);
        if (!key.exists()) {
            call.changed(key, "del");
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.strings;

import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.millis;
import static dev.cofferdam.server.command.Argument.oneOf;
import static dev.cofferdam.server.command.Argument.seconds;
import static dev.cofferdam.server.command.Argument.token;
import static dev.cofferdam.server.command.Argument.unixMillis;
import static dev.cofferdam.server.command.Argument.unixSeconds;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.READS_AND_UPDATES;
import static dev.cofferdam.server.command.KeyUse.TAKES;
import static dev.cofferdam.server.command.Memory.FREES;
import static dev.cofferdam.server.command.Memory.MOVES;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.ValueType;

/** GETDEL and GETEX: what returns a string and changes only whether, or how long, it stays. */
final class TakeCommands {
    private TakeCommands() {
    }

    static void declare(CommandTable table) {
        table.command("GETDEL").summary("Returns the string of a key and deletes the key.").since("6.2.0").complexity("O(1)")
            .arity(exactly(2))
            .flags(WRITE, FAST).memory(FREES).keys(KeySpec.key(1, TAKES)).arguments(key("key")).handledBy(TakeCommands::getdel);
        table.command("GETEX").summary("Returns the string of a key and sets, changes or removes its time to live.").since("6.2.0")
            .complexity("O(1)").arity(atLeast(2)).flags(WRITE, FAST).memory(MOVES)
            .keys(KeySpec.key(1, READS_AND_UPDATES).noted("A time to live is a change."))
            .arguments(key("key"),
                    oneOf(seconds("EX"), millis("PX"), unixSeconds("EXAT"), unixMillis("PXAT"), token("PERSIST")).named("expiration")
                        .optional())
            .bound(TakeCommands::deadlineBytes).need(TakeCommands::deadlineBytes).handledBy(TakeCommands::getex);
    }

    private static long deadlineBytes(Call call) {
        if (call.count() < 4) {
            return 0;
        }
        Key key = call.peek(1);
        return key.compartment().deadlineBytes(key);
    }

    private static void getdel(Call call) {
        Key key = call.key(1);
        call.tellIfMissed(key);
        if (!call.typeIs(key, ValueType.STRING)) {
            return;
        }
        StringCommands.replyValue(call.reply(), key);
        if (key.exists()) {
            key.compartment().delete(key);
            call.changed(key, "del");
        }
    }

    private static void getex(Call call) {
        int options = SetOptions.parse(call, 2, true);
        if (options == SetOptions.REFUSED) {
            return;
        }
        Key key = call.key(1);
        call.tellIfMissed(key);
        if (!call.typeIs(key, ValueType.STRING)) {
            return;
        }
        if (!key.exists()) {
            call.reply().nil();
            return;
        }
        long atMillis = SetOptions.atMillis(call, options);
        if (atMillis == SetOptions.REFUSED) {
            return;
        }
        StringCommands.replyValue(call.reply(), key);
        Compartment home = key.compartment();
        if (SetOptions.isCalendarTime(options) && atMillis <= call.nowMillis()) {
            home.delete(key);
            call.changed(key, "del");
        } else if (atMillis != 0) {
            home.expireAt(key, atMillis);
            call.changed(key, "expire");
        } else if ((options & SetOptions.PERSIST) != 0 && home.expiresAtMillis(key) != 0) {
            home.persist(key);
            call.changed(key, "persist");
        }
    }
}

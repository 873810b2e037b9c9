// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.strings;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.millis;
import static dev.cofferdam.server.command.Argument.oneOf;
import static dev.cofferdam.server.command.Argument.seconds;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Argument.token;
import static dev.cofferdam.server.command.Argument.unixMillis;
import static dev.cofferdam.server.command.Argument.unixSeconds;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.CREATES;
import static dev.cofferdam.server.command.KeyUse.OVERWRITES;
import static dev.cofferdam.server.command.KeyUse.READS_AND_UPDATES;
import static dev.cofferdam.server.command.Memory.GROWS;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StringValues;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.KeyUse;
import dev.cofferdam.server.command.ValueType;

/** SET and its older relatives: what makes a given value that of one key. */
final class SetCommands {
    private SetCommands() {
    }

    /** Only with GET it shows the old value. As Redis, any word "get" behind the value counts, even where it cannot stand. */
    private static KeyUse useOfSet(Call call) {
        for (int i = 3; i < call.count(); i++) {
            if (call.is(i, "GET")) {
                return READS_AND_UPDATES;
            }
        }
        return OVERWRITES;
    }

    static void declare(CommandTable table) {
        table.command("SET").summary("Sets the string of a key, whatever it held, with conditions and a time to live if asked for.")
            .since("1.0.0")
            .complexity("O(1)").arity(atLeast(3)).flags(WRITE).memory(GROWS)
            .keys(KeySpec.key(1, READS_AND_UPDATES).varying(SetCommands::useOfSet).noted("Reads only with GET."))
            .arguments(key("key"), string("value"), oneOf(token("NX"), token("XX")).since("2.6.12").optional(),
                    token("GET").since("6.2.0").optional(),
                    oneOf(seconds("EX").since("2.6.12"), millis("PX").since("2.6.12"), unixSeconds("EXAT").since("6.2.0"),
                            unixMillis("PXAT").since("6.2.0"), token("KEEPTTL").since("6.0.0"))
                        .named("expiration")
                        .optional())
            .need(SetCommands::needOfSet).history("2.6.12", "Has EX, PX, NX and XX.", "6.0.0", "Has KEEPTTL.", "6.2.0",
                    "Has GET, EXAT and PXAT.", "7.0.0", "NX and GET may stand together.")
            .handledBy(SetCommands::set);
        table.command("SETNX").summary("Sets the string of a key that does not exist.").since("1.0.0").complexity("O(1)").arity(exactly(3))
            .flags(WRITE, FAST).memory(GROWS).keys(KeySpec.key(1, CREATES)).arguments(key("key"), string("value"))
            .need(call -> call.peek(1).exists() ? 0 : 1).handledBy(SetCommands::setnx);
        table.command("SETEX").summary("Sets the string of a key with a time to live in seconds.").since("2.0.0").complexity("O(1)")
            .arity(exactly(4)).flags(WRITE).memory(GROWS).keys(KeySpec.key(1, OVERWRITES))
            .arguments(key("key"), integer("seconds"), string("value")).need(call -> growth(call, 3, true))
            .handledBy(call -> setex(call, true));
        table.command("PSETEX").summary("Sets the string of a key with a time to live in milliseconds.").since("2.6.0").complexity("O(1)")
            .arity(exactly(4)).flags(WRITE).memory(GROWS).keys(KeySpec.key(1, OVERWRITES))
            .arguments(key("key"), integer("milliseconds"), string("value")).need(call -> growth(call, 3, true))
            .handledBy(call -> setex(call, false));
        table.command("GETSET").summary("Sets the string of a key and returns the one before.").since("1.0.0").complexity("O(1)")
            .arity(exactly(3)).flags(WRITE, FAST).memory(GROWS).keys(KeySpec.key(1, READS_AND_UPDATES))
            .arguments(key("key"), string("value")).need(call -> growth(call, 2, false)).deprecated("6.2.0", "`SET` … `GET`")
            .handledBy(SetCommands::getset);
    }

    private static long growth(Call call, int value, boolean deadline) {
        return StringValues.growthBySet(call.peek(1), call.address(value), call.length(value), deadline);
    }

    /** Only a SET that will write can need anything. */
    private static long needOfSet(Call call) {
        boolean deadline = false;
        boolean exists = call.peek(1).exists();
        for (int i = 3; i < call.count(); i++) {
            if (call.is(i, "NX") && exists || call.is(i, "XX") && !exists) {
                return 0;
            }
            deadline |= call.is(i, "EX") || call.is(i, "PX") || call.is(i, "EXAT") || call.is(i, "PXAT");
        }
        return growth(call, 2, deadline);
    }

    private static void set(Call call) {
        int options = call.count() == 3 ? 0 : SetOptions.parse(call, 3, false);
        if (options == SetOptions.REFUSED) {
            return;
        }
        long atMillis = SetOptions.atMillis(call, options);
        if (atMillis == SetOptions.REFUSED) {
            return;
        }
        Key key = call.key(1);
        boolean get = (options & SetOptions.GET) != 0;
        if (get) {
            call.tellIfMissed(key);
            if (!call.typeIs(key, ValueType.STRING)) {
                return;
            }
            StringCommands.replyValue(call.reply(), key);
        }
        int forbidden = key.exists() ? SetOptions.NX : SetOptions.XX;
        if ((options & forbidden) != 0) {
            if (!get) {
                call.reply().nil();
            }
            return;
        }
        write(call, key, 2, atMillis, (options & SetOptions.KEEPTTL) != 0);
        if (!get) {
            call.reply().ok();
        }
    }

    /** Makes an argument the key's value and sets, keeps or removes its deadline. */
    static void write(Call call, Key key, int value, long atMillis, boolean keepTtl) {
        StringValues.set(key, call.address(value), call.length(value), atMillis != 0);
        if (atMillis != 0) {
            key.compartment().expireAt(key, atMillis);
        } else if (!keepTtl) {
            key.compartment().persist(key);
        }
        call.changed(key, "set");
        if (atMillis != 0) {
            call.tellAlso(key, "expire");
        }
    }

    private static void setnx(Call call) {
        Key key = call.key(1);
        if (key.exists()) {
            call.reply().integer(0);
            return;
        }
        write(call, key, 2, 0, false);
        call.reply().integer(1);
    }

    private static void setex(Call call, boolean seconds) {
        long atMillis = SetOptions.atMillis(call, 2, seconds, false);
        if (atMillis == SetOptions.REFUSED) {
            return;
        }
        write(call, call.key(1), 3, atMillis, false);
        call.reply().ok();
    }

    private static void getset(Call call) {
        Key key = call.key(1);
        call.tellIfMissed(key);
        if (!call.typeIs(key, ValueType.STRING)) {
            return;
        }
        StringCommands.replyValue(call.reply(), key);
        write(call, key, 2, 0, false);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.generic;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.oneOf;
import static dev.cofferdam.server.command.Argument.token;
import static dev.cofferdam.server.command.Argument.unixMillis;
import static dev.cofferdam.server.command.Argument.unixSeconds;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.KeyUse.UPDATES;
import static dev.cofferdam.server.command.Memory.MOVES;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.server.command.Argument;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandBuilder;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;

/**
 * EXPIRE and its seven relatives, and PERSIST: how long a key stays.
 *
 * <p>They may use the headroom of a full compartment: a session that cannot be given a deadline would stay for ever.
 */
final class ExpiryCommands {
    private static final int NX = 1;
    private static final int XX = 1 << 1;
    private static final int GT = 1 << 2;
    private static final int LT = 1 << 3;
    private static final int REFUSED = -1;
    private static final int NO_KEY = -2;
    private static final int NO_DEADLINE = -1;

    private ExpiryCommands() {
    }

    static void declare(CommandTable table) {
        setter(table, "EXPIRE", "1.0.0", integer("seconds"), "Makes a key expire in so many seconds.")
            .handledBy(call -> expire(call, true, false));
        setter(table, "PEXPIRE", "2.6.0", integer("milliseconds"), "Makes a key expire in so many milliseconds.")
            .handledBy(call -> expire(call, false, false));
        setter(table, "EXPIREAT", "1.2.0", unixSeconds(""), "Makes a key expire at a time in seconds since 1970.")
            .handledBy(call -> expire(call, true, true));
        setter(table, "PEXPIREAT", "2.6.0", unixMillis(""), "Makes a key expire at a time in milliseconds since 1970.")
            .handledBy(call -> expire(call, false, true));
        getter(table, "TTL", "1.0.0", "Returns in how many seconds a key expires.").tips("nondeterministic_output")
            .history("2.8.0", "Tells a key that does not exist (-2) from one without a time to live (-1).")
            .handledBy(call -> timeLeft(call, true));
        getter(table, "PTTL", "2.6.0", "Returns in how many milliseconds a key expires.").tips("nondeterministic_output")
            .history("2.8.0", "Tells a key that does not exist (-2) from one without a time to live (-1).")
            .handledBy(call -> timeLeft(call, false));
        getter(table, "EXPIRETIME", "7.0.0", "Returns at which second since 1970 a key expires.").handledBy(call -> deadline(call, true));
        getter(table, "PEXPIRETIME", "7.0.0", "Returns at which millisecond since 1970 a key expires.")
            .handledBy(call -> deadline(call, false));
        table.command("PERSIST").summary("Removes the time to live of a key.").since("2.2.0").complexity("O(1)").arity(exactly(2))
            .flags(WRITE, FAST).memory(NEUTRAL).keys(KeySpec.key(1, UPDATES)).arguments(key("key")).handledBy(ExpiryCommands::persist);
    }

    private static CommandBuilder setter(CommandTable table, String name, String since, Argument time, String summary) {
        return table.command(name).summary(summary).since(since).complexity("O(1)").arity(atLeast(3)).flags(WRITE, FAST).memory(MOVES)
            .keys(KeySpec.key(1, UPDATES)).history("7.0.0", "Has the conditions NX, XX, GT and LT.")
            .arguments(key("key"), time, oneOf(token("NX"), token("XX"), token("GT"), token("LT")).since("7.0.0").optional())
            .bound(ExpiryCommands::growth).need(ExpiryCommands::growth);
    }

    private static CommandBuilder getter(CommandTable table, String name, String since, String summary) {
        return table.command(name).summary(summary).since(since).complexity("O(1)").arity(exactly(2)).flags(READONLY, FAST).memory(NEUTRAL)
            .keys(KeySpec.key(1, READS)).arguments(key("key"));
    }

    private static long growth(Call call) {
        Key key = call.peek(1);
        return key.compartment().deadlineBytes(key);
    }

    private static int parseConditions(Call call) {
        int conditions = 0;
        for (int i = 3; i < call.count(); i++) {
            if (call.is(i, "NX")) {
                conditions |= NX;
            } else if (call.is(i, "XX")) {
                conditions |= XX;
            } else if (call.is(i, "GT")) {
                conditions |= GT;
            } else if (call.is(i, "LT")) {
                conditions |= LT;
            } else {
                call.reply().error("ERR Unsupported option " + call.text(i));
                return REFUSED;
            }
        }
        if ((conditions & NX) != 0 && conditions != NX) {
            call.reply().error("ERR NX and XX, GT or LT options at the same time are not compatible");
            return REFUSED;
        }
        if ((conditions & (GT | LT)) == (GT | LT)) {
            call.reply().error("ERR GT and LT options at the same time are not compatible");
            return REFUSED;
        }
        return conditions;
    }

    private static void expire(Call call, boolean seconds, boolean calendar) {
        int conditions = parseConditions(call);
        if (conditions == REFUSED || !call.parseLong(2)) {
            return;
        }
        long time = call.number;
        long base = calendar ? 0 : call.nowMillis();
        if (seconds && (time > Long.MAX_VALUE / 1000 || time < Long.MIN_VALUE / 1000)
                || (seconds ? time * 1000 : time) > Long.MAX_VALUE - base) {
            call.reply().error("ERR invalid expire time in '" + call.command().name() + "' command");
            return;
        }
        long at = (seconds ? time * 1000 : time) + base;
        // A use in eviction's eyes: of sessions nobody came back to yet, those with a deadline are people, the leaked ones have none (decisions.md).
        Key key = call.key(1);
        if (!key.exists() || !meets(conditions, key.compartment().expiresAtMillis(key), at)) {
            call.reply().integer(0);
            return;
        }
        if (at <= call.nowMillis()) {
            key.compartment().delete(key);
            call.changed(key, "del");
        } else {
            key.compartment().expireAt(key, at);
            call.changed(key, "expire");
        }
        call.reply().integer(1);
    }

    /** A key without a deadline counts as one that never comes. */
    private static boolean meets(int conditions, long before, long at) {
        return ((conditions & NX) == 0 || before == 0) && ((conditions & XX) == 0 || before != 0)
                && ((conditions & GT) == 0 || before != 0 && at > before) && ((conditions & LT) == 0 || before == 0 || at < before);
    }

    private static void timeLeft(Call call, boolean seconds) {
        Key key = call.peek(1);
        long at = key.exists() ? key.compartment().expiresAtMillis(key) : 0;
        if (at == 0) {
            call.reply().integer(key.exists() ? NO_DEADLINE : NO_KEY);
            return;
        }
        long left = Math.max(0, at - call.nowMillis());
        call.reply().integer(seconds ? (left + 500) / 1000 : left);
    }

    private static void deadline(Call call, boolean seconds) {
        Key key = call.peek(1);
        long at = key.exists() ? key.compartment().expiresAtMillis(key) : 0;
        if (at == 0) {
            call.reply().integer(key.exists() ? NO_DEADLINE : NO_KEY);
            return;
        }
        call.reply().integer(seconds ? (at + 500) / 1000 : at);
    }

    private static void persist(Call call) {
        Key key = call.key(1);
        Compartment home = key.compartment();
        if (!key.exists() || home.expiresAtMillis(key) == 0) {
            call.reply().integer(0);
            return;
        }
        home.persist(key);
        call.changed(key, "persist");
        call.reply().integer(1);
    }
}

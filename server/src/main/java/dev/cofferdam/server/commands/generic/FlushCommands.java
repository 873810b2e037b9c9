// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.generic;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.oneOf;
import static dev.cofferdam.server.command.Argument.token;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.Memory.FREES;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.Keyspace;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;

/**
 * FLUSHDB, FLUSHALL, SWAPDB: whole databases at once.
 *
 * <p>A compartment that loses all its keys is emptied at once whatever it held: its index is dropped, its pages are given back step by step.
 */
final class FlushCommands {
    private static final int ALL = -1;
    private static final long DEADLINE_RECORD_BYTES = 16;

    private FlushCommands() {
    }

    static void declare(CommandTable table) {
        table.command("FLUSHDB").group("server").summary("Deletes all keys of the database.").since("1.0.0")
            .complexity("O(1) for the only database in use, O(N) where N is the number of its keys otherwise").arity(atLeast(1))
            .flags(WRITE)
            .memory(FREES).wholeKeyspace()
            .arguments(oneOf(token("ASYNC").since("4.0.0"), token("SYNC").since("6.2.0")).named("async").optional())
            .tips("request_policy:all_shards", "response_policy:all_succeeded").history("4.0.0", "Has ASYNC.", "6.2.0", "Has SYNC.")
            .handledBy(call -> flush(call, call.client().database()));
        table.command("FLUSHALL").group("server").summary("Deletes all keys of all databases.").since("1.0.0").complexity("O(1)")
            .arity(atLeast(1)).flags(WRITE).memory(FREES).wholeKeyspace()
            .arguments(oneOf(token("ASYNC").since("4.0.0"), token("SYNC").since("6.2.0")).named("async").optional())
            .tips("request_policy:all_shards", "response_policy:all_succeeded").history("4.0.0", "Has ASYNC.", "6.2.0", "Has SYNC.")
            .handledBy(call -> flush(call, ALL));
        table.command("SWAPDB").group("server").summary("Exchanges the keys of two databases.").since("4.0.0")
            .complexity("O(N) where N is the number of keys in both").arity(exactly(3)).flags(WRITE, FAST).memory(NEUTRAL).wholeKeyspace()
            .arguments(integer("index1"), integer("index2")).handledBy(FlushCommands::swap);
    }

    /** SYNC and ASYNC are one here: no key is left when the reply comes, and their bytes leave the account within moments. */
    private static void flush(Call call, int database) {
        if (call.count() > 2 || call.count() == 2 && !call.is(1, "ASYNC") && !call.is(1, "SYNC")) {
            call.reply().error("ERR syntax error");
            return;
        }
        Keyspace keyspace = call.server().keyspace();
        if (database != ALL && call.heavy(keyspace.keyCount(database))) {
            return;
        }
        for (int i = 0; i < keyspace.compartmentCount(); i++) {
            Compartment compartment = keyspace.compartment(i);
            if (database == ALL || compartment.keyCount() == compartment.keyCount(database)) {
                compartment.clear();
            } else {
                compartment.clearDatabase(database);
            }
        }
        call.databaseChanged(database);
        call.reply().ok();
    }

    private static void swap(Call call) {
        int first = database(call, 1, "ERR invalid first DB index");
        int second = first < 0 ? -1 : database(call, 2, "ERR invalid second DB index");
        if (second < 0) {
            return;
        }
        if (first != second) {
            Keyspace keyspace = call.server().keyspace();
            if (call.heavy(keyspace.keyCount(first) + keyspace.keyCount(second))) {
                return;
            }
            if (!keyspace.routesAlike(first, second)) {
                call.reply()
                    .error("ERR SWAPDB is not possible between databases " + first + " and " + second
                            + ": they hold keys whose compartment depends"
                            + " on the database; see COMPARTMENT LIST");
                return;
            }
            if (!deadlinesFit(call, keyspace, first, second)) {
                return;
            }
            for (int i = 0; i < keyspace.compartmentCount(); i++) {
                keyspace.compartment(i).swapDatabases(first, second);
                keyspace.compartment(i).endCommand();
            }
            call.databasesChanged(1 << first | 1 << second);
        }
        call.reply().ok();
    }

    /** Records of deadlines are filed anew. False after the reply of a refusal. */
    private static boolean deadlinesFit(Call call, Keyspace keyspace, int first, int second) {
        for (int i = 0; i < keyspace.compartmentCount(); i++) {
            Compartment compartment = keyspace.compartment(i);
            long deadlines = compartment.expiringCount(first) + compartment.expiringCount(second);
            if (deadlines > 0 && !compartment.admitHeadroom(deadlines * DEADLINE_RECORD_BYTES)) {
                compartment.endCommand();
                call.replyFull(compartment);
                return false;
            }
        }
        return true;
    }

    private static int database(Call call, int argument, String error) {
        if (!call.tryLong(argument) || call.number != (int) call.number) {
            call.reply().error(error);
            return -1;
        }
        if (call.number < 0 || call.number >= Compartment.DATABASES) {
            call.reply().error("ERR DB index is out of range");
            return -1;
        }
        return (int) call.number;
    }
}

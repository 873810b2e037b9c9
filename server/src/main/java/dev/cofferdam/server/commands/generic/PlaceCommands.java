// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.generic;

import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.token;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Arity.exactly;
import static dev.cofferdam.server.command.Flag.FAST;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.CREATES;
import static dev.cofferdam.server.command.KeyUse.OVERWRITES;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.KeyUse.READS_AND_UPDATES;
import static dev.cofferdam.server.command.KeyUse.TAKES;
import static dev.cofferdam.server.command.Memory.GROWS;
import static dev.cofferdam.server.command.Memory.MOVES;

import dev.cofferdam.keyspace.Compartment;
import dev.cofferdam.keyspace.Key;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;

/**
 * RENAME, RENAMENX, MOVE, COPY: a value under another key or in another database.
 *
 * <p>Inside a compartment a move only writes the entry anew. Into another one the value is copied, charged there before anything changes, and then
 * deleted here.
 */
final class PlaceCommands {
    /** Beside the value: header, deadline and index slot of the new entry. */
    private static final long ENTRY_SLACK_BYTES = 256;

    private PlaceCommands() {
    }

    static void declare(CommandTable table) {
        table.command("RENAME").summary("Gives a key another name; what that name held before is deleted.").since("1.0.0")
            .complexity("O(1)")
            .arity(exactly(3)).flags(WRITE).memory(MOVES).keys(KeySpec.key(1, TAKES), KeySpec.key(2, OVERWRITES))
            .arguments(key("key"), key("newkey")).bound(PlaceCommands::boundOfRename).need(PlaceCommands::needOfRename)
            .handledBy(call -> rename(call, false));
        table.command("RENAMENX").summary("Gives a key a name that no key has.").since("1.0.0").complexity("O(1)").arity(exactly(3))
            .flags(WRITE, FAST).memory(MOVES).keys(KeySpec.key(1, TAKES), KeySpec.key(2, CREATES)).arguments(key("key"), key("newkey"))
            .bound(PlaceCommands::boundOfRename).need(PlaceCommands::needOfRename).history("3.2.0", "A key may be given the name it has.")
            .handledBy(call -> rename(call, true));
        table.command("MOVE").summary("Moves a key to another database that does not have it.").since("1.0.0").complexity("O(1)")
            .arity(exactly(3)).flags(WRITE, FAST).memory(MOVES).keys(KeySpec.key(1, READS_AND_UPDATES)).wholeKeyspace()
            .arguments(key("key"), integer("db")).bound(PlaceCommands::boundOfMove).need(PlaceCommands::needOfMove)
            .handledBy(PlaceCommands::move);
        table.command("COPY").summary("Copies the value of a key, and its time to live, to another key.").since("6.2.0")
            .complexity("O(N) where N is the size of the value").arity(atLeast(3)).flags(WRITE).memory(GROWS)
            .keys(KeySpec.key(1, READS), KeySpec.key(2, OVERWRITES)).wholeKeyspace()
            .arguments(key("source"), key("destination"), integer("destination-db").after("DB").optional(), token("REPLACE").optional())
            .bound(PlaceCommands::boundOfCopy).handledBy(PlaceCommands::copy);
    }

    // ---------------------------------------------------------------- what it takes

    /** What a copy of the value under a key of this length takes. */
    private static long copyBytes(Key from, int keyLength) {
        if (!from.exists()) {
            return 0;
        }
        return from.compartment().transfer().copyBytes(from) + keyLength + ENTRY_SLACK_BYTES;
    }

    private static long boundOfRename(Call call) {
        Key from = call.peek(1);
        Key to = call.peek(2);
        return from.compartment() == to.compartment() && from.exists()
                ? from.compartment().transfer().renameBytes(from, to) + ENTRY_SLACK_BYTES
                : copyBytes(from, to.length);
    }

    private static long needOfRename(Call call) {
        Key from = call.peek(1);
        Key to = call.peek(2);
        if (!from.exists()) {
            return 0;
        }
        return from.compartment() == to.compartment() ? from.compartment().transfer().renameBytes(from, to) : copyBytes(from, to.length);
    }

    private static long boundOfMove(Call call) {
        return needOfMove(call) + ENTRY_SLACK_BYTES;
    }

    private static long needOfMove(Call call) {
        Key from = call.peek(1);
        return from.exists() ? from.compartment().transfer().renameBytes(from, from) : 0;
    }

    private static long boundOfCopy(Call call) {
        return copyBytes(call.peek(1), call.length(2));
    }

    // ---------------------------------------------------------------- doing it

    private static void rename(Call call, boolean onlyIfFree) {
        Key from = call.key(1);
        Key to = call.key(2);
        if (!from.exists()) {
            call.reply().error("ERR no such key");
            return;
        }
        if (from.entry == to.entry) {
            reply(call, onlyIfFree, false);
            return;
        }
        if (to.exists()) {
            if (onlyIfFree) {
                call.reply().integer(0);
                return;
            }
            to.compartment().delete(to);
        }
        relocate(from, to);
        call.changed(from, "rename_from");
        call.changed(to, "rename_to");
        reply(call, onlyIfFree, true);
    }

    private static void reply(Call call, boolean asNumber, boolean done) {
        if (asNumber) {
            call.reply().integer(done ? 1 : 0);
        } else {
            call.reply().ok();
        }
    }

    /** Makes {@code to}, which is absent, what {@code from} was. */
    private static void relocate(Key from, Key to) {
        Compartment home = from.compartment();
        if (home == to.compartment()) {
            home.transfer().rename(from, to);
        } else {
            home.transfer().copy(from, to);
            home.delete(from);
        }
    }

    /**
     * Where rules go by database, a key may belong to another compartment in another database than the one that was asked for memory: asks that
     * one too. False after the reply of a refusal.
     */
    private static boolean admittedElsewhere(Call call, Compartment asked, Key from, Key to) {
        Compartment home = to.compartment();
        if (home == asked || home.admit(copyBytes(from, to.length))) {
            return true;
        }
        home.endCommand();
        call.replyFull(home);
        return false;
    }

    private static void move(Call call) {
        if (!call.parseLong(2)) {
            return;
        }
        int database = databaseOr(call, 2);
        if (database < 0) {
            return;
        }
        if (database == call.client().database()) {
            call.reply().error("ERR source and destination objects are the same");
            return;
        }
        Key from = call.key(1);
        Key to = call.key(1, database);
        if (!from.exists() || to.exists()) {
            call.reply().integer(0);
            return;
        }
        if (!admittedElsewhere(call, from.compartment(), from, to)) {
            return;
        }
        from.compartment().locate(from);
        relocate(from, to);
        to.compartment().endCommand();
        call.changed(from, "move_from");
        call.changed(to, "move_to");
        call.reply().integer(1);
    }

    /** The database an argument names, or -1 after the reply of an error. */
    private static int databaseOr(Call call, int argument) {
        if (!call.parseLong(argument)) {
            return -1;
        }
        if (call.number != (int) call.number) {
            call.reply().error("ERR value is out of range, value must between -2147483648 and 2147483647");
            return -1;
        }
        if (call.number < 0 || call.number >= Compartment.DATABASES) {
            call.reply().error("ERR DB index is out of range");
            return -1;
        }
        return (int) call.number;
    }

    private static void copy(Call call) {
        int database = call.client().database();
        boolean replace = false;
        for (int i = 3; i < call.count(); i++) {
            if (call.is(i, "REPLACE")) {
                replace = true;
            } else if (call.is(i, "DB") && i + 1 < call.count()) {
                database = databaseOr(call, ++i);
                if (database < 0) {
                    return;
                }
            } else {
                call.reply().error("ERR syntax error");
                return;
            }
        }
        Key from = call.key(1);
        Key to = call.key(2, database);
        if (from.database == to.database && from.length == to.length
                && dev.cofferdam.memory.Mem.equal(from.address, to.address, from.length)) {
            call.reply().error("ERR source and destination objects are the same");
            return;
        }
        if (!from.exists() || to.exists() && !replace) {
            call.reply().integer(0);
            return;
        }
        Compartment usual = call.compartmentOf(2);
        if (!admittedElsewhere(call, usual, from, to)) {
            return;
        }
        // Blocks may have moved, and what was asked last may have evicted.
        from.compartment().locate(from);
        to.compartment().locate(to);
        if (to.exists()) {
            to.compartment().delete(to);
        }
        from.compartment().transfer().copy(from, to);
        if (to.compartment() != usual) {
            to.compartment().endCommand();
        }
        call.changed(to, "copy_to");
        call.reply().integer(1);
    }
}

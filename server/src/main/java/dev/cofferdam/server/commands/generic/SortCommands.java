// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.generic;

import static dev.cofferdam.server.command.Argument.block;
import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.oneOf;
import static dev.cofferdam.server.command.Argument.pattern;
import static dev.cofferdam.server.command.Argument.token;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.OVERWRITES;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.Memory.GROWS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.server.command.Argument;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.LaneRoom;

/**
 * SORT and SORT_RO. Owns nothing. Nothing is changed before everything is sorted and measured, so a result that is stored is stored whole or refused whole.
 *
 * <p>The keys that BY and GET name lie in any compartment that their patterns reach; all of these belong to the command, as those of its key do. What a stored
 * result needs is measured on the event loop while it is little work, and for a transaction or script; else in the lane, which asks for it there.
 */
final class SortCommands {
    private static final String WHAT = "O(N+M*log(M)) for N elements of which M are returned, O(N) when they are not put in order";

    private SortCommands() {
    }

    static void declare(CommandTable table) {
        KeySpec source = KeySpec.key(1, READS);
        KeySpec named = KeySpec.keysLike("BY", "GET", 2, SortOptions.WIDTH, READS)
            .noted("Keys of BY and GET: their names are made of the elements.");
        table.command("SORT").summary("Puts the elements of a list, set or sorted set in order, and returns or stores them.").since("1.0.0")
            .complexity(WHAT).arity(atLeast(2)).flags(WRITE).memory(GROWS)
            .keys(source, named, KeySpec.keyOption("STORE", 2, SortOptions.WIDTH, OVERWRITES).shownAsUnknown()
                .noted("The key behind the last STORE that is no other option's value; COMMAND GETKEYS finds it."))
            .arguments(arguments(key("destination").after("STORE").optional())).bound(SortCommands::bound).need(SortCommands::bound)
            .handledBy(SortCommands::sort);
        table.command("SORT_RO").summary("Puts the elements of a list, set or sorted set in order, and returns them.").since("7.0.0")
            .complexity(WHAT).arity(atLeast(2)).flags(READONLY).memory(NEUTRAL).keys(source, named).arguments(arguments())
            .handledBy(SortCommands::sort);
    }

    private static Argument[] arguments(Argument... more) {
        Argument[] all = {key("key"), pattern("pattern").after("BY").optional(),
            block("offset_count", integer("offset"), integer("count")).after("LIMIT").optional(),
            pattern("pattern").after("GET").optional().multipleWithToken(), oneOf(token("ASC"), token("DESC")).named("order").optional(),
            token("ALPHA").named("sorting").optional()};
        Argument[] joined = java.util.Arrays.copyOf(all, all.length + more.length);
        System.arraycopy(more, 0, joined, all.length, more.length);
        return joined;
    }

    // ---------------------------------------------------------------- the command

    private static void sort(Call call) {
        SortOptions options = SortOptions.of(call);
        if (options.error != null) {
            call.reply().error(options.error);
            return;
        }
        Key key = call.key(1);
        call.tellIfMissed(key);
        if (!SortSource.accepts(key)) {
            call.reply().error("WRONGTYPE Operation against a key holding the wrong kind of value");
            return;
        }
        if (call.heavy(new SortRun(call, options, key).work()) || !roomInLane(call, options, key)) {
            return;
        }
        new SortRun(call, options, key).run();
    }

    /** Blocks may move while room is made, so the key is looked up again. False when there is none, which is replied then. */
    private static boolean roomInLane(Call call, SortOptions options, Key key) {
        if (options.store == 0 || !LaneRoom.isNeeded(call)) {
            return true;
        }
        if (!LaneRoom.admits(call, options.store, new SortRun(call, options, key).storedBound())) {
            return false;
        }
        key.compartment().peek(key);
        return true;
    }

    /** What storing the result can take; for a long command that is alone only what it begins with, since it measures in its lane. */
    private static long bound(Call call) {
        SortOptions options = SortOptions.of(call);
        if (options.error != null || options.store == 0) {
            return 0;
        }
        Key key = call.peek(1);
        if (!SortSource.accepts(key)) {
            return 0;
        }
        SortRun run = new SortRun(call, options, key);
        return call.measuresHere(run.work())
                ? run.storedBound()
                : call.compartmentOf(options.store).lists().pushBound(call.length(options.store));
    }
}

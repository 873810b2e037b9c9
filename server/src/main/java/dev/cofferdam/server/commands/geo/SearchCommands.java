// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.geo;

import static dev.cofferdam.server.command.Argument.block;
import static dev.cofferdam.server.command.Argument.integer;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.oneOf;
import static dev.cofferdam.server.command.Argument.real;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Argument.token;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.OVERWRITES;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.Memory.GROWS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.SortedSetValues;
import dev.cofferdam.server.command.Argument;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandBuilder;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.LaneRoom;
import dev.cofferdam.server.command.ValueType;
import dev.cofferdam.server.commands.geo.GeoOptions.Form;
import java.util.ArrayList;
import java.util.List;

/**
 * GEOSEARCH, GEORADIUS and their variants. Owns nothing. What a stored result needs is measured by searching once more: on the event loop while that is little
 * work, and for a transaction or script; else in the lane.
 */
final class SearchCommands {
    private static final String WHAT = "O(N+log(M)) for N members in the cells around the area, M members in all";

    private SearchCommands() {
    }

    static void declare(CommandTable table) {
        search(table, "GEOSEARCH", "Finds the places inside of a circle or box.", "6.2.0", 7, Form.SEARCH).flags(READONLY).memory(NEUTRAL)
            .keys(KeySpec.key(1, READS)).arguments(searchArguments(false)).history("7.0.0", "Units may be in capitals.")
            .handledBy(call -> run(call, Form.SEARCH, ""));
        storing(search(table, "GEOSEARCHSTORE", "Stores the places inside of a circle or box.", "6.2.0", 8, Form.SEARCH_STORE),
                Form.SEARCH_STORE)
            .keys(KeySpec.key(1, OVERWRITES), KeySpec.key(2, READS)).arguments(searchArguments(true))
            .history("7.0.0", "Units may be in capitals.").handledBy(call -> run(call, Form.SEARCH_STORE, "geosearchstore"));
        radius(table, "GEORADIUS", "Finds or stores the places around a place.", "3.2.0", "3.2.10", Form.PLACE);
        radius(table, "GEORADIUSBYMEMBER", "Finds or stores the places around a member.", "3.2.0", "3.2.10", Form.MEMBER);
    }

    private static CommandBuilder search(CommandTable table, String name, String summary, String since, int arity, Form form) {
        return table.command(name).summary(summary).since(since).complexity(WHAT).arity(atLeast(arity));
    }

    private static CommandBuilder storing(CommandBuilder command, Form form) {
        return command.flags(WRITE).memory(GROWS).bound(call -> bound(call, form)).need(call -> bound(call, form));
    }

    private static void radius(CommandTable table, String name, String summary, String since, String sinceReadOnly, Form form) {
        int arity = form.firstOption;
        boolean place = form == Form.PLACE;
        String any = "Has ANY for COUNT.";
        String capitals = "Units may be in capitals.";
        String member = place ? "" : " `FROMMEMBER`";
        storing(search(table, name, summary, since, arity, form), form)
            .history(place ? new String[] {"6.2.0", any, "7.0.0", capitals} : new String[] {"7.0.0", capitals})
            .deprecated("6.2.0", "`GEOSEARCH`, `GEOSEARCHSTORE` …" + member + " `BYRADIUS`")
            .keys(KeySpec.key(1, READS), KeySpec.keyOption("STORE", arity, GeoOptions.WIDTH, OVERWRITES),
                    KeySpec.keyOption("STOREDIST", arity, GeoOptions.WIDTH, OVERWRITES))
            .arguments(radiusArguments(form, true)).handledBy(call -> run(call, form, "georadiusstore"));
        search(table, name + "_RO", summary.replace("Finds or stores", "Finds"), sinceReadOnly, arity, form).flags(READONLY).memory(NEUTRAL)
            .history(place ? new String[] {"6.2.0", any} : new String[0]).deprecated("6.2.0", "`GEOSEARCH` …" + member + " `BYRADIUS`")
            .keys(KeySpec.key(1, READS)).arguments(radiusArguments(form, false)).handledBy(call -> run(call, form, ""));
    }

    // ---------------------------------------------------------------- arguments

    private static final Argument ORDER = oneOf(token("ASC"), token("DESC")).named("order").optional();
    private static final Argument ANY = token("ANY").optional();

    private static Argument count(Argument any) {
        return block("count", integer("count").after("COUNT"), any).optional();
    }

    private static Argument[] searchArguments(boolean stores) {
        List<Argument> all = new ArrayList<>(stores ? List.of(key("destination"), key("source")) : List.of(key("key")));
        all.add(oneOf(string("member").after("FROMMEMBER"),
                block("longitude_latitude", real("longitude"), real("latitude")).after("FROMLONLAT"))
            .named("from"));
        all.add(oneOf(block("circle", real("radius").after("BYRADIUS"), GeoCommands.unit()),
                block("box", real("width").after("BYBOX"), real("height"), GeoCommands.unit()))
            .named("by"));
        all.add(ORDER);
        all.add(count(ANY));
        if (stores) {
            all.add(token("STOREDIST").optional());
        } else {
            addDetails(all);
        }
        return all.toArray(Argument[]::new);
    }

    private static Argument[] radiusArguments(Form form, boolean stores) {
        List<Argument> all = new ArrayList<>(List.of(key("key")));
        all.addAll(form == Form.PLACE ? List.of(real("longitude"), real("latitude")) : List.of(string("member")));
        all.add(real("radius"));
        all.add(GeoCommands.unit());
        addDetails(all);
        all.add(count(form == Form.PLACE ? ANY.since("6.2.0") : ANY));
        all.add(ORDER);
        if (stores) {
            all.add(key("key").after("STORE").optional());
            all.add(key("key").after("STOREDIST").optional());
        }
        return all.toArray(Argument[]::new);
    }

    private static void addDetails(List<Argument> all) {
        for (String word : List.of("WITHCOORD", "WITHDIST", "WITHHASH")) {
            all.add(token(word).optional());
        }
    }

    // ---------------------------------------------------------------- commands

    private static void run(Call call, Form form, String event) {
        Key source = call.key(form.source);
        call.tellIfMissed(source);
        if (!call.typeIs(source, ValueType.ZSET)) {
            return;
        }
        GeoOptions options = new GeoOptions(call, form, source);
        if (!options.error.isEmpty()) {
            call.reply().error(options.error);
            return;
        }
        if (!source.exists()) {
            replyNothing(call, options);
            return;
        }
        GeoSearch search = new GeoSearch(call, options, source);
        if (call.heavy(search.work())) {
            return;
        }
        if (options.store > 0 && LaneRoom.isNeeded(call)) {
            if (!LaneRoom.admits(call, options.store, search.storedBound())) {
                return;
            }
            if (!source.compartment().peek(source)) { // making room may have moved or evicted it
                replyNothing(call, options);
                return;
            }
        }
        search.run(event);
    }

    private static void replyNothing(Call call, GeoOptions options) {
        if (options.store == 0) {
            call.reply().emptyArray();
            return;
        }
        Key destination = call.key(options.store);
        if (destination.exists()) {
            destination.compartment().delete(destination);
            call.changed(destination, "del");
        }
        call.reply().integer(0);
    }

    private static long bound(Call call, Form form) {
        Key source = call.peek(form.source);
        if (!source.exists() || ValueType.of(source.kind()) != ValueType.ZSET) {
            return 0;
        }
        GeoOptions options = new GeoOptions(call, form, source);
        if (!options.error.isEmpty() || options.store == 0) {
            return 0;
        }
        GeoSearch search = new GeoSearch(call, options, source);
        return call.measuresHere(search.work()) ? search.storedBound() : SortedSetValues.createBound(source);
    }
}

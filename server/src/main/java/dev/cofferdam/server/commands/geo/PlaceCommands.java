// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.geo;

import static dev.cofferdam.server.command.Argument.block;
import static dev.cofferdam.server.command.Argument.key;
import static dev.cofferdam.server.command.Argument.oneOf;
import static dev.cofferdam.server.command.Argument.real;
import static dev.cofferdam.server.command.Argument.string;
import static dev.cofferdam.server.command.Argument.token;
import static dev.cofferdam.server.command.Arity.atLeast;
import static dev.cofferdam.server.command.Flag.READONLY;
import static dev.cofferdam.server.command.Flag.WRITE;
import static dev.cofferdam.server.command.KeyUse.READS;
import static dev.cofferdam.server.command.KeyUse.UPDATES;
import static dev.cofferdam.server.command.Memory.GROWS;
import static dev.cofferdam.server.command.Memory.NEUTRAL;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.SortedSetValues;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.CommandTable;
import dev.cofferdam.server.command.KeySpec;
import dev.cofferdam.server.command.ValueType;

/** GEOADD, GEOPOS, GEOHASH and GEODIST: places by their names. Owns nothing. All places are checked before the first is added. */
final class PlaceCommands {
    private static final int FIRST_OPTION = 2;

    private PlaceCommands() {
    }

    static void declare(CommandTable table) {
        KeySpec reads = KeySpec.key(1, READS);
        table.command("GEOADD").summary("Adds places, or moves them.").since("3.2.0").complexity("O(log(N)) for each place, N members")
            .arity(atLeast(5)).flags(WRITE).memory(GROWS).keys(KeySpec.key(1, UPDATES))
            .arguments(key("key"), oneOf(token("NX"), token("XX")).since("6.2.0").optional(),
                    token("CH").named("change").since("6.2.0").optional(),
                    block("longitude_latitude_member", real("longitude"), real("latitude"), string("member")).multiple())
            .bound(PlaceCommands::bound).need(PlaceCommands::need).history("6.2.0", "Has NX, XX and CH.").handledBy(PlaceCommands::geoadd);
        table.command("GEOPOS").summary("Returns longitude and latitude of places.").since("3.2.0")
            .complexity("O(1) for each place").arity(atLeast(2)).flags(READONLY).memory(NEUTRAL).keys(reads)
            .arguments(key("key"), string("member").multiple()).handledBy(PlaceCommands::geopos);
        table.command("GEOHASH").summary("Returns places as geohash texts of eleven characters.").since("3.2.0")
            .complexity("O(1) for each place").arity(atLeast(2)).flags(READONLY).memory(NEUTRAL).keys(reads)
            .arguments(key("key"), string("member").multiple()).handledBy(PlaceCommands::geohash);
        table.command("GEODIST").summary("Returns the distance between two places.").since("3.2.0").complexity("O(1)").arity(atLeast(4))
            .flags(READONLY).memory(NEUTRAL).keys(reads)
            .arguments(key("key"), string("member1"), string("member2"), GeoCommands.unit().optional()).handledBy(PlaceCommands::geodist);
    }

    // ---------------------------------------------------------------- GEOADD

    private static boolean isOption(Call call, int i) {
        return call.is(i, "NX") || call.is(i, "XX") || call.is(i, "CH");
    }

    /** Argument of the first longitude. */
    private static int firstPlace(Call call) {
        int i = FIRST_OPTION;
        while (i < call.count() && isOption(call, i)) {
            i++;
        }
        return i;
    }

    private static boolean has(Call call, int end, String option) {
        for (int i = FIRST_OPTION; i < end; i++) {
            if (call.is(i, option)) {
                return true;
            }
        }
        return false;
    }

    private static void geoadd(Call call) {
        int first = firstPlace(call);
        boolean onlyNew = has(call, first, "NX");
        boolean onlyOld = has(call, first, "XX");
        int places = (call.count() - first) / 3;
        if ((call.count() - first) % 3 != 0 || onlyNew && onlyOld || places == 0) {
            call.reply().error("ERR syntax error");
            return;
        }
        double[] place = new double[2];
        for (int i = first; i < call.count(); i += 3) {
            String wrong = GeoArguments.place(call, i, place);
            if (!wrong.isEmpty()) {
                call.reply().error(wrong);
                return;
            }
        }
        if (call.heavy(places)) {
            return;
        }
        Key key = call.key(1);
        if (!call.typeIs(key, ValueType.ZSET)) {
            return;
        }
        SortedSetValues values = key.compartment().sortedSets();
        long added = 0;
        long moved = 0;
        for (int i = first; i < call.count(); i += 3) {
            GeoArguments.place(call, i, place);
            double score = Geohash.score(place[0], place[1]);
            if (!values.find(key, call.address(i + 2), call.length(i + 2))) {
                if (!onlyOld) {
                    values.add(key, call.address(i + 2), call.length(i + 2), score);
                    added++;
                }
            } else if (!onlyNew && values.score != score) {
                values.setFound(key, score);
                moved++;
            }
        }
        if (added + moved > 0) {
            call.changed(key, "zadd");
        }
        call.reply().integer(has(call, first, "CH") ? added + moved : added);
    }

    private static boolean isSortedSetOrAbsent(Key key) {
        return !key.exists() || ValueType.of(key.kind()) == ValueType.ZSET;
    }

    private static long bound(Call call) {
        Key key = call.peek(1);
        if (!isSortedSetOrAbsent(key)) {
            return 0;
        }
        int first = firstPlace(call);
        long bytes = 0;
        for (int i = first + 2; i < call.count(); i += 3) {
            bytes += call.length(i);
        }
        return SortedSetValues.growthBound(key, (call.count() - first) / 3, bytes);
    }

    /** Nothing when all are there already, or may not be added. */
    private static long need(Call call) {
        int first = firstPlace(call);
        Key key = call.peek(1);
        if (has(call, first, "XX") || !isSortedSetOrAbsent(key)) {
            return 0;
        }
        for (int i = first + 2; i < call.count(); i += 3) {
            if (!key.compartment().sortedSets().find(key, call.address(i), call.length(i))) {
                return SortedSetValues.membersBound(1, call.length(i));
            }
        }
        return 0;
    }

    // ---------------------------------------------------------------- reading

    private static boolean find(Key key, Call call, int i) {
        return key.exists() && key.compartment().sortedSets().find(key, call.address(i), call.length(i));
    }

    private static void geopos(Call call) {
        Key key = call.key(1);
        if (!call.typeIs(key, ValueType.ZSET) || call.heavy(call.count())) {
            return;
        }
        call.reply().array(call.count() - 2);
        for (int i = 2; i < call.count(); i++) {
            if (find(key, call, i)) {
                GeoCommands.replyPlace(call.reply(), key.compartment().sortedSets().score);
            } else {
                call.reply().nilArray();
            }
        }
    }

    private static void geohash(Call call) {
        Key key = call.key(1);
        if (!call.typeIs(key, ValueType.ZSET) || call.heavy(call.count())) {
            return;
        }
        call.reply().array(call.count() - 2);
        for (int i = 2; i < call.count(); i++) {
            if (find(key, call, i)) {
                call.reply().bulk(Geohash.text(key.compartment().sortedSets().score));
            } else {
                call.reply().nil();
            }
        }
    }

    private static void geodist(Call call) {
        double unit = 1;
        if (call.count() == 5) {
            unit = GeoArguments.unit(call, 4);
            if (unit == 0) {
                call.reply().error(GeoArguments.UNKNOWN_UNIT);
                return;
            }
        } else if (call.count() > 5) {
            call.reply().error("ERR syntax error");
            return;
        }
        Key key = call.key(1);
        if (!call.typeIs(key, ValueType.ZSET)) {
            return;
        }
        if (!find(key, call, 2)) {
            call.reply().nil();
            return;
        }
        double one = key.compartment().sortedSets().score;
        if (!find(key, call, 3)) {
            call.reply().nil();
            return;
        }
        double other = key.compartment().sortedSets().score;
        double metres = new GreatCircle().distance(Geohash.longitude(one), Geohash.latitude(one), Geohash.longitude(other),
                Geohash.latitude(other));
        call.reply().bulkDecimals(metres / unit, GeoCommands.DISTANCE_DECIMALS);
    }
}

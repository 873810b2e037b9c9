// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.geo;

import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.Argument;
import dev.cofferdam.server.command.CommandTable;

/** The family of commands about places on the earth, which sorted sets keep as scores. Handlers run on the thread that owns the keys' compartments. */
public final class GeoCommands {
    static final int DISTANCE_DECIMALS = 4;

    private GeoCommands() {
    }

    public static void declare(CommandTable table) {
        table.group("geo");
        PlaceCommands.declare(table);
        SearchCommands.declare(table);
    }

    static Argument unit() {
        return Argument.oneOf(Argument.token("M"), Argument.token("KM"), Argument.token("FT"), Argument.token("MI")).named("unit");
    }

    static void replyPlace(ReplyWriter reply, double score) {
        reply.array(2);
        reply.plainReal(Geohash.longitude(score));
        reply.plainReal(Geohash.latitude(score));
    }
}

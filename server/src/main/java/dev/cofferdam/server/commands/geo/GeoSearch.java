// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.geo;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.SortedSetCursor;
import dev.cofferdam.keyspace.SortedSetValues;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.commands.sortedsets.Destination;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One search for places: it looks through the cells of its area once to count what lies inside, and once more to take it. Made per command, on the thread that
 * owns its compartments; nothing is changed before everything is found and in order.
 */
final class GeoSearch {
    private final Call call;
    private final GeoOptions options;
    private final SearchArea area;
    private final Key source;
    private final SortedSetValues values;
    private final SortedSetCursor cursor;
    private long found;
    private long foundBytes;
    private long longestBytes;

    /** The source exists. */
    GeoSearch(Call call, GeoOptions options, Key source) {
        this.call = call;
        this.options = options;
        this.source = source;
        area = options.area;
        values = source.compartment().sortedSets();
        cursor = values.cursor();
        area.choose();
    }

    /** Members that are looked at, at most. */
    long work() {
        long members = 0;
        for (int cell = 0, before = 0; cell < SearchArea.CELLS; cell++) {
            if (isVisited(cell, before)) {
                members += values.countByScore(source, area.scoreFrom(area.bits(cell) + 1), false)
                        - values.countByScore(source, area.scoreFrom(area.bits(cell)), false);
                before = cell;
            }
        }
        return members;
    }

    /** A cell that is the same as the one before, around the earth, is not looked through twice; that the middle one may be is left as Redis has it. */
    private boolean isVisited(int cell, int before) {
        return area.isNeeded(cell) && (before == 0 || area.bits(cell) != area.bits(before));
    }

    /** Goes through all cells, until there are as many as ANY wants; {@code points} null to count only. */
    private void visit(@Nullable GeoPoints points) {
        found = 0;
        foundBytes = 0;
        longestBytes = 0;
        for (int cell = 0, before = 0; cell < SearchArea.CELLS && !hasEnough(); cell++) {
            if (isVisited(cell, before)) {
                visitCell(area.bits(cell), points);
                before = cell;
            }
        }
    }

    private boolean hasEnough() {
        return options.any && found >= options.count;
    }

    private void visitCell(long bits, @Nullable GeoPoints points) {
        double end = area.scoreFrom(bits + 1);
        boolean more = values.seek(source, values.countByScore(source, area.scoreFrom(bits), false), cursor);
        while (more && cursor.score < end) {
            if (area.contains(Geohash.longitude(cursor.score), Geohash.latitude(cursor.score))) {
                found++;
                foundBytes += cursor.length;
                longestBytes = Math.max(longestBytes, cursor.length);
                if (points != null) {
                    points.add(cursor.address, cursor.length, area.distance, cursor.score);
                }
            }
            if (hasEnough()) {
                return;
            }
            more = cursor.next();
        }
    }

    private long taken() {
        return options.count == 0 ? found : Math.min(found, options.count);
    }

    /** What storing the result can take. */
    long storedBound() {
        visit(null);
        if (found == 0) {
            return 0;
        }
        return SortedSetValues.membersBound(taken(), Math.min(foundBytes, longestBytes * taken())) + SortedSetValues.createBound(source)
                + call.length(options.store);
    }

    void run(String event) {
        visit(null);
        try (GeoPoints points = GeoPoints.open(call.server().connections(), found, options.descending)) {
            if (points == null) {
                call.reply().error(String.format(Locale.ROOT,
                        "OOM command not allowed when used memory > 'maxmemory'. Ordering %d places needs %.1f MB, more than 'connections' has left;"
                                + " search a smaller area, or use COUNT with ANY",
                        found, GeoPoints.bytes(found) / 1048576.0));
                return;
            }
            visit(points);
            long taken = taken();
            if (options.ordered) {
                points.order(taken);
            }
            if (options.store > 0) {
                store(points, taken, event);
            } else {
                reply(points, taken);
            }
        }
    }

    private void store(GeoPoints points, long taken, String event) {
        Key key = call.key(options.store);
        Destination destination = new Destination(key);
        for (long i = 0; i < taken; i++) {
            // Where cells meet around the earth a member may be found twice; stock ends there.
            if (i == 0 || !key.compartment().sortedSets().find(key, points.address(i), points.length(i))) {
                destination.add(points.address(i), points.length(i),
                        options.storesDistance ? points.metres(i) / area.unit : points.score(i));
            }
        }
        destination.finish(call, event);
    }

    private void reply(GeoPoints points, long taken) {
        ReplyWriter reply = call.reply();
        int details = (options.withDistance ? 1 : 0) + (options.withHash ? 1 : 0) + (options.withPlace ? 1 : 0);
        reply.array(taken);
        for (long i = 0; i < taken; i++) {
            if (details > 0) {
                reply.array(details + 1);
            }
            reply.bulk(points.address(i), points.length(i));
            if (options.withDistance) {
                reply.bulkDecimals(points.metres(i) / area.unit, GeoCommands.DISTANCE_DECIMALS);
            }
            if (options.withHash) {
                reply.integer((long) points.score(i));
            }
            if (options.withPlace) {
                GeoCommands.replyPlace(reply, points.score(i));
            }
        }
    }
}

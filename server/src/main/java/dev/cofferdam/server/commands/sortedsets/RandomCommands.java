// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sortedsets;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.SortedSetCursor;
import dev.cofferdam.keyspace.SortedSetValues;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.Call;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/** ZRANDMEMBER: a random rank is a random element. Owns nothing. */
final class RandomCommands {
    /** Up to so many different elements are drawn by rank; for more the whole set is gone through once. */
    private static final int DRAWN_MAX = 1024;

    private RandomCommands() {
    }

    static void zrandmember(Call call) {
        if (call.count() == 2) {
            one(call);
            return;
        }
        if (!call.parseLong(2)) {
            return;
        }
        long wanted = call.number;
        if (wanted == Long.MIN_VALUE) {
            call.reply().error("ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807");
            return;
        }
        boolean withScores = call.count() == 4 && call.is(3, "WITHSCORES");
        if (call.count() > 4 || call.count() == 4 && !withScores) {
            call.reply().error(SortedSetKeys.SYNTAX);
            return;
        }
        if (withScores && (wanted < -Long.MAX_VALUE / 2 || wanted > Long.MAX_VALUE / 2)) {
            call.reply().error("ERR value is out of range");
            return;
        }
        many(call, wanted, withScores);
    }

    private static void one(Call call) {
        Key key = SortedSetKeys.key(call, 1);
        if (key == null) {
            return;
        }
        if (!key.exists()) {
            call.reply().nil();
            return;
        }
        SortedSetCursor cursor = SortedSetKeys.values(key).cursor();
        SortedSetKeys.values(key).seek(key, call.random().nextLong(SortedSetValues.count(key)), cursor);
        call.reply().bulk(cursor.address, cursor.length);
    }

    private static void many(Call call, long wanted, boolean withScores) {
        Key key = SortedSetKeys.key(call, 1);
        if (key == null) {
            return;
        }
        long size = SortedSetValues.count(key);
        long picks = wanted < 0 ? -wanted : Math.min(wanted, size);
        if (size == 0 || picks == 0) {
            call.reply().emptyArray();
            return;
        }
        if (call.heavy(wanted > DRAWN_MAX ? size : picks)) {
            return;
        }
        SortedSetKeys.listHead(call.reply(), picks, withScores);
        if (wanted < 0) {
            for (long i = 0; i < picks && !call.reply().isLost(); i++) {
                show(call, key, call.random().nextLong(size), withScores);
            }
        } else if (picks <= DRAWN_MAX && picks < size) {
            different(call, key, size, (int) picks, withScores);
        } else {
            select(call, key, size, picks, withScores);
        }
    }

    private static void show(Call call, Key key, long rank, boolean withScores) {
        SortedSetCursor cursor = SortedSetKeys.values(key).cursor();
        SortedSetKeys.values(key).seek(key, rank, cursor);
        SortedSetKeys.element(call.reply(), cursor, withScores);
    }

    /** Floyd's sampling (Bentley and Floyd 1987): one draw per element, each set of ranks equally likely. */
    private static void different(Call call, Key key, long size, int picks, boolean withScores) {
        Set<Long> drawn = HashSet.newHashSet(picks);
        for (long last = size - picks; last < size; last++) {
            long rank = call.random().nextLong(last + 1);
            if (!drawn.add(rank)) {
                rank = last;
                drawn.add(rank);
            }
            show(call, key, rank, withScores);
        }
    }

    /** Goes through the set and takes each element with the chance that is left for it (Knuth, algorithm S). */
    private static void select(Call call, Key key, long size, long picks, boolean withScores) {
        Random random = call.random();
        ReplyWriter reply = call.reply();
        SortedSetCursor cursor = SortedSetKeys.values(key).cursor();
        SortedSetKeys.values(key).seek(key, 0, cursor);
        long wanted = picks;
        for (long left = size; wanted > 0; left--) {
            if (wanted == left || random.nextLong(left) < wanted) {
                SortedSetKeys.element(reply, cursor, withScores);
                wanted--;
            }
            cursor.next();
        }
    }
}

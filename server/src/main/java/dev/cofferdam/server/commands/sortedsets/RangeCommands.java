// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sortedsets;

import static dev.cofferdam.keyspace.SortedSetRange.BY_NAME;
import static dev.cofferdam.keyspace.SortedSetRange.BY_RANK;
import static dev.cofferdam.keyspace.SortedSetRange.BY_SCORE;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.SortedSetCursor;
import dev.cofferdam.keyspace.SortedSetRange;
import dev.cofferdam.keyspace.SortedSetValues;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.ValueType;
import org.jspecify.annotations.Nullable;

/** Reads, counts, removes and stores ranges of a sorted set. Owns nothing: range and cursor are those of the key's compartment. */
final class RangeCommands {
    /** How much of a range is left to the arguments. */
    private static final int FREE = -1;

    private RangeCommands() {
    }

    // ---------------------------------------------------------------- read

    static void zrange(Call call) {
        read(call, FREE, false, true);
    }

    static void zrevrange(Call call) {
        read(call, BY_RANK, true, false);
    }

    static void zrangebyscore(Call call) {
        read(call, BY_SCORE, false, false);
    }

    static void zrevrangebyscore(Call call) {
        read(call, BY_SCORE, true, false);
    }

    static void zrangebylex(Call call) {
        read(call, BY_NAME, false, false);
    }

    static void zrevrangebylex(Call call) {
        read(call, BY_NAME, true, false);
    }

    private static void read(Call call, int by, boolean reverse, boolean mayReverse) {
        Key key = call.key(1);
        SortedSetValues values = SortedSetKeys.values(key);
        SortedSetRange range = values.range();
        int options = options(call, range, by, reverse, mayReverse, 1, false);
        if (options < 0 || !call.typeIs(key, ValueType.ZSET)) {
            return;
        }
        range.resolve(values, key);
        if (call.heavy(range.count)) {
            return;
        }
        boolean withScores = options == 1;
        ReplyWriter reply = call.reply();
        SortedSetKeys.listHead(reply, range.count, withScores);
        SortedSetCursor cursor = values.cursor();
        boolean backwards = range.reverse;
        long left = range.count;
        if (left > 0) {
            values.seek(key, range.first, cursor);
            while (true) {
                SortedSetKeys.element(reply, cursor, withScores);
                if (--left == 0) {
                    return;
                }
                if (backwards) {
                    cursor.previous();
                } else {
                    cursor.next();
                }
            }
        }
    }

    /**
     * Reads bounds and options of a range whose key is at {@code keyAt}.
     *
     * @return 1 when scores are wanted, 0 when not, -1 when the arguments are wrong, which was replied
     */
    private static int options(Call call, SortedSetRange range, int by, boolean reverse, boolean mayReverse, int keyAt, boolean stores) {
        range.begin(by == FREE ? BY_RANK : by);
        range.reverse = reverse;
        boolean withScores = false;
        for (int i = keyAt + 3; i < call.count(); i++) {
            if (!stores && call.is(i, "WITHSCORES")) {
                withScores = true;
            } else if (call.is(i, "LIMIT") && i + 2 < call.count()) {
                if (!call.parseLong(i + 1)) {
                    return -1;
                }
                range.offset = call.number;
                if (!call.parseLong(i + 2)) {
                    return -1;
                }
                range.limit = call.number;
                i += 2;
            } else if (mayReverse && !range.reverse && call.is(i, "REV")) {
                range.reverse = true;
            } else if (by == FREE && range.by == BY_RANK && call.is(i, "BYLEX")) {
                range.by = BY_NAME;
            } else if (by == FREE && range.by == BY_RANK && call.is(i, "BYSCORE")) {
                range.by = BY_SCORE;
            } else {
                call.reply().error(SortedSetKeys.SYNTAX);
                return -1;
            }
        }
        if (range.limit != -1 && range.by == BY_RANK) {
            call.reply().error("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
            return -1;
        }
        if (withScores && range.by == BY_NAME) {
            call.reply().error("ERR syntax error, WITHSCORES not supported in combination with BYLEX");
            return -1;
        }
        boolean swapped = range.reverse && range.by != BY_RANK;
        if (!RangeArguments.read(call, range, swapped ? keyAt + 2 : keyAt + 1, swapped ? keyAt + 1 : keyAt + 2)) {
            return -1;
        }
        if (range.by == BY_RANK) {
            range.offset = 0;
        }
        return withScores ? 1 : 0;
    }

    // ---------------------------------------------------------------- count and remove

    static void zcount(Call call) {
        count(call, BY_SCORE);
    }

    static void zlexcount(Call call) {
        count(call, BY_NAME);
    }

    private static void count(Call call, int by) {
        Key key = call.key(1);
        SortedSetRange range = bounded(call, key, by);
        if (range != null) {
            call.reply().integer(range.count);
        }
    }

    /** The range of arguments 2 and 3, resolved; null when something is wrong, which was replied. */
    private static @Nullable SortedSetRange bounded(Call call, Key key, int by) {
        SortedSetRange range = SortedSetKeys.values(key).range();
        range.begin(by);
        if (!RangeArguments.read(call, range, 2, 3) || !call.typeIs(key, ValueType.ZSET)) {
            return null;
        }
        range.resolve(SortedSetKeys.values(key), key);
        return range;
    }

    static void zremrangebyrank(Call call) {
        remove(call, BY_RANK, "zremrangebyrank");
    }

    static void zremrangebyscore(Call call) {
        remove(call, BY_SCORE, "zremrangebyscore");
    }

    static void zremrangebylex(Call call) {
        remove(call, BY_NAME, "zremrangebylex");
    }

    private static void remove(Call call, int by, String event) {
        Key key = call.key(1);
        SortedSetRange range = bounded(call, key, by);
        if (range == null || call.heavy(range.count)) {
            return;
        }
        long width = range.count;
        if (width > 0) {
            if (width == SortedSetValues.count(key)) {
                key.compartment().delete(key); // its nodes go step by step
            } else {
                SortedSetKeys.values(key).removeRange(key, range.first, width);
            }
            SortedSetKeys.removed(call, key, event);
        }
        call.reply().integer(width);
    }

    // ---------------------------------------------------------------- store

    static void zrangestore(Call call) {
        Key source = call.key(2);
        SortedSetValues values = SortedSetKeys.values(source);
        SortedSetRange range = values.range();
        if (options(call, range, FREE, false, true, 2, true) < 0
                || !call.typeIs(source, ValueType.ZSET)) {
            return;
        }
        range.resolve(values, source);
        if (call.heavy(range.count)) {
            return;
        }
        Key target = call.key(1);
        Destination destination = new Destination(target);
        SortedSetCursor cursor = values.cursor();
        if (range.count > 0) {
            values.seek(source, range.lowest(), cursor);
            for (long left = range.count; left > 0; left--) {
                destination.add(cursor.address, cursor.length, cursor.score);
                cursor.next();
            }
        }
        destination.finish(call, "zrangestore");
    }

    /** The whole source at most; what is wrong with the call is said by the handler. */
    static long zrangestoreBound(Call call) {
        Key source = call.peek(2);
        return SortedSetKeys.isSortedSet(source)
                ? SortedSetValues.membersBound(source) + SortedSetValues.createBound(source) + call.length(1)
                : 0;
    }
}

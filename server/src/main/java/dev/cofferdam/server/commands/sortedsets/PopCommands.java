// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sortedsets;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.SortedSetCursor;
import dev.cofferdam.keyspace.SortedSetValues;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.ValueType;

/** Takes the lowest or highest elements, at once or when there are some. Owns nothing. */
final class PopCommands {
    private PopCommands() {
    }

    // ---------------------------------------------------------------- ZPOPMIN, ZPOPMAX

    static void zpopmin(Call call) {
        pop(call, false);
    }

    static void zpopmax(Call call) {
        pop(call, true);
    }

    private static void pop(Call call, boolean highest) {
        if (call.count() > 3) {
            call.reply().error(SortedSetKeys.SYNTAX);
            return;
        }
        long wanted = 1;
        if (call.count() == 3) {
            if (!call.tryLong(2) || call.number < 0) {
                call.reply().error("ERR value is out of range, must be positive");
                return;
            }
            wanted = call.number;
        }
        Key key = SortedSetKeys.key(call, 1);
        if (key == null) {
            return;
        }
        long width = Math.min(wanted, SortedSetValues.count(key));
        if (call.heavy(width)) {
            return;
        }
        ReplyWriter reply = call.reply();
        if (width == 0) {
            reply.emptyArray();
            return;
        }
        boolean pairs = call.count() == 3 && reply.resp3();
        reply.array(pairs ? width : 2 * width);
        take(call, key, width, highest, pairs);
    }

    /** Replies elements and removes them; each an array of its own when {@code pairs}, else two replies in a row. */
    private static void take(Call call, Key key, long width, boolean highest, boolean pairs) {
        SortedSetValues values = SortedSetKeys.values(key);
        SortedSetCursor cursor = values.cursor();
        ReplyWriter reply = call.reply();
        long count = SortedSetValues.count(key);
        values.seek(key, highest ? count - 1 : 0, cursor);
        for (long left = width; left > 0; left--) {
            if (pairs) {
                reply.array(2);
            }
            reply.bulk(cursor.address, cursor.length);
            reply.real(cursor.score);
            if (left > 1) {
                if (highest) {
                    cursor.previous();
                } else {
                    cursor.next();
                }
            }
        }
        if (width == count) {
            key.compartment().delete(key);
        } else {
            values.removeRange(key, highest ? count - width : 0, width);
        }
        SortedSetKeys.removed(call, key, highest ? "zpopmax" : "zpopmin");
    }

    // ---------------------------------------------------------------- BZPOPMIN, BZPOPMAX

    static void bzpopmin(Call call) {
        blockingPop(call, false);
    }

    static void bzpopmax(Call call) {
        blockingPop(call, true);
    }

    private static void blockingPop(Call call, boolean highest) {
        int keys = call.count() - 2;
        if (!call.parseTimeout(call.count() - 1)) {
            return;
        }
        long timeoutMillis = call.number;
        for (int i = 1; i <= keys; i++) {
            Key key = call.eachKey(i);
            if (call.isRerun() && !SortedSetKeys.isSortedSet(key)) {
                continue; // a value of another type does not end a wait
            }
            if (!call.typeIs(key, ValueType.ZSET)) {
                return;
            }
            if (key.exists()) {
                call.reply().array(3);
                call.reply().bulk(call.address(i), call.length(i));
                take(call, key, 1, highest, false);
                return;
            }
        }
        if (!call.block(ValueType.ZSET, 1, keys, timeoutMillis)) {
            call.reply().nilArray();
        }
    }

    // ---------------------------------------------------------------- ZMPOP, BZMPOP

    static void zmpop(Call call) {
        manyPop(call, 1, false);
    }

    static void bzmpop(Call call) {
        manyPop(call, 2, true);
    }

    /** @param waits the timeout stands before the number of keys; it is looked at last, as Redis does */
    private static void manyPop(Call call, int numberAt, boolean waits) {
        ReplyWriter reply = call.reply();
        if (!call.tryLong(numberAt) || call.number < 1) {
            reply.error("ERR numkeys should be greater than 0");
            return;
        }
        if (call.number >= call.count() - numberAt - 1) {
            reply.error(SortedSetKeys.SYNTAX);
            return;
        }
        int keys = (int) call.number;
        int whereAt = numberAt + keys + 1;
        boolean highest = call.is(whereAt, "MAX");
        if (!highest && !call.is(whereAt, "MIN")) {
            reply.error(SortedSetKeys.SYNTAX);
            return;
        }
        long wanted = wantedCount(call, whereAt + 1);
        if (wanted < 1 || waits && !call.parseTimeout(1)) {
            return;
        }
        long timeoutMillis = call.number;
        for (int i = numberAt + 1; i <= numberAt + keys; i++) {
            Key key = call.eachKey(i);
            if (call.isRerun() && !SortedSetKeys.isSortedSet(key)) {
                continue; // a value of another type does not end a wait
            }
            if (!call.typeIs(key, ValueType.ZSET)) {
                return;
            }
            if (key.exists()) {
                long width = Math.min(wanted, SortedSetValues.count(key));
                if (call.heavy(width)) {
                    return;
                }
                reply.array(2);
                reply.bulk(call.address(i), call.length(i));
                reply.array(width);
                take(call, key, width, highest, true);
                return;
            }
        }
        if (!waits || !call.block(ValueType.ZSET, numberAt + 1, keys, timeoutMillis)) {
            reply.nilArray();
        }
    }

    /** COUNT and its number, 1 without; 0 when it is wrong, which was replied. */
    private static long wantedCount(Call call, int from) {
        long wanted = 0;
        for (int i = from; i < call.count(); i += 2) {
            if (wanted != 0 || !call.is(i, "COUNT") || i + 1 >= call.count()) {
                call.reply().error(SortedSetKeys.SYNTAX);
                return 0;
            }
            if (!call.tryLong(i + 1) || call.number < 1) {
                call.reply().error("ERR count should be greater than 0");
                return 0;
            }
            wanted = call.number;
        }
        return wanted == 0 ? 1 : wanted;
    }
}

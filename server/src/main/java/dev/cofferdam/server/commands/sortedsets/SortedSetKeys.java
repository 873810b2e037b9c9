// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sortedsets;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.SortedSetCursor;
import dev.cofferdam.keyspace.SortedSetValues;
import dev.cofferdam.resp.ReplyWriter;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.ValueType;
import org.jspecify.annotations.Nullable;

/** What all handlers of the family do with a key and with an element. Owns nothing; any thread that owns the key's compartment. */
final class SortedSetKeys {
    static final String NOT_FLOAT_RANGE = "ERR min or max is not a float";
    static final String SYNTAX = "ERR syntax error";

    private SortedSetKeys() {
    }

    /** The key at an argument, absent or a sorted set; null when it is of another type, which was replied then. */
    static @Nullable Key key(Call call, int argument) {
        Key key = call.key(argument);
        return call.typeIs(key, ValueType.ZSET) ? key : null;
    }

    static SortedSetValues values(Key key) {
        return key.compartment().sortedSets();
    }

    static boolean isSortedSet(Key key) {
        return key.exists() && ValueType.of(key.kind()) == ValueType.ZSET;
    }

    static boolean find(Call call, Key key, int argument) {
        return values(key).find(key, call.address(argument), call.length(argument));
    }

    /** The head of a list of {@code count} elements, alone or with their scores: pairs in RESP3, one flat list in RESP2. */
    static void listHead(ReplyWriter reply, long count, boolean withScores) {
        reply.array(withScores && !reply.resp3() ? 2 * count : count);
    }

    /** One element of such a list. */
    static void element(ReplyWriter reply, SortedSetCursor cursor, boolean withScores) {
        element(reply, cursor.address, cursor.length, cursor.score, withScores);
    }

    static void element(ReplyWriter reply, long address, int length, double score, boolean withScores) {
        if (withScores && reply.resp3()) {
            reply.array(2);
        }
        reply.bulk(address, length);
        if (withScores) {
            reply.real(score);
        }
    }

    /** Tells of elements that went, and of the key if it went with them. */
    static void removed(Call call, Key key, String event) {
        call.changed(key, event);
        if (!key.exists()) {
            call.changed(key, "del");
        }
    }
}

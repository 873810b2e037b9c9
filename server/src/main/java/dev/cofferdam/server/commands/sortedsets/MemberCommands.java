// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sortedsets;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.SortedSetValues;
import dev.cofferdam.server.command.Call;

/** Commands on members by name, and how many there are: ZSCORE, ZMSCORE, ZRANK, ZREVRANK, ZCARD, ZREM. Owns nothing. */
final class MemberCommands {
    private MemberCommands() {
    }

    static void zcard(Call call) {
        Key key = SortedSetKeys.key(call, 1);
        if (key != null) {
            call.reply().integer(SortedSetValues.count(key));
        }
    }

    static void zscore(Call call) {
        Key key = SortedSetKeys.key(call, 1);
        if (key != null) {
            score(call, key, 2);
        }
    }

    static void zmscore(Call call) {
        Key key = SortedSetKeys.key(call, 1);
        if (key == null || call.heavy(call.count())) {
            return;
        }
        call.reply().array(call.count() - 2);
        for (int i = 2; i < call.count(); i++) {
            score(call, key, i);
        }
    }

    private static void score(Call call, Key key, int argument) {
        if (SortedSetKeys.find(call, key, argument)) {
            call.reply().real(SortedSetKeys.values(key).score);
        } else {
            call.reply().nil();
        }
    }

    static void zrank(Call call) {
        rank(call, false);
    }

    static void zrevrank(Call call) {
        rank(call, true);
    }

    private static void rank(Call call, boolean reverse) {
        Key key = SortedSetKeys.key(call, 1);
        if (key == null) {
            return;
        }
        if (!SortedSetKeys.find(call, key, 2)) {
            call.reply().nil();
            return;
        }
        long rank = SortedSetKeys.values(key).rankOfFound(key);
        call.reply().integer(reverse ? SortedSetValues.count(key) - 1 - rank : rank);
    }

    static void zrem(Call call) {
        Key key = SortedSetKeys.key(call, 1);
        if (key == null) {
            return;
        }
        long removed = 0;
        for (int i = 2; i < call.count() && key.exists(); i++) {
            if (SortedSetKeys.find(call, key, i)) {
                SortedSetKeys.values(key).removeFound(key);
                removed++;
            }
        }
        if (removed > 0) {
            SortedSetKeys.removed(call, key, "zrem");
        }
        call.reply().integer(removed);
    }
}

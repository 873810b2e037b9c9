// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sortedsets;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.SortedSetValues;
import dev.cofferdam.server.command.Call;
import org.jspecify.annotations.Nullable;

/**
 * ZADD and ZINCRBY, and how much memory they need. Owns nothing. All scores are checked before the first change, and memory was admitted for all
 * members: so either all of a call happens or nothing.
 */
final class AddCommands {
    private static final int NX = 1;
    private static final int XX = 1 << 1;
    private static final int GT = 1 << 2;
    private static final int LT = 1 << 3;
    private static final int CH = 1 << 4;
    private static final int INCR = 1 << 5;

    /** What became of one member. */
    private static final int NOTHING = 0;
    private static final int ADDED = 1;
    private static final int UPDATED = 2;
    private static final int SAME = 3;
    private static final int NOT_A_NUMBER = 4;

    private static final int FIRST_OPTION = 2;

    private AddCommands() {
    }

    // ---------------------------------------------------------------- options

    private static int flag(Call call, int i) {
        int length = call.length(i);
        if (length == 2) {
            return call.is(i, "NX")
                    ? NX
                    : call.is(i, "XX") ? XX : call.is(i, "GT") ? GT : call.is(i, "LT") ? LT : call.is(i, "CH") ? CH : 0;
        }
        return length == 4 && call.is(i, "INCR") ? INCR : 0;
    }

    /** Argument of the first score. */
    private static int firstScore(Call call) {
        int i = FIRST_OPTION;
        while (i < call.count() && flag(call, i) != 0) {
            i++;
        }
        return i;
    }

    private static @Nullable String conflict(int flags, int arguments) {
        if (arguments <= 0 || arguments % 2 != 0) {
            return SortedSetKeys.SYNTAX;
        }
        if ((flags & NX) != 0 && (flags & XX) != 0) {
            return "ERR XX and NX options at the same time are not compatible";
        }
        if (Integer.bitCount(flags & (GT | LT | NX)) > 1) {
            return "ERR GT, LT, and/or NX options at the same time are not compatible";
        }
        if ((flags & INCR) != 0 && arguments > 2) {
            return "ERR INCR option supports a single increment-element pair";
        }
        return null;
    }

    // ---------------------------------------------------------------- commands

    static void zadd(Call call) {
        int first = firstScore(call);
        int flags = 0;
        for (int i = FIRST_OPTION; i < first; i++) {
            flags |= flag(call, i);
        }
        String wrong = conflict(flags, call.count() - first);
        if (wrong != null) {
            call.reply().error(wrong);
            return;
        }
        if ((flags & INCR) != 0) {
            increment(call, flags, first, first + 1);
            return;
        }
        for (int i = first; i < call.count(); i += 2) {
            if (!call.parseDouble(i)) {
                return;
            }
        }
        if (call.heavy((call.count() - first) / 2)) {
            return;
        }
        Key key = SortedSetKeys.key(call, 1);
        if (key == null) {
            return;
        }
        long added = 0;
        long updated = 0;
        for (int i = first; i < call.count(); i += 2) {
            if (call.count() - first > 2) {
                call.tryDouble(i); // one pair's score is still there
            }
            int outcome = put(call, key, flags, call.real, i + 1);
            added += outcome == ADDED ? 1 : 0;
            updated += outcome == UPDATED ? 1 : 0;
        }
        if (added + updated > 0) {
            call.changed(key, "zadd");
        }
        call.reply().integer((flags & CH) != 0 ? added + updated : added);
    }

    static void zincrby(Call call) {
        increment(call, INCR, 2, 3);
    }

    private static void increment(Call call, int flags, int scoreAt, int memberAt) {
        if (!call.parseDouble(scoreAt)) {
            return;
        }
        Key key = SortedSetKeys.key(call, 1);
        if (key == null) {
            return;
        }
        int outcome = put(call, key, flags, call.real, memberAt);
        if (outcome == NOT_A_NUMBER) {
            call.reply().error("ERR resulting score is not a number (NaN)");
        } else if (outcome == NOTHING) {
            call.reply().nil();
        } else {
            if (outcome != SAME) {
                call.changed(key, "zincr");
            }
            call.reply().real(call.real);
        }
    }

    /** Puts one member; {@code call.real} is its score afterwards. */
    private static int put(Call call, Key key, int flags, double given, int memberAt) {
        SortedSetValues values = SortedSetKeys.values(key);
        call.real = given;
        if (!SortedSetKeys.find(call, key, memberAt)) {
            if ((flags & XX) != 0) {
                return NOTHING;
            }
            values.add(key, call.address(memberAt), call.length(memberAt), given);
            return ADDED;
        }
        if ((flags & NX) != 0) {
            return NOTHING;
        }
        double before = values.score;
        double after = (flags & INCR) != 0 ? before + given : given;
        if (Double.isNaN(after)) {
            return NOT_A_NUMBER;
        }
        if ((flags & LT) != 0 && after >= before || (flags & GT) != 0 && after <= before) {
            return NOTHING;
        }
        call.real = after;
        if (after == before) {
            return SAME;
        }
        values.setFound(key, after);
        return UPDATED;
    }

    // ---------------------------------------------------------------- memory

    static long zaddBound(Call call) {
        int first = firstScore(call);
        long bytes = 0;
        for (int i = first + 1; i < call.count(); i += 2) {
            bytes += call.length(i);
        }
        return bound(call, (call.count() - first) / 2, bytes);
    }

    static long zincrbyBound(Call call) {
        return bound(call, 1, call.length(3));
    }

    private static long bound(Call call, long members, long bytes) {
        Key key = call.peek(1);
        return !key.exists() || SortedSetKeys.isSortedSet(key) ? SortedSetValues.growthBound(key, members, bytes) : 0;
    }

    /** Nothing when all members are there already, or may not be added. */
    static long zaddNeed(Call call) {
        int first = firstScore(call);
        for (int i = FIRST_OPTION; i < first; i++) {
            if (flag(call, i) == XX) {
                return 0;
            }
        }
        return need(call, first + 1);
    }

    static long zincrbyNeed(Call call) {
        return need(call, 3);
    }

    private static long need(Call call, int firstMember) {
        Key key = call.peek(1);
        if (key.exists() && !SortedSetKeys.isSortedSet(key)) {
            return 0; // the handler refuses it
        }
        for (int i = firstMember; i < call.count(); i += 2) {
            if (!SortedSetKeys.find(call, key, i)) {
                return SortedSetValues.membersBound(1, call.length(i));
            }
        }
        return 0;
    }
}

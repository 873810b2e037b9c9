// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import dev.cofferdam.memory.Mem;
import dev.cofferdam.memory.Slice;
import dev.cofferdam.resp.Glob;

/**
 * Cursor and options of HSCAN and SSCAN, and the part of a collection one call covers.
 *
 * <p>One per call, on its thread. A cursor is the position below which the walk goes on: it runs from the last position down to 0, because removing an
 * element of a large collection moves only the last one into its place, which the walk has passed by then, or will still come to. So what stays in the
 * collection for the whole walk is returned, perhaps twice. Packed values are returned whole, as Redis does.
 */
public final class ScanArguments {
    private static final long COUNT_DEFAULT = 10;

    private long cursor;
    private long count = COUNT_DEFAULT;
    private long pattern;
    private int patternLength = -1;

    /** Reads the cursor, or replies that it is none. */
    public boolean parseCursor(Call call, int argument) {
        if (!isCursor(call, argument)) {
            return false;
        }
        long named = cursor(call, argument);
        cursor = named < 0 ? Long.MAX_VALUE : named;
        return true;
    }

    /** Replies that the argument is no cursor, and answers false, when it is none: any unsigned number is one, and nothing at all is 0. */
    public static boolean isCursor(Call call, int argument) {
        long address = call.address(argument);
        int length = UnsignedText.length(address, call.length(argument));
        if (length == 0 || !UnsignedText.isBlank(Mem.getByte(address)) && UnsignedText.isNumber(address, length)) {
            return true;
        }
        call.reply().error("ERR invalid cursor");
        return false;
    }

    /** The 64 bits of a cursor. */
    public static long cursor(Call call, int argument) {
        return UnsignedText.value(call.address(argument), call.length(argument));
    }

    /** Reads MATCH and COUNT from an argument on, or replies what is wrong with them. */
    public boolean parseOptions(Call call, int from) {
        for (int i = from; i < call.count(); i += 2) {
            boolean hasValue = i + 1 < call.count();
            if (hasValue && call.is(i, "COUNT")) {
                if (!call.parseLong(i + 1)) {
                    return false;
                }
                if (call.number < 1) {
                    call.reply().error("ERR syntax error");
                    return false;
                }
                count = call.number;
            } else if (hasValue && call.is(i, "MATCH")) {
                pattern = call.address(i + 1);
                patternLength = call.length(i + 1);
            } else {
                call.reply().error("ERR syntax error");
                return false;
            }
        }
        return true;
    }

    /** Position after the highest that this call covers. */
    public int from(int size) {
        return cursor == 0 || cursor > size ? size : (int) cursor;
    }

    /** Lowest position this call covers, which is also the cursor of the next. */
    public int to(int size) {
        return (int) Math.max(0, from(size) - count);
    }

    public boolean matches(Slice name) {
        return patternLength < 0 || Glob.matches(pattern, patternLength, name.address, name.length);
    }

    /** The reply to a scan of a key that does not exist. */
    public static void replyEmpty(Call call) {
        call.reply().array(2);
        call.reply().bulkLong(0);
        call.reply().emptyArray();
    }
}

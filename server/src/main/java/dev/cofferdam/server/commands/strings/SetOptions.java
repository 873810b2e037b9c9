// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.strings;

import dev.cofferdam.server.command.Call;

/**
 * The options of SET and GETEX as one int, so that reading them allocates nothing: bits of what was said, and the argument with the time.
 *
 * <p>Pure functions of the call.
 */
final class SetOptions {
    static final int NX = 1;
    static final int XX = 1 << 1;
    static final int GET = 1 << 2;
    static final int KEEPTTL = 1 << 3;
    static final int PERSIST = 1 << 4;
    private static final int EX = 1 << 5;
    private static final int PX = 1 << 6;
    private static final int EXAT = 1 << 7;
    private static final int PXAT = 1 << 8;
    private static final int TIMES = EX | PX | EXAT | PXAT;
    private static final int ARGUMENT_SHIFT = 16;

    /** What {@link #parse} and {@link #atMillis} answer after they have replied an error. */
    static final int REFUSED = -1;

    private SetOptions() {
    }

    /** Reads the arguments from {@code first} on; {@link #REFUSED} after the reply of a syntax error. */
    static int parse(Call call, int first, boolean getex) {
        int options = 0;
        for (int i = first; i < call.count(); i++) {
            int option = optionAt(call, i, getex);
            if (option == 0 || clashes(option, options) || (option & TIMES) != 0 && i + 1 == call.count()) {
                call.reply().error("ERR syntax error");
                return REFUSED;
            }
            options |= option;
            if ((option & TIMES) != 0) {
                i++;
                options = options & (1 << ARGUMENT_SHIFT) - 1 | i << ARGUMENT_SHIFT;
            }
        }
        return options;
    }

    private static int optionAt(Call call, int i, boolean getex) {
        if (call.is(i, "EX")) {
            return EX;
        }
        if (call.is(i, "PX")) {
            return PX;
        }
        if (call.is(i, "EXAT")) {
            return EXAT;
        }
        if (call.is(i, "PXAT")) {
            return PXAT;
        }
        if (getex) {
            return call.is(i, "PERSIST") ? PERSIST : 0;
        }
        if (call.is(i, "NX")) {
            return NX;
        }
        if (call.is(i, "XX")) {
            return XX;
        }
        if (call.is(i, "GET")) {
            return GET;
        }
        return call.is(i, "KEEPTTL") ? KEEPTTL : 0;
    }

    /** The same option twice is no clash; the last one counts. */
    private static boolean clashes(int option, int before) {
        return switch (option) {
            case NX -> (before & XX) != 0;
            case XX -> (before & NX) != 0;
            case GET -> false;
            default -> (before & (TIMES | KEEPTTL | PERSIST) & ~option) != 0;
        };
    }

    static boolean hasTime(int options) {
        return (options & TIMES) != 0;
    }

    /** True when the time is a point of the calendar, not a distance from now. */
    static boolean isCalendarTime(int options) {
        return (options & (EXAT | PXAT)) != 0;
    }

    /** When the key shall expire, 0 when nothing was said, {@link #REFUSED} after the reply of an error. */
    static long atMillis(Call call, int options) {
        if (!hasTime(options)) {
            return 0;
        }
        return atMillis(call, options >>> ARGUMENT_SHIFT, (options & (EX | EXAT)) != 0, isCalendarTime(options));
    }

    /** The deadline an argument names, or {@link #REFUSED} after the reply of an error. */
    static long atMillis(Call call, int argument, boolean seconds, boolean calendar) {
        if (!call.parseLong(argument)) {
            return REFUSED;
        }
        long time = call.number;
        if (time > 0 && (!seconds || time <= Long.MAX_VALUE / 1000)) {
            long millis = seconds ? time * 1000 : time;
            if (calendar) {
                return millis;
            }
            if (millis <= Long.MAX_VALUE - call.nowMillis()) {
                return millis + call.nowMillis();
            }
        }
        call.reply().error("ERR invalid expire time in '" + call.command().name() + "' command");
        return REFUSED;
    }
}

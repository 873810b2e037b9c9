// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.sortedsets;

import dev.cofferdam.keyspace.SortedSetRange;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.UnsignedText;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Reads the two bounds of a range into a {@link SortedSetRange}, or replies what is wrong with them. Owns nothing. */
final class RangeArguments {
    private static final String NOT_NAMES = "ERR min or max not valid string range item";
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

    private RangeArguments() {
    }

    /** By whatever the range is set to; {@code min} and {@code max} are arguments, of ranks the first and the last one. */
    static boolean read(Call call, SortedSetRange range, int min, int max) {
        return switch (range.by) {
            case SortedSetRange.BY_RANK -> ranks(call, range, min, max);
            case SortedSetRange.BY_SCORE -> scores(call, range, min, max);
            default -> names(call, range, min, max);
        };
    }

    private static boolean ranks(Call call, SortedSetRange range, int start, int stop) {
        if (!call.parseLong(start)) {
            return false;
        }
        long first = call.number;
        if (!call.parseLong(stop)) {
            return false;
        }
        range.ranks(first, call.number);
        return true;
    }

    private static boolean scores(Call call, SortedSetRange range, int min, int max) {
        if (!score(call, min)) {
            return false;
        }
        range.minScore(call.real, isExclusive(call, min));
        if (!score(call, max)) {
            return false;
        }
        range.maxScore(call.real, isExclusive(call, max));
        return true;
    }

    private static boolean isExclusive(Call call, int i) {
        return call.length(i) > 0 && Mem.getByte(call.address(i)) == '(';
    }

    /** Sets {@code call.real}. What C's strtod takes as a whole: also nothing at all (0), leading blanks, and what is beyond a double; the text ends at its first byte 0. */
    private static boolean score(Call call, int i) {
        int skip = isExclusive(call, i) ? 1 : 0;
        long address = call.address(i) + skip;
        int length = UnsignedText.length(address, call.length(i) - skip);
        if (call.tryDouble(address, length)) {
            return true;
        }
        String text = new String(Mem.bytes(address, length), StandardCharsets.ISO_8859_1);
        String number = text.stripLeading();
        if (text.isEmpty()) {
            call.real = 0;
        } else if (DECIMAL.matcher(number).matches()) {
            call.real = Double.parseDouble(number);
        } else {
            call.reply().error(SortedSetKeys.NOT_FLOAT_RANGE);
            return false;
        }
        return true;
    }

    private static boolean names(Call call, SortedSetRange range, int min, int max) {
        int minMark = mark(call, min);
        int maxMark = mark(call, max);
        if (minMark == 0 || maxMark == 0) {
            call.reply().error(NOT_NAMES);
            return false;
        }
        range.minName(end(minMark), call.address(min) + 1, call.length(min) - 1, minMark == '(');
        range.maxName(end(maxMark), call.address(max) + 1, call.length(max) - 1, maxMark == '(');
        return true;
    }

    /** The character that says how a name bounds: plus or minus alone, or a parenthesis or bracket before the name; 0 for anything else. */
    private static int mark(Call call, int i) {
        if (call.length(i) == 0) {
            return 0;
        }
        int c = Mem.getByte(call.address(i));
        return switch (c) {
            case '(', '[' -> c;
            case '+', '-' -> call.length(i) == 1 ? c : 0;
            default -> 0;
        };
    }

    private static int end(int mark) {
        return mark == '-' ? SortedSetRange.LOWEST : mark == '+' ? SortedSetRange.HIGHEST : 0;
    }
}

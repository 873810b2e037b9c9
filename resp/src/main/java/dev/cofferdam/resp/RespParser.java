// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp;

import dev.cofferdam.memory.Mem;
import java.util.Arrays;

/**
 * Finds the commands in a run of received bytes, in place: the RESP multibulk form and the inline form of people with telnet.
 *
 * <p>Owns the table of argument positions of the current batch, nothing else; the bytes stay where the caller has them. One thread.
 * Nothing is allocated while commands fit the table. A command is recorded only when it is complete; of a half one it is known how far
 * it was understood and how many bytes it needs at least, so that a caller can reserve room once and look again only when it matters.
 *
 * <p>Of a command with very many arguments only every 16th place is noted ({@link SparseArguments}), because the table lies on the Java heap, where a
 * million places were 8 MB; the others are found from there. A batch ends with such a command: see {@link #isFull}.
 *
 * <p>Usage: {@link #start}, then {@link #next} until it does not answer {@link #COMMAND}. Several commands may be parsed before the
 * first is executed: their arguments lie one after the other in the table. Error texts are those of Redis, callers match on them.
 *
 * <p>Inline arguments with quotes are unescaped in place, so the bytes of an inline line change; nothing else is written.
 */
public final class RespParser {
    /** The bytes end within a command. */
    public static final int INCOMPLETE = 0;
    /** A whole command was found. */
    public static final int COMMAND = 1;
    /** The bytes are no protocol; see {@link #error}. */
    public static final int ERROR = 2;

    /** Longest inline line and longest count line. */
    public static final int LINE_MAX_BYTES = 64 * 1024;
    /** "$0\r\n\r\n": no argument is shorter on the wire. */
    private static final int ARGUMENT_MIN_BYTES = 6;
    private static final int TABLE_START_ARGUMENTS = 1024;
    /** What a client may send before AUTH when a password is required. */
    private static final int UNAUTHENTICATED_MAX_ARGUMENTS = 10;
    private static final int UNAUTHENTICATED_MAX_BULK_BYTES = 16384;
    /** See {@link #bulkLength}. */
    public static final long LINE_UNFINISHED = -2;
    private static final long NOT_A_NUMBER = Long.MIN_VALUE;

    private final long maxArguments;
    private long maxBulkBytes;
    private boolean unauthenticated;

    /** Offset from base and length of each argument, in pairs. */
    private int[] table = new int[2 * TABLE_START_ARGUMENTS];
    private int used;
    /** Index of the first argument that lies in {@link #sparse} instead of the table. */
    private int sparseFrom = Integer.MAX_VALUE;
    private final SparseArguments sparse = new SparseArguments();
    private long base;
    private long position;
    private long limit;

    /** Where the last command begins. */
    private long commandStart;
    private int firstArgument;
    private int argumentCount;
    private String error = "";
    private long scannedBytes;
    private long remainingArguments;
    private long neededBytes;

    /**
     * @param maxArguments most arguments of one command
     * @param maxBulkBytes longest argument (proto-max-bulk-len)
     */
    public RespParser(long maxArguments, long maxBulkBytes) {
        this.maxArguments = maxArguments;
        this.maxBulkBytes = maxBulkBytes;
    }

    public void setMaxBulkBytes(long bytes) {
        maxBulkBytes = bytes;
    }

    /** While true the small limits of clients that did not authenticate yet apply. */
    public void setUnauthenticated(boolean value) {
        unauthenticated = value;
    }

    /** Begins a batch over [base, end): earlier positions are forgotten. */
    public void start(long newBase, long end) {
        base = newBase;
        position = newBase;
        limit = end;
        clearTable();
    }

    /** Goes on with other bytes behind the same base; what is recorded stays. For commands of several clients that lie in one buffer. */
    public void continueAt(long from, long end) {
        position = from;
        limit = end;
    }

    /** Forgets the recorded arguments, but goes on at the same position: between two rounds over one read. */
    public void clearTable() {
        used = 0;
        sparseFrom = Integer.MAX_VALUE;
        sparse.clear();
        if (table.length > 64 * TABLE_START_ARGUMENTS) {
            table = new int[2 * TABLE_START_ARGUMENTS];
        }
    }

    /** Begins a table of arguments that are not parsed but said one by one, all less than 2 GiB above {@code newBase}: a script's command. */
    public void startTable(long newBase) {
        start(newBase, newBase);
        firstArgument = 0;
        argumentCount = 0;
    }

    public void addArgument(long address, int length) {
        record(address, length);
        argumentCount++;
    }

    /** True when the last command must be executed, and {@link #clearTable} called, before the next is looked for. */
    public boolean isFull() {
        return sparseFrom != Integer.MAX_VALUE;
    }

    /** Looks for the next command. After {@link #INCOMPLETE} {@link #position} is where the half command begins. */
    public int next() {
        while (position < limit) {
            long start = position;
            int before = used;
            int result = Mem.getByte(start) == '*' ? multibulk(start) : inline(start);
            if (result != COMMAND) {
                used = before;
                sparseFrom = Integer.MAX_VALUE;
                return result;
            }
            if (argumentCount > 0) {
                commandStart = start;
                firstArgument = before / 2;
                return COMMAND;
            }
        }
        scannedBytes = 0;
        remainingArguments = 0;
        neededBytes = 0;
        return INCOMPLETE;
    }

    /**
     * After {@link #COMMAND}: looks for commands behind that one which have the same bytes up to the end of its argument {@code same}, so the same name, number of
     * arguments and, mostly, key. Their arguments follow in the table, command after command; what {@link #firstArgument} says stays the first one's.
     *
     * @return how many were found, at most {@code most}, and none that begins {@code mostBytes} behind the first; what comes then is for {@link #next}
     */
    public int repeats(int same, int most, int mostBytes) {
        int first = firstArgument;
        int count = argumentCount;
        if (isFull() || Mem.getByte(commandStart) != '*') {
            return 0; // an inline command was unescaped where it lies
        }
        long start = commandStart;
        int headBytes = (int) (address(first + same) + length(first + same) + 2 - start);
        int found = 0;
        while (found < most && position - start < mostBytes && limit - position >= headBytes && Mem.equal(start, position, headBytes)) {
            long at = position;
            int before = used;
            for (int i = 0; i <= same; i++) {
                record(address(first + i) + (at - start), length(first + i));
            }
            if (arguments(at, at + headBytes, count - same - 1L, true) != COMMAND) {
                used = before;
                break;
            }
            found++;
        }
        return found;
    }

    /** First byte that does not belong to a command already returned. */
    public long position() {
        return position;
    }

    public long limit() {
        return limit;
    }

    /** Index in the table of the last command's name. */
    public int firstArgument() {
        return firstArgument;
    }

    /** Arguments of the last command, its name included. */
    public int argumentCount() {
        return argumentCount;
    }

    public long address(int argument) {
        return argument < sparseFrom ? base + table[2 * argument] : sparse.address(argument - sparseFrom);
    }

    public int length(int argument) {
        return argument < sparseFrom ? table[2 * argument + 1] : sparse.length(argument - sparseFrom);
    }

    /** After {@link #ERROR}: the text for the reply, without "-ERR ". */
    public String error() {
        return error;
    }

    /** After {@link #INCOMPLETE}: bytes of the half command that are understood and need not be looked at again; see {@link #advance}. */
    public long scannedBytes() {
        return scannedBytes;
    }

    /** After {@link #INCOMPLETE}: arguments still to come; 0 when not even their count is known. */
    public long remainingArguments() {
        return remainingArguments;
    }

    /** After {@link #INCOMPLETE}: least length of the whole command as far as known; exact for the argument being received. */
    public long neededBytes() {
        return neededBytes;
    }

    /**
     * Goes over more bytes of a half command without recording its arguments, from where the last look stopped: a command of a million
     * arguments that arrives in small pieces is read twice, not thousands of times. When it answers {@link #COMMAND} the command is
     * complete and {@link #start}, {@link #next} will find it.
     */
    public int advance(long commandStart, long end, long scanned, long remaining) {
        limit = end;
        return arguments(commandStart, commandStart + scanned, remaining, false);
    }

    /** Length announced by the "$" line at {@code at}; {@link #LINE_UNFINISHED} when it is not whole yet, another negative when it is none. */
    public long bulkLength(long at, long end) {
        limit = end;
        long line = lineEnd(at);
        if (line == 0) {
            return LINE_UNFINISHED;
        }
        return Mem.getByte(at) == '$' ? number(at + 1, line) : NOT_A_NUMBER;
    }

    /** First byte behind the line at {@code at}, which is whole. */
    public long afterLine(long at, long end) {
        limit = end;
        return lineEnd(at) + 2;
    }

    private int multibulk(long start) {
        int shortHead = shortHead(start, '*');
        if (shortHead >= 1 << 8 && shortHead >>> 8 <= UNAUTHENTICATED_MAX_ARGUMENTS) {
            int result = arguments(start, start + (shortHead & 0xff), shortHead >>> 8, true);
            if (result == COMMAND) {
                argumentCount = shortHead >>> 8;
            }
            return result;
        }
        long line = lineEnd(start);
        if (line == 0) {
            return unfinishedLine(start, start, 0, "Protocol error: too big mbulk count string");
        }
        long count = number(start + 1, line);
        if (count == NOT_A_NUMBER || count > maxArguments) {
            return fail("Protocol error: invalid multibulk length");
        }
        if (count > UNAUTHENTICATED_MAX_ARGUMENTS && unauthenticated) {
            return fail("Protocol error: unauthenticated multibulk length");
        }
        if (count <= 0) {
            argumentCount = 0;
            position = line + 2;
            return COMMAND;
        }
        if (count >= SparseArguments.LEAST) {
            return manyArguments(start, line + 2, count);
        }
        int result = arguments(start, line + 2, count, true);
        if (result == COMMAND) {
            argumentCount = (int) count;
        }
        return result;
    }

    private int manyArguments(long start, long from, long count) {
        if (isFull()) {
            throw new IllegalStateException("a second command of many arguments in one batch");
        }
        int result = arguments(start, from, count, false);
        if (result == COMMAND) {
            sparse.note(from, (int) count);
            sparseFrom = used / 2;
            argumentCount = (int) count;
        }
        return result;
    }

    /** Reads {@code remaining} bulks from {@code at}; this loop is the parser's hot one. */
    private int arguments(long start, long from, long remaining, boolean record) {
        long at = from;
        for (long left = remaining; left > 0; left--) {
            int shortHead = shortHead(at, '$');
            if (shortHead > 0) {
                long content = at + (shortHead & 0xff);
                int length = shortHead >>> 8;
                long next = content + length + 2;
                if (next <= limit && length <= maxBulkBytes) {
                    if (record) {
                        record(content, length);
                    }
                    at = next;
                    continue;
                }
            }
            long line = lineEnd(at);
            if (line == 0) {
                return unfinishedLine(start, at, left, "Protocol error: too big bulk count string");
            }
            int mark = Mem.getByte(at);
            if (mark != '$') {
                return fail("Protocol error: expected '$', got '" + printable(mark) + "'");
            }
            long length = number(at + 1, line);
            if (length < 0 || length > maxBulkBytes) {
                return fail("Protocol error: invalid bulk length");
            }
            if (length > UNAUTHENTICATED_MAX_BULK_BYTES && unauthenticated) {
                return fail("Protocol error: unauthenticated bulk length");
            }
            long content = line + 2;
            long next = content + length + 2;
            if (next > limit) {
                return incomplete(at - start, left, next - start + (left - 1) * ARGUMENT_MIN_BYTES);
            }
            if (record) {
                record(content, (int) length);
            }
            at = next;
        }
        position = at;
        return COMMAND;
    }

    /**
     * Reads the head of nearly every argument and command, a mark and a number of one or two digits, from one load.
     *
     * @return length of the head in the low byte, the number above it; 0 when the head is of another form and has to be read in full
     */
    private int shortHead(long at, char mark) {
        if (at + 5 > limit) {
            return 0;
        }
        int word = Mem.getInt(at);
        int first = (word >>> 8 & 0xff) - '0';
        if ((word & 0xff) != mark || first < 0 || first > 9) {
            return 0;
        }
        int third = word >>> 16 & 0xff;
        if (third == '\r') {
            return first << 8 | 4;
        }
        int second = third - '0';
        boolean two = word >>> 24 == '\r' && first > 0 && second >= 0 && second <= 9;
        return two ? first * 10 + second << 8 | 5 : 0;
    }

    /** Address of the "\r" that ends the line at {@code from}, or 0 when "\r" and one byte after it are not there yet. */
    private long lineEnd(long from) {
        for (long at = from; at < limit; at++) {
            if (Mem.getByte(at) == '\r') {
                return at + 1 < limit ? at : 0;
            }
        }
        return 0;
    }

    private int unfinishedLine(long start, long lineStart, long remaining, String tooLong) {
        if (limit - lineStart > LINE_MAX_BYTES) {
            return fail(tooLong);
        }
        return incomplete(lineStart - start, remaining, Math.max(limit - start + 1, lineStart - start + remaining * ARGUMENT_MIN_BYTES));
    }

    private int incomplete(long scanned, long remaining, long needed) {
        scannedBytes = scanned;
        remainingArguments = remaining;
        neededBytes = needed;
        return INCOMPLETE;
    }

    private int fail(String text) {
        error = text;
        return ERROR;
    }

    private void record(long address, int length) {
        if (used + 2 > table.length) {
            table = Arrays.copyOf(table, table.length * 2);
        }
        table[used] = (int) (address - base);
        table[used + 1] = length;
        used += 2;
    }

    /** Strict decimal of at most 18 digits; the counts of the protocol are all far below. */
    private static long number(long from, long to) {
        long at = from;
        boolean negative = at < to && Mem.getByte(at) == '-';
        if (negative) {
            at++;
        }
        long digits = to - at;
        if (digits <= 0 || digits > 18 || (digits > 1 || negative) && Mem.getByte(at) == '0') {
            return NOT_A_NUMBER;
        }
        long value = 0;
        for (; at < to; at++) {
            int digit = Mem.getByte(at) - '0';
            if (digit < 0 || digit > 9) {
                return NOT_A_NUMBER;
            }
            value = value * 10 + digit;
        }
        return negative ? -value : value;
    }

    private static String printable(int mark) {
        return String.valueOf((char) (mark & 0xff));
    }

    private int inline(long start) {
        long end = start;
        while (end < limit && Mem.getByte(end) != '\n') {
            end++;
        }
        if (end == limit) {
            return limit - start > LINE_MAX_BYTES ? fail("Protocol error: too big inline request") : incomplete(0, 0, limit - start + 1);
        }
        long lineEnd = end > start && Mem.getByte(end - 1) == '\r' ? end - 1 : end;
        argumentCount = 0;
        long at = start;
        while (at < lineEnd) {
            if (isBlank(Mem.getByte(at))) {
                at++;
                continue;
            }
            at = inlineArgument(at, lineEnd);
            if (at < 0) {
                return fail("Protocol error: unbalanced quotes in request");
            }
            argumentCount++;
        }
        position = end + 1;
        return COMMAND;
    }

    /** Unescapes one argument onto its own beginning (it never gets longer). Answers where it ends, or -1 for unbalanced quotes. */
    private long inlineArgument(long from, long end) {
        long at = from;
        long to = from;
        int quote = 0;
        while (at < end) {
            int c = Mem.getByte(at);
            if (quote == 0) {
                if (isBlank(c) || c == 0) {
                    break;
                }
                if (c == '"' || c == '\'') {
                    quote = c;
                } else {
                    Mem.putByte(to++, (byte) c);
                }
                at++;
            } else if (c == quote) {
                at++;
                if (at < end && !isSpace(Mem.getByte(at))) {
                    return -1;
                }
                quote = 0;
                break;
            } else if (c == '\\' && quote == '"' && at + 3 < end && Mem.getByte(at + 1) == 'x' && hex(at + 2) >= 0 && hex(at + 3) >= 0) {
                Mem.putByte(to++, (byte) (hex(at + 2) * 16 + hex(at + 3)));
                at += 4;
            } else if (c == '\\' && at + 1 < end && (quote == '"' || Mem.getByte(at + 1) == '\'')) {
                int escaped = Mem.getByte(at + 1);
                Mem.putByte(to++, (byte) (quote == '"' ? unescaped(escaped) : escaped));
                at += 2;
            } else {
                Mem.putByte(to++, (byte) c);
                at++;
            }
        }
        if (quote != 0) {
            return -1;
        }
        record(from, (int) (to - from));
        // A NUL ends an argument like a blank does, and is stepped over here because the caller only knows blanks.
        return at < end && Mem.getByte(at) == 0 ? at + 1 : at;
    }

    private static int unescaped(int c) {
        return switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> 7;
            default -> c;
        };
    }

    private static int hex(long address) {
        return Character.digit(Mem.getByte(address), 16);
    }

    private static boolean isBlank(int c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }

    private static boolean isSpace(int c) {
        return isBlank(c) || c == 0x0b || c == '\f';
    }
}

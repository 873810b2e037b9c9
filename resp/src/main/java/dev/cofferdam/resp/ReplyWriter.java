// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp;

import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;

/**
 * Writes replies in RESP2 or RESP3 into off-heap memory.
 *
 * <p>Owns no memory: it writes into the buffer its owner attached, and asks {@link ReplyRoom} when that is full, so a reply may be longer
 * than any buffer. One thread. Allocates nothing except for error texts.
 *
 * <p>Always holds: start &lt;= position &lt;= limit, and [start, position) is exactly what was written and not yet taken.
 */
public final class ReplyWriter {
    /** Most bytes that are asked from {@link ReplyRoom} at once; buffers are never smaller. */
    public static final int MAX_REQUEST_BYTES = 512;
    /** Where the text of a number is written before the length in its head is known: behind the mark and what writing the length spoils. */
    private static final int NUMBER_OFFSET = 1 + NumberPrinter.SHORT_BYTES;

    private static final byte[] OK = ascii("+OK\r\n");
    private static final byte[] NIL_2 = ascii("$-1\r\n");
    private static final byte[] NIL_ARRAY_2 = ascii("*-1\r\n");
    private static final byte[] NIL_3 = ascii("_\r\n");
    private static final byte[] EMPTY_ARRAY = ascii("*0\r\n");
    private static final byte[] EMPTY_BULK = ascii("$0\r\n\r\n");
    private static final byte[] TRUE_3 = ascii("#t\r\n");
    private static final byte[] FALSE_3 = ascii("#f\r\n");
    private static final int CR_LF = '\r' | '\n' << 8;

    private final ReplyRoom room;
    private long start;
    private long position;
    private long limit;
    private boolean resp3;
    private long errors;
    private String lastError = "";

    public ReplyWriter(ReplyRoom room) {
        this.room = room;
    }

    /** True when nobody will read the reply at hand: a long loop may leave it unfinished. */
    public boolean isLost() {
        return room.isLost();
    }

    /** Gives the writer an empty buffer. */
    public void attach(long address, int bytes) {
        start = address;
        position = address;
        limit = address + bytes;
    }

    /** Protocol of the client that is being answered. */
    public void setResp3(boolean value) {
        resp3 = value;
    }

    public boolean resp3() {
        return resp3;
    }

    public long start() {
        return start;
    }

    /** End of what was written. */
    public long position() {
        return position;
    }

    /** Bytes written and not taken yet. */
    public int writtenBytes() {
        return (int) (position - start);
    }

    /** Bytes that can be written before somebody is asked for more room. */
    public long roomBytes() {
        return limit - position;
    }

    /** Takes back what was written after {@code mark} (an earlier {@link #position}), as long as it was not taken. */
    public void rewind(long mark) {
        if (mark >= start && mark <= position) {
            position = mark;
        }
    }

    /** Errors written since the writer was made; the dispatcher compares before and after a command. */
    public long errors() {
        return errors;
    }

    /** Text of the last error, without the leading minus. */
    public String lastError() {
        return lastError;
    }

    public void ok() {
        raw(OK);
    }

    /** A status line; {@code text} has no line break. */
    public void simple(String text) {
        line('+', text);
    }

    /** An error line; {@code text} begins with its code ("ERR ...", "WRONGTYPE ..."). Line breaks in it become blanks. */
    public void error(String text) {
        errors++;
        lastError = text;
        line('-', text.indexOf('\r') < 0 && text.indexOf('\n') < 0 ? text : text.replace('\r', ' ').replace('\n', ' '));
    }

    public void integer(long value) {
        prefixed(':', value);
    }

    /** Bytes as they are. Those of a large stored value may be taken by reference; see {@link ReplyRoom#takeReference}. */
    public void bulk(long address, long length) {
        prefixed('$', length);
        bytes(address, length);
        end();
    }

    public void bulk(byte[] bytes) {
        prefixed('$', bytes.length);
        raw(bytes);
        end();
    }

    /** Text in UTF-8. */
    public void bulk(String text) {
        bulk(text.getBytes(StandardCharsets.UTF_8));
    }

    public void emptyBulk() {
        raw(EMPTY_BULK);
    }

    /** A number as a string. */
    public void bulkLong(long value) {
        prefixed('$', NumberPrinter.longBytes(value));
        require(NumberPrinter.LONG_MAX_BYTES + 2);
        position += NumberPrinter.writeLong(position, value);
        end();
    }

    /** Two unsigned numbers with a hyphen between them: the id of a stream's entry. */
    public void bulkPair(long left, long right) {
        int leftBytes = unsignedBytes(left);
        int rightBytes = unsignedBytes(right);
        prefixed('$', leftBytes + 1 + rightBytes);
        require(2 * NumberPrinter.LONG_MAX_BYTES + 3);
        writeUnsigned(left, leftBytes);
        Mem.putByte(position++, (byte) '-');
        writeUnsigned(right, rightBytes);
        end();
    }

    private static int unsignedBytes(long number) {
        int bytes = 1;
        for (long left = Long.divideUnsigned(number, 10); left != 0; left /= 10) {
            bytes++;
        }
        return bytes;
    }

    private void writeUnsigned(long number, int bytes) {
        long left = number;
        for (int i = bytes - 1; i >= 0; i--) {
            long tenth = Long.divideUnsigned(left, 10);
            Mem.putByte(position + i, (byte) ('0' + (left - tenth * 10)));
            left = tenth;
        }
        position += bytes;
    }

    /** The absent value. */
    public void nil() {
        raw(resp3 ? NIL_3 : NIL_2);
    }

    /** The absent array; the same as {@link #nil} in RESP3. */
    public void nilArray() {
        raw(resp3 ? NIL_3 : NIL_ARRAY_2);
    }

    public void emptyArray() {
        raw(EMPTY_ARRAY);
    }

    /** Head of an array; the caller writes {@code length} replies after it. */
    public void array(long length) {
        prefixed('*', length);
    }

    /** Head of a map of {@code pairs} keys with their values; in RESP2 an array of twice as many. */
    public void map(long pairs) {
        prefixed(resp3 ? '%' : '*', resp3 ? pairs : 2 * pairs);
    }

    /** Head of a set; in RESP2 an array. */
    public void set(long length) {
        prefixed(resp3 ? '~' : '*', length);
    }

    /** Head of an out-of-band message; in RESP2 an array. */
    public void push(long length) {
        prefixed(resp3 ? '>' : '*', length);
    }

    /** A real number: its own type in RESP3, a string in RESP2; 17 significant digits as Redis 7.0 writes them. */
    public void real(double value) {
        require(2 * NumberPrinter.REAL_MAX_BYTES);
        if (resp3) {
            Mem.putByte(position++, (byte) ',');
            position += NumberPrinter.writeReal(position, value);
            end();
            return;
        }
        // The length comes first and has one or two digits: write the number past it, then move it against its head.
        long number = position + NUMBER_OFFSET;
        int bytes = NumberPrinter.writeReal(number, value);
        prefixed('$', bytes);
        Mem.copy(number, position, bytes);
        position += bytes;
        end();
    }

    /** A real number in plain notation with up to 17 decimals, as places on the earth are written: its own type in RESP3, a string in RESP2. */
    public void plainReal(double value) {
        require(2 * NumberPrinter.REAL_MAX_BYTES);
        if (resp3) {
            Mem.putByte(position++, (byte) ',');
            position += NumberPrinter.writePlain(position, value);
            end();
        } else {
            long number = position + NUMBER_OFFSET;
            text(number, NumberPrinter.writePlain(number, value));
        }
    }

    /** A number that is not negative with so many decimals, a string in both protocols. */
    public void bulkDecimals(double value, int decimals) {
        require(2 * NumberPrinter.REAL_MAX_BYTES);
        long number = position + NUMBER_OFFSET;
        text(number, NumberPrinter.writeDecimals(number, value, decimals));
    }

    /** A string that was written behind the place of its head, which moves it there. */
    private void text(long from, int bytes) {
        prefixed('$', bytes);
        Mem.copy(from, position, bytes);
        position += bytes;
        end();
    }

    /** A real number as a string in both protocols, as ZSCAN and the like have it. */
    public void bulkReal(double value) {
        boolean before = resp3;
        resp3 = false;
        real(value);
        resp3 = before;
    }

    public void bool(boolean value) {
        if (resp3) {
            raw(value ? TRUE_3 : FALSE_3);
        } else {
            integer(value ? 1 : 0);
        }
    }

    /** Text for people, with its three-letter format ("txt"); a plain string in RESP2. */
    public void verbatim(String format, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (!resp3) {
            bulk(bytes);
            return;
        }
        prefixed('=', bytes.length + 4L);
        raw(ascii(format));
        require(1);
        Mem.putByte(position++, (byte) ':');
        raw(bytes);
        end();
    }

    /** Bytes that are RESP already. */
    public void raw(byte[] bytes) {
        int at = 0;
        while (at < bytes.length) {
            int part = Math.min(bytes.length - at, MAX_REQUEST_BYTES);
            require(part);
            Mem.copyFrom(bytes, at, position, part);
            position += part;
            at += part;
        }
    }

    /** Off-heap bytes that are RESP already. */
    public void raw(long address, long length) {
        bytes(address, length);
    }

    private void line(char mark, String text) {
        require(1);
        Mem.putByte(position++, (byte) mark);
        raw(text.getBytes(StandardCharsets.UTF_8));
        end();
    }

    private void prefixed(char mark, long value) {
        require(NumberPrinter.LONG_MAX_BYTES + 3);
        long at = position;
        Mem.putByte(at, (byte) mark);
        at += 1 + (value >= 0 && value < NumberPrinter.SHORT_LIMIT
                ? NumberPrinter.writeShort(at + 1, value)
                : NumberPrinter.writeLong(at + 1, value));
        Mem.putShort(at, (short) CR_LF);
        position = at + 2;
    }

    private void end() {
        require(2);
        Mem.putShort(position, (short) CR_LF);
        position += 2;
    }

    private void bytes(long address, long length) {
        if (length <= limit - position) {
            Mem.copy(address, position, length);
            position += length;
            return;
        }
        if (room.takeReference(this, address, length)) {
            return;
        }
        long from = address;
        long left = length;
        while (left > 0) {
            require((int) Math.min(left, MAX_REQUEST_BYTES));
            long part = Math.min(left, limit - position);
            Mem.copy(from, position, part);
            position += part;
            from += part;
            left -= part;
        }
    }

    private void require(int bytes) {
        if (limit - position < bytes) {
            room.makeRoom(this, bytes);
            assert limit - position >= bytes : "no room for " + bytes + " bytes after makeRoom";
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

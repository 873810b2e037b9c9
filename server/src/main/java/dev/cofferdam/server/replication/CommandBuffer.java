// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.replication;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.NumberPrinter;
import dev.cofferdam.resp.ReplyRoom;
import dev.cofferdam.resp.ReplyWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/**
 * RESP commands being written one behind the other, in one piece of memory that grows as it must.
 *
 * <p>Owns a run of {@code connections}. One thread at a time: the loop, or the lane whose effects it gets. What always holds: a command is whole or not there;
 * when there is no memory for one more, or it passes the bound, everything written so far is lost, and {@link #isLost} says so.
 *
 * <pre>
 *  | command | command | ... | *N | $verb | argument | argument -> | free |
 *                            `- open, its head filled in when it ends -'
 * </pre>
 */
final class CommandBuffer implements ReplyRoom {
    /** Head of a command of up to 9 arguments; for more its bytes move up when it ends. */
    private static final int HEAD_BYTES = 4;
    private static final int FIRST_BYTES = 32 * 1024;
    /** A buffer that has grown beyond this is given back when it is empty. */
    private static final int KEPT_BYTES = 256 * 1024;
    /** Line of a length with its ends. */
    private static final int LENGTH_LINE_MAX = 24;

    private final Account account;
    private final long mostBytes;
    private final ReplyWriter writer = new ReplyWriter(this);
    private long buffer;
    private long capacity;
    private long used;
    private long start;
    private int arguments;
    private boolean open;
    private boolean lost;

    /** @param mostBytes beyond which nothing is kept */
    CommandBuffer(Account account, long mostBytes) {
        this.account = account;
        this.mostBytes = mostBytes;
    }

    /** Verb or option as it lies in a command. */
    static byte[] word(String text) {
        return ("$" + text.length() + "\r\n" + text + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public boolean isLost() {
        return lost;
    }

    long address() {
        return buffer;
    }

    long usedBytes() {
        return used;
    }

    /** Where the next argument comes to stand. */
    long position() {
        return used;
    }

    int arguments() {
        return arguments;
    }

    // ---------------------------------------------------------------- commands

    void begin(byte[] verb) {
        start = used;
        open = true;
        arguments = 0;
        if (room(HEAD_BYTES)) {
            used += HEAD_BYTES;
        }
        if (verb.length > 0) {
            word(verb);
        }
    }

    /** The open command is whole. */
    void end() {
        if (!open) {
            return;
        }
        open = false;
        int extra = NumberPrinter.longBytes(arguments) - 1;
        if (lost || extra > 0 && !room(extra)) {
            return;
        }
        if (extra > 0) {
            long body = buffer + start + HEAD_BYTES;
            Mem.copy(body, body + extra, used - start - HEAD_BYTES);
            used += extra;
        }
        long at = buffer + start;
        Mem.putByte(at++, (byte) '*');
        at += NumberPrinter.writeLong(at, arguments);
        lineEnd(at);
    }

    /** A ready argument of {@link #word}. */
    void word(byte[] word) {
        if (room(word.length)) {
            Mem.copyFrom(word, 0, buffer + used, word.length);
            used += word.length;
            arguments++;
        }
    }

    void argument(long address, long length) {
        if (room(LENGTH_LINE_MAX + length)) {
            used += lengthLine(buffer + used, length);
            Mem.copy(address, buffer + used, length);
            used += length;
            used += lineEnd(buffer + used);
            arguments++;
        }
    }

    void argument(long number) {
        if (room(2 * LENGTH_LINE_MAX)) {
            used += lengthLine(buffer + used, NumberPrinter.longBytes(number));
            used += NumberPrinter.writeLong(buffer + used, number);
            used += lineEnd(buffer + used);
            arguments++;
        }
    }

    /** An argument that somebody else writes as a bulk string; false when that says so. */
    boolean argument(Predicate<ReplyWriter> body) {
        if (!room(LENGTH_LINE_MAX)) {
            return false;
        }
        writer.attach(buffer + used, (int) Math.min(Integer.MAX_VALUE, capacity - used));
        boolean whole = body.test(writer);
        takeWritten();
        arguments++;
        return whole && !lost;
    }

    private void takeWritten() {
        if (!lost) {
            used += writer.writtenBytes();
        }
    }

    @Override
    public void makeRoom(ReplyWriter from, int bytes) {
        takeWritten();
        if (room(Math.max(bytes, ReplyWriter.MAX_REQUEST_BYTES))) {
            from.attach(buffer + used, (int) Math.min(Integer.MAX_VALUE, capacity - used));
        } else {
            from.attach(scratch(), ReplyWriter.MAX_REQUEST_BYTES);
        }
    }

    /** Where what is lost is written to, over and over: the buffer that there is, which was lost with it. */
    private long scratch() {
        if (capacity < ReplyWriter.MAX_REQUEST_BYTES) {
            throw new IllegalStateException("no memory for " + ReplyWriter.MAX_REQUEST_BYTES + " bytes of a value");
        }
        return buffer;
    }

    @Override
    public boolean takeReference(ReplyWriter from, long address, long length) {
        return false;
    }

    /** All digits, so that nothing is lost. */
    void argument(double number) {
        if (room(2 * LENGTH_LINE_MAX + NumberPrinter.REAL_MAX_BYTES)) {
            long text = buffer + used + LENGTH_LINE_MAX;
            text(text, NumberPrinter.writeReal(text, number));
        }
    }

    /** A stream's id; its parts are unsigned. */
    void id(long millis, long sequence) {
        if (room(ID_MAX_BYTES + LENGTH_LINE_MAX)) {
            long text = buffer + used + LENGTH_LINE_MAX;
            text(text, writeId(text, millis, sequence));
        }
    }

    /** An argument whose text was written a little behind its place. */
    private void text(long at, int length) {
        int line = lengthLine(buffer + used, length);
        Mem.copy(at, buffer + used + line, length);
        used += line + length;
        used += lineEnd(buffer + used);
        arguments++;
    }

    // ---------------------------------------------------------------- an id that is known at the end only

    private static final int ID_MAX_BYTES = 64;

    /** Leaves room for an id; {@link #fillId} fills it. Answers its place. */
    long reserveId() {
        long place = used;
        if (room(ID_MAX_BYTES)) {
            used += ID_MAX_BYTES;
            arguments++;
        }
        return place;
    }

    void fillId(long place, long millis, long sequence) {
        if (lost) {
            return;
        }
        long at = buffer + place;
        long text = at + LENGTH_LINE_MAX / 2;
        int length = writeId(text, millis, sequence);
        int line = lengthLine(at, length);
        Mem.copy(text, at + line, length);
        int all = line + length;
        all += lineEnd(at + all);
        long behind = place + ID_MAX_BYTES;
        Mem.copy(buffer + behind, at + all, used - behind);
        used -= ID_MAX_BYTES - all;
    }

    private static int writeId(long at, long millis, long sequence) {
        int length = writeUnsigned(at, millis);
        Mem.putByte(at + length, (byte) '-');
        return length + 1 + writeUnsigned(at + length + 1, sequence);
    }

    private static int writeUnsigned(long at, long value) {
        if (value >= 0) {
            return NumberPrinter.writeLong(at, value);
        }
        int head = NumberPrinter.writeLong(at, Long.divideUnsigned(value, 10));
        Mem.putByte(at + head, (byte) ('0' + Long.remainderUnsigned(value, 10)));
        return head + 1;
    }

    // ---------------------------------------------------------------- memory

    private static int lengthLine(long at, long length) {
        Mem.putByte(at, (byte) '$');
        int digits = NumberPrinter.writeLong(at + 1, length);
        return 1 + digits + lineEnd(at + 1 + digits);
    }

    private static int lineEnd(long at) {
        Mem.putByte(at, (byte) '\r');
        Mem.putByte(at + 1, (byte) '\n');
        return 2;
    }

    /** False when what is written is lost. */
    private boolean room(long bytes) {
        return !lost && (used + bytes <= capacity || grow(used + bytes));
    }

    private boolean grow(long wanted) {
        long size = Math.max(FIRST_BYTES, Math.max(wanted, Math.min(capacity * 2, mostBytes)));
        long run = wanted > mostBytes ? 0 : account.takeRun(size);
        if (run == 0) {
            lost = true;
            return false;
        }
        Mem.copy(buffer, run, used);
        if (buffer != 0) {
            account.returnRun(buffer, capacity);
        }
        buffer = run;
        capacity = size;
        return true;
    }

    /** Everything in it has been taken. */
    void clear() {
        used = 0;
        open = false;
        lost = false;
        if (capacity > KEPT_BYTES) {
            close();
        }
    }

    void close() {
        if (buffer != 0) {
            account.returnRun(buffer, capacity);
        }
        buffer = 0;
        capacity = 0;
        used = 0;
        open = false;
    }
}

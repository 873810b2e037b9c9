// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.streams;

import dev.cofferdam.keyspace.StreamCursor;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.NumberParser;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.UnsignedText;

/** An id as an argument names it: two unsigned numbers with a hyphen between them, the second of which may be missing. */
final class StreamId {
    static final String INVALID = "ERR Invalid stream ID specified as stream command argument";

    /** The greatest id; never changed. */
    static final StreamId LAST = new StreamId(-1, -1);

    long millis;
    long sequence;
    /** XADD: the sequence was an asterisk. */
    boolean sequenceOpen;

    StreamId() {
    }

    StreamId(long millis, long sequence) {
        this.millis = millis;
        this.sequence = sequence;
    }

    void set(long newMillis, long newSequence) {
        millis = newMillis;
        sequence = newSequence;
        sequenceOpen = false;
    }

    /** Reads an id, or replies that it is none and answers false. */
    boolean parse(Call call, int argument, long missingSequence) {
        if (read(call.address(argument), call.length(argument), missingSequence) && !sequenceOpen) {
            return true;
        }
        call.reply().error(INVALID);
        return false;
    }

    /** As above; the sequence may be an asterisk. */
    boolean parseOpen(Call call, int argument) {
        if (read(call.address(argument), call.length(argument), 0)) {
            return true;
        }
        call.reply().error(INVALID);
        return false;
    }

    /** Reads an id and says nothing when it is none. */
    boolean tryParse(Call call, int argument) {
        return read(call.address(argument), call.length(argument), 0) && !sequenceOpen;
    }

    /** An end of a range: an id, - or +, or an id behind a parenthesis, which is then moved past itself. */
    boolean parseEnd(Call call, int argument, boolean start) {
        long address = call.address(argument);
        int length = call.length(argument);
        if (length == 1 && (Mem.getByte(address) == '-' || Mem.getByte(address) == '+')) {
            millis = Mem.getByte(address) == '-' ? 0 : -1;
            sequence = millis;
            return true;
        }
        boolean without = length > 1 && Mem.getByte(address) == '(';
        if (!read(without ? address + 1 : address, without ? length - 1 : length, start ? 0 : -1) || sequenceOpen) {
            call.reply().error(INVALID);
            return false;
        }
        if (without && (start ? !increase() : !decrease())) {
            call.reply().error(start ? "ERR invalid start ID for the interval" : "ERR invalid end ID for the interval");
            return false;
        }
        return true;
    }

    private boolean read(long address, int length, long missingSequence) {
        sequenceOpen = false;
        if (length == 0 || length > 127) {
            return false;
        }
        int hyphen = 0;
        while (hyphen < length && Mem.getByte(address + hyphen) != '-') {
            hyphen++;
        }
        if (!unsigned(address, hyphen)) {
            return false;
        }
        millis = number;
        if (hyphen == length) {
            sequence = missingSequence;
            return true;
        }
        if (hyphen + 2 == length && Mem.getByte(address + hyphen + 1) == '*') {
            sequence = 0;
            sequenceOpen = true;
            return true;
        }
        if (!unsigned(address + hyphen + 1, length - hyphen - 1)) {
            return false;
        }
        sequence = number;
        return true;
    }

    private long number;

    /** Digits, or what else C takes for a number; a negative one only where nothing else would do, as -0. */
    private boolean unsigned(long address, int length) {
        if (digits(address, length)) {
            return true;
        }
        if (UnsignedText.isNumber(address, length) && !isNegative(address, UnsignedText.length(address, length))) {
            number = UnsignedText.value(address, length);
            return true;
        }
        return false;
    }

    /** A whole number below 0 as Redis writes them is refused; what is below all of these wraps around, as -0 does. */
    private static boolean isNegative(long address, int length) {
        return length > 0 && Mem.getByte(address) == '-' && new NumberParser().parseLong(address, length);
    }

    private boolean digits(long address, int length) {
        if (length == 0 || length > 20) {
            return false;
        }
        number = 0;
        for (int i = 0; i < length; i++) {
            int digit = Mem.getByte(address + i) - '0';
            if (digit < 0 || digit > 9 || Long.compareUnsigned(number, Long.divideUnsigned(-1, 10)) > 0) {
                return false;
            }
            long next = number * 10 + digit;
            if (Long.compareUnsigned(next, number * 10) < 0) {
                return false;
            }
            number = next;
        }
        return true;
    }

    /** To the next id; false when this is the last there can be. */
    boolean increase() {
        if (sequence == -1) {
            if (millis == -1) {
                return false;
            }
            millis++;
        }
        sequence++;
        return true;
    }

    boolean decrease() {
        if (sequence == 0) {
            if (millis == 0) {
                return false;
            }
            millis--;
        }
        sequence--;
        return true;
    }

    boolean isZero() {
        return (millis | sequence) == 0;
    }

    int compare(long otherMillis, long otherSequence) {
        return StreamCursor.compare(millis, sequence, otherMillis, otherSequence);
    }
}

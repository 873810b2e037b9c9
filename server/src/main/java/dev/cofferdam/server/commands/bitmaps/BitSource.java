// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.commands.bitmaps;

import dev.cofferdam.keyspace.Key;
import dev.cofferdam.keyspace.StringValues;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.server.command.Call;
import dev.cofferdam.server.command.PerCall;

/**
 * The bytes of a string as bits, whatever form it is kept in: bit 0 is the highest of the first byte; beyond the end there are zeros.
 *
 * <p>Owns a copy of the text for strings that are kept as a number. One per call, on the thread that owns the compartment; valid until the key changes or another
 * string is looked at.
 */
final class BitSource {
    private static final PerCall<BitSource> REUSED = new PerCall<>(BitSource::new);
    /** A long with its sign. */
    private static final int DIGITS_MAX = 20;

    private long address;
    private boolean isNumber;
    private final byte[] digits = new byte[DIGITS_MAX];
    private long length;

    private BitSource() {
    }

    /** The bits of a key that is absent or a string. */
    static BitSource of(Call call, Key key) {
        BitSource source = REUSED.of(call);
        source.set(key);
        return source;
    }

    private void set(Key key) {
        length = StringValues.length(key);
        isNumber = key.exists() && StringValues.isInteger(key);
        address = key.exists() && !isNumber ? key.valueAddress() : 0;
        if (isNumber) {
            write(StringValues.integer(key));
        }
    }

    private void write(long number) {
        int at = (int) length;
        long left = number;
        do {
            digits[--at] = (byte) ('0' + Math.abs(left % 10));
            left /= 10;
        } while (left != 0);
        if (number < 0) {
            digits[--at] = '-';
        }
        assert at == 0 : "the text of " + number + " has " + length + " bytes";
    }

    long lengthBytes() {
        return length;
    }

    int byteAt(long at) {
        if (at < 0 || at >= length) {
            return 0;
        }
        return isNumber ? digits[(int) at] & 0xff : Mem.getUnsignedByte(address + at);
    }

    int bit(long at) {
        return byteAt(at >>> 3) >>> (7 - (int) (at & 7)) & 1;
    }

    /** Eight bytes that lie wholly inside, in the order of memory. */
    private long eight(long at) {
        return Mem.getLong(address + at);
    }

    /** The number in {@code width} bits (1 to 64) from a bit on, without sign. */
    long number(long from, int width) {
        long number = 0;
        for (int i = 0; i < width; i++) {
            number = number << 1 | bit(from + i);
        }
        return number;
    }

    /** Ones between two bits, both included and inside. */
    long count(long firstBit, long lastBit) {
        long first = firstBit >>> 3;
        long last = lastBit >>> 3;
        int head = byteAt(first) & 0xff >>> (firstBit & 7);
        int tailMask = 0xff << 7 - (lastBit & 7);
        if (first == last) {
            return Integer.bitCount(head & tailMask & 0xff);
        }
        long sum = Integer.bitCount(head) + Integer.bitCount(byteAt(last) & tailMask & 0xff);
        long at = first + 1;
        if (!isNumber) {
            for (; at + 8 <= last; at += 8) {
                sum += Long.bitCount(eight(at));
            }
        }
        for (; at < last; at++) {
            sum += Integer.bitCount(byteAt(at));
        }
        return sum;
    }

    /** The first bit of this value between two, both included and inside; -1 when there is none. */
    long find(int bit, long firstBit, long lastBit) {
        long skipped = bit == 1 ? 0 : -1;
        for (long at = firstBit; at <= lastBit;) {
            if ((at & 7) == 0 && !isNumber) {
                while (at + 63 <= lastBit && eight(at >>> 3) == skipped) {
                    at += 64;
                }
            }
            if ((at & 7) == 0 && at + 7 <= lastBit && byteAt(at >>> 3) == (skipped & 0xff)) {
                at += 8;
            } else if (at <= lastBit && bit(at) == bit) {
                return at;
            } else {
                at++;
            }
        }
        return -1;
    }

    /** Combines this string's bytes into {@code target}, which has at least as many; the operation is applied to what is there. */
    void combine(BitOperation operation, long target, long targetLength) {
        long at = 0;
        if (!isNumber) {
            for (; at + 8 <= length; at += 8) {
                Mem.putLong(target + at, operation.apply(Mem.getLong(target + at), eight(at)));
            }
        }
        for (; at < targetLength; at++) {
            Mem.putByte(target + at, (byte) operation.apply(Mem.getByte(target + at), byteAt(at)));
        }
    }
}

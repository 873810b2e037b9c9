// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import dev.cofferdam.memory.Mem;

/**
 * Unsigned 64-bit numbers as C's strtoull reads them, which is how Redis reads cursors and, when nothing stricter fits, parts of stream ids: blanks, a sign (a
 * negative number wraps around), decimal digits; the text ends at its first byte 0. Stateless, any thread; allocates nothing.
 */
public final class UnsignedText {
    private UnsignedText() {
    }

    /** Bytes before the first 0. */
    public static int length(long address, int length) {
        int end = 0;
        while (end < length && Mem.getByte(address + end) != 0) {
            end++;
        }
        return end;
    }

    /** The whole text is one number that 64 bits can hold. False for an empty one. */
    public static boolean isNumber(long address, int length) {
        int end = length(address, length);
        int first = firstDigit(address, end);
        if (first == end) {
            return false;
        }
        long value = 0;
        for (int i = first; i < end; i++) {
            int digit = Mem.getByte(address + i) - '0';
            if (digit < 0 || digit > 9 || Long.compareUnsigned(value, Long.divideUnsigned(-1 - digit, 10)) > 0) {
                return false;
            }
            value = value * 10 + digit;
        }
        return true;
    }

    /** The number's bits, where {@link #isNumber}. */
    public static long value(long address, int length) {
        int end = length(address, length);
        int first = firstDigit(address, end);
        long value = 0;
        for (int i = first; i < end; i++) {
            value = value * 10 + (Mem.getByte(address + i) - '0');
        }
        return first > 0 && Mem.getByte(address + first - 1) == '-' ? -value : value;
    }

    private static int firstDigit(long address, int end) {
        int i = 0;
        while (i < end && isBlank(Mem.getByte(address + i))) {
            i++;
        }
        boolean signed = i < end && (Mem.getByte(address + i) == '-' || Mem.getByte(address + i) == '+');
        return signed ? i + 1 : i;
    }

    static boolean isBlank(int b) {
        return b == ' ' || b >= '\t' && b <= '\r';
    }
}

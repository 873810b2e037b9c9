// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import dev.cofferdam.memory.Mem;

/** A SHA1 as a key of a map. One is reused for looking things up, so that EVALSHA makes no garbage; those in the map do not change. */
final class ShaKey {
    static final int HEX_BYTES = 40;
    private static final byte[] DIGITS = digitTable();

    private long high;
    private long middle;
    private int low;
    /** Negative once {@link #setHex} has met what is no digit. */
    private int problem;

    /** Reads 40 hexadecimal digits in either case; false when they are none. */
    boolean setHex(long address, int length) {
        if (length != HEX_BYTES) {
            return false;
        }
        problem = 0;
        high = digits(address, 16);
        middle = digits(address + 16, 16);
        low = (int) digits(address + 32, 8);
        return problem >= 0;
    }

    private long digits(long address, int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            int digit = DIGITS[Mem.getUnsignedByte(address + i)];
            problem |= digit;
            value = value << 4 | digit & 0xf;
        }
        return value;
    }

    /** What each byte stands for; negative for what is no digit. */
    private static byte[] digitTable() {
        byte[] table = new byte[256];
        for (int i = 0; i < table.length; i++) {
            table[i] = (byte) Character.digit(i < 128 ? i : 0, 16);
        }
        return table;
    }

    void set(byte[] digest) {
        high = part(digest, 0, 8);
        middle = part(digest, 8, 16);
        low = (int) part(digest, 16, 20);
    }

    private static long part(byte[] digest, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            value = value << 8 | digest[i] & 0xff;
        }
        return value;
    }

    ShaKey copy() {
        ShaKey copy = new ShaKey();
        copy.high = high;
        copy.middle = middle;
        copy.low = low;
        return copy;
    }

    String hex() {
        return String.format("%016x%016x%08x", high, middle, low);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ShaKey key && key.high == high && key.middle == middle && key.low == low;
    }

    @Override
    public int hashCode() {
        return low;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import dev.cofferdam.memory.Mem;

/** A SHA1 as a key of a map. One is reused for looking things up, so that EVALSHA makes no garbage; those in the map do not change. */
final class ShaKey {
    static final int HEX_BYTES = 40;

    private long high;
    private long middle;
    private int low;

    /** Reads 40 hexadecimal digits in either case; false when they are none. */
    boolean setHex(long address, int length) {
        if (length != HEX_BYTES) {
            return false;
        }
        long problem = 0;
        long[] parts = {0, 0, 0};
        for (int i = 0; i < HEX_BYTES; i++) {
            int digit = Character.digit(Mem.getByte(address + i), 16);
            problem |= digit;
            parts[i >> 4] = parts[i >> 4] << 4 | digit & 0xf;
        }
        high = parts[0];
        middle = parts[1];
        low = (int) parts[2];
        return problem >= 0;
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

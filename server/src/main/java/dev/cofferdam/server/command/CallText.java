// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

import dev.cofferdam.memory.Mem;

/** Looks into argument bytes as C's string functions do, for commands whose meaning in Redis ends at a zero byte. Owns nothing. */
public final class CallText {
    private CallText() {
    }

    /** Bytes before the first zero byte, all of them when there is none. */
    public static int lengthToNul(long address, int length) {
        int at = indexOf(0, address, length);
        return at < 0 ? length : at;
    }

    /** Offset of the first such byte, -1 when there is none. */
    public static int indexOf(int wanted, long address, int length) {
        for (int i = 0; i < length; i++) {
            if (Mem.getByte(address + i) == wanted) {
                return i;
            }
        }
        return -1;
    }
}

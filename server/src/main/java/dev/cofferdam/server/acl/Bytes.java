// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.acl;

import dev.cofferdam.memory.Mem;

/** Texts of one character a byte against bytes off-heap, without allocating. Stateless. */
final class Bytes {
    private Bytes() {
    }

    static boolean same(String text, long address, int length) {
        if (text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) != Mem.getUnsignedByte(address + i)) {
                return false;
            }
        }
        return true;
    }

    static boolean sameInAnyCase(String text, long address, int length) {
        if (text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (small(text.charAt(i)) != small(Mem.getUnsignedByte(address + i))) {
                return false;
            }
        }
        return true;
    }

    private static int small(int c) {
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    }

    /** As isspace of C, and the byte 0: what may not stand in names and patterns, since rules are written with blanks between them. */
    static boolean hasBlank(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ' ' || c >= '\t' && c <= '\r' || c == 0) {
                return true;
            }
        }
        return false;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

import dev.cofferdam.memory.Mem;

/**
 * Zipmaps: small hashes of Redis 2.4.
 *
 * <pre>
 *  | pairs, 254: many | length | field | length | unused (1) | value | unused ... | 0xff |      length: 1 byte, or 254 and 4 bytes
 * </pre>
 */
final class ZipmapReader extends ElementReader {
    private static final int END = 0xff;
    private static final int LONG_LENGTH = 254;

    private int announced;
    private int seen;

    @Override
    boolean begin(long from, int bytes) {
        corrupt = false;
        seen = 0;
        if (bytes < 2 || Mem.getUnsignedByte(from + bytes - 1) != END) {
            return fail();
        }
        announced = Mem.getUnsignedByte(from);
        at = from + 1;
        end = from + bytes - 1;
        return true;
    }

    @Override
    boolean next(long text) {
        if (at >= end || corrupt) {
            boolean whole = seen % 2 == 0 && (announced >= LONG_LENGTH || seen == 2 * announced);
            return corrupt || whole ? false : fail();
        }
        boolean value = seen % 2 == 1;
        int first = Mem.getUnsignedByte(at);
        int width = first < LONG_LENGTH ? 1 : 5;
        if (first == END || width + (value ? 1 : 0) > end - at) {
            return fail();
        }
        long bytes = width == 1 ? first : Mem.getInt(at + 1) & 0xffffffffL;
        int unused = value ? Mem.getUnsignedByte(at + width) : 0;
        if (!show(at + width + (value ? 1 : 0), bytes)) {
            return false;
        }
        if (unused > end - at) {
            return fail();
        }
        at += unused;
        seen++;
        return true;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

import dev.cofferdam.memory.Mem;

/**
 * Ziplists, which came before listpacks.
 *
 * <pre>
 *  | bytes (4) | where the last element is (4) | elements (2), 65535: many | element ... | 0xff |
 *
 *  element  length of the one before: 1 byte, or 254 and 4 bytes
 *           | 00xxxxxx bytes | 01xxxxxx + 1, bytes | 0x80 + 4 (high first), bytes |
 *           | 0xc0 + 2 | 0xd0 + 4 | 0xe0 + 8 | 0xf0 + 3 | 0xfe + 1 | 0xf1 to 0xfd: number 0 to 12 |
 * </pre>
 */
final class ZiplistReader extends ElementReader {
    private static final int HEADER_BYTES = 10;
    private static final int LONG_PREVIOUS = 254;

    private long previousBytes;

    @Override
    boolean begin(long from, int bytes) {
        previousBytes = 0;
        return begin(from, bytes, HEADER_BYTES);
    }

    @Override
    boolean next(long text) {
        if (at >= end || corrupt) {
            return endOfElements();
        }
        long start = at;
        int previous = Mem.getUnsignedByte(at);
        int width = previous < LONG_PREVIOUS ? 1 : 5;
        if (previous == END || width >= end - at) {
            return fail();
        }
        long announcedPrevious = width == 1 ? previous : Mem.getInt(at + 1) & 0xffffffffL;
        if (announcedPrevious != previousBytes) {
            return fail();
        }
        at += width;
        int first = Mem.getUnsignedByte(at);
        if (!(first < 0xc0 ? string(first) : number(first, text))) {
            return false;
        }
        seen++;
        previousBytes = at - start;
        return true;
    }

    private boolean string(int first) {
        if (first < 0x40) {
            return show(at + 1, first);
        }
        if (first < 0x80) {
            return end - at < 2 ? fail() : show(at + 2, (first & 0x3f) << 8 | Mem.getUnsignedByte(at + 1));
        }
        return first != 0x80 || end - at < 5 ? fail() : show(at + 5, Integer.reverseBytes(Mem.getInt(at + 1)) & 0xffffffffL);
    }

    private boolean number(int first, long text) {
        int width = switch (first) {
            case 0xc0 -> 2;
            case 0xd0 -> 4;
            case 0xe0 -> 8;
            case 0xf0 -> 3;
            case 0xfe -> 1;
            default -> first >= 0xf1 && first <= 0xfd ? 0 : -1;
        };
        if (width < 0 || width >= end - at) {
            return fail();
        }
        long value = width == 0 ? (first & 0x0f) - 1 : signed(at + 1, width);
        at += 1 + width;
        return showNumber(text, value);
    }
}

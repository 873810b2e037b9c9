// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

import dev.cofferdam.memory.Mem;

/**
 * Listpacks.
 *
 * <pre>
 *  | bytes (4) | elements (2), 65535: many | element ... | 0xff |
 *
 *  element  0xxxxxxx                  number 0 to 127             | length of all before, readable backwards
 *           110xxxxx + 1              13 bits, signed
 *           0xf1 + 2, 0xf2 + 3, 0xf3 + 4, 0xf4 + 8                numbers, low first
 *           10xxxxxx bytes            string to 63
 *           1110xxxx + 1, bytes       string to 4095
 *           0xf0 + 4, bytes           longer
 * </pre>
 */
final class ListpackReader extends ElementReader {
    private static final int HEADER_BYTES = 6;

    @Override
    boolean begin(long from, int bytes) {
        return begin(from, bytes, HEADER_BYTES);
    }

    @Override
    boolean next(long text) {
        if (at >= end || corrupt) {
            return endOfElements();
        }
        long start = at;
        int first = Mem.getUnsignedByte(at);
        if (!(first < 0x80 || (first & 0xe0) == 0xc0 || first > 0xf0 ? number(first, text) : string(first))) {
            return false;
        }
        seen++;
        return skipLength(at - start);
    }

    private boolean number(int first, long text) {
        int width = first < 0x80
                ? 0
                : (first & 0xe0) == 0xc0
                        ? 1
                        : first == 0xf1
                                ? 2
                                : first == 0xf2
                                        ? 3
                                        : first == 0xf3
                                                ? 4
                                                : first == 0xf4 ? 8 : -1;
        if (width < 0 || width >= end - at) {
            return fail();
        }
        long value = switch (width) {
            case 0 -> first;
            case 1 -> (long) ((first & 0x1f) << 8 | Mem.getUnsignedByte(at + 1)) << 51 >> 51;
            default -> signed(at + 1, width);
        };
        at += 1 + width;
        return showNumber(text, value);
    }

    private boolean string(int first) {
        if (first < 0xc0) {
            return show(at + 1, first & 0x3f);
        }
        if (first < 0xf0) {
            return end - at < 2 ? fail() : show(at + 2, (first & 0x0f) << 8 | Mem.getUnsignedByte(at + 1));
        }
        return end - at < 5 ? fail() : show(at + 5, Mem.getInt(at + 1) & 0xffffffffL);
    }

    /** The length behind the element must be its own. */
    private boolean skipLength(long bytes) {
        int width = ListpackWriter.backBytes(bytes);
        if (width > end - at) {
            return fail();
        }
        long value = 0;
        for (int i = 0; i < width; i++) {
            int b = Mem.getUnsignedByte(at + i);
            if ((b & 0x80) != 0 != i > 0) {
                return fail();
            }
            value = value << 7 | b & 0x7f;
        }
        at += width;
        return value == bytes || fail();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

import dev.cofferdam.memory.Mem;

/**
 * Intsets: sets of numbers.
 *
 * <pre>
 *  | bytes of each: 2, 4 or 8 (4) | numbers (4) | number, low first, in order ... |
 * </pre>
 */
final class IntsetReader extends ElementReader {
    private static final int HEADER_BYTES = 8;

    private int width;
    private boolean first;
    private long before;

    @Override
    boolean begin(long from, int bytes) {
        corrupt = false;
        first = true;
        if (bytes < HEADER_BYTES) {
            return fail();
        }
        width = Mem.getInt(from);
        long count = Mem.getInt(from + 4) & 0xffffffffL;
        if (width != 2 && width != 4 && width != 8 || count * width != bytes - HEADER_BYTES) {
            return fail();
        }
        at = from + HEADER_BYTES;
        end = from + bytes;
        return true;
    }

    @Override
    boolean next(long text) {
        if (at >= end || corrupt) {
            return false;
        }
        long value = signed(at, width);
        if (!first && value <= before) {
            return fail();
        }
        first = false;
        before = value;
        at += width;
        return showNumber(text, value);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.dump;

import dev.cofferdam.memory.Mem;

/**
 * LZF: text with references back into itself. Stateless; works on memory of its callers.
 *
 * <pre>
 *  000nnnnn bytes ...                 n + 1 plain bytes
 *  lllhhhhh [more length] low         l + 2 bytes (1 to 6; with 7, so many more follow) from so many bytes and one back
 * </pre>
 */
final class Lzf {
    private static final int PLAIN_MAX = 32;
    private static final int BACK_MAX = 1 << 13;
    private static final int MATCH_MIN = 3;
    private static final int MATCH_MAX = 264;
    private static final int LONG_LENGTH = 7;
    private static final int TABLE_BITS_MIN = 6;
    private static final int TABLE_BITS_MAX = 13;
    /** What {@link #compress} needs to remember places in. */
    static final int TABLE_BYTES = 4 << TABLE_BITS_MAX;

    private Lzf() {
    }

    /** Compresses into at most {@code outMax} bytes and answers how many they are; 0 when they would be more. Depends on nothing but the bytes. */
    static int compress(long in, int length, long out, int outMax, long table) {
        int bits = Math.clamp(Integer.SIZE - Integer.numberOfLeadingZeros(length), TABLE_BITS_MIN, TABLE_BITS_MAX);
        Mem.fill(table, 4L << bits, (byte) 0);
        int at = 0;
        int to = 0;
        int plainFrom = 0;
        while (at + MATCH_MIN <= length) {
            long slot = table + 4L * (hash(in + at) >>> Integer.SIZE - bits);
            int before = Mem.getInt(slot) - 1;
            Mem.putInt(slot, at + 1);
            if (before < 0 || at - before > BACK_MAX || !sameStart(in + before, in + at)) {
                at++;
                continue;
            }
            to = plain(in, plainFrom, at, out, to, outMax);
            if (to < 0 || to + MATCH_MIN > outMax) {
                return 0;
            }
            int matched = matchLength(in, before, at, Math.min(MATCH_MAX, length - at));
            to = reference(out, to, matched, at - before - 1);
            at += matched;
            plainFrom = at;
        }
        to = plain(in, plainFrom, length, out, to, outMax);
        return Math.max(0, to);
    }

    private static int hash(long at) {
        int three = Mem.getUnsignedByte(at) | Mem.getUnsignedByte(at + 1) << 8 | Mem.getUnsignedByte(at + 2) << 16;
        return three * 0x9e3779b1;
    }

    private static boolean sameStart(long a, long b) {
        return Mem.getByte(a) == Mem.getByte(b) && Mem.getByte(a + 1) == Mem.getByte(b + 1) && Mem.getByte(a + 2) == Mem.getByte(b + 2);
    }

    private static int matchLength(long in, int before, int at, int max) {
        int length = MATCH_MIN;
        while (length < max && Mem.getByte(in + before + length) == Mem.getByte(in + at + length)) {
            length++;
        }
        return length;
    }

    /** Writes plain bytes; -1 when there is no room. */
    private static int plain(long in, int from, int end, long out, int outAt, int outMax) {
        int at = from;
        int to = outAt;
        while (at < end) {
            int part = Math.min(PLAIN_MAX, end - at);
            if (to + 1 + part > outMax) {
                return -1;
            }
            Mem.putByte(out + to, (byte) (part - 1));
            Mem.copy(in + at, out + to + 1, part);
            to += 1 + part;
            at += part;
        }
        return to;
    }

    private static int reference(long out, int outAt, int matched, int back) {
        int to = outAt;
        int length = matched - 2;
        if (length < LONG_LENGTH) {
            Mem.putByte(out + to++, (byte) (length << 5 | back >> 8));
        } else {
            Mem.putByte(out + to++, (byte) (LONG_LENGTH << 5 | back >> 8));
            Mem.putByte(out + to++, (byte) (length - LONG_LENGTH));
        }
        Mem.putByte(out + to++, (byte) back);
        return to;
    }

    /** How many bytes the compressed ones stand for; -1 when they are damaged. */
    static long length(long in, long packed) {
        return walk(in, packed, 0, Long.MAX_VALUE);
    }

    /** Writes what the compressed bytes stand for, which must be {@code whole} bytes; false when they are not. */
    static boolean expand(long in, long packed, long out, long whole) {
        return walk(in, packed, out, whole) == whole;
    }

    /** With {@code out} 0 nothing is written, only looked at. */
    private static long walk(long from, long packed, long out, long whole) {
        long in = from;
        long end = from + packed;
        long to = 0;
        while (in < end) {
            int control = Mem.getUnsignedByte(in++);
            if (control < PLAIN_MAX) {
                int plain = control + 1;
                if (plain > end - in || plain > whole - to) {
                    return -1;
                }
                if (out != 0) {
                    Mem.copy(in, out + to, plain);
                }
                in += plain;
                to += plain;
                continue;
            }
            int length = control >> 5;
            if (length == LONG_LENGTH) {
                if (in >= end) {
                    return -1;
                }
                length += Mem.getUnsignedByte(in++);
            }
            if (in >= end) {
                return -1;
            }
            long source = to - ((control & 0x1f) << 8) - Mem.getUnsignedByte(in++) - 1;
            length += 2;
            if (source < 0 || length > whole - to) {
                return -1;
            }
            if (out != 0) {
                again(out + source, out + to, length);
            }
            to += length;
        }
        return to;
    }

    /** The source may reach into the target: that is how runs of a byte or a word are written. */
    private static void again(long source, long target, int length) {
        int distance = (int) (target - source);
        for (int done = 0; done < length;) {
            int part = Math.min(length - done, distance + done);
            Mem.copy(source, target + done, part);
            done += part;
        }
    }
}

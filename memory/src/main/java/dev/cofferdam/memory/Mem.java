// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Loads and stores at absolute addresses: the only way this project touches off-heap bytes.
 *
 * <p>Owns nothing. Any thread may call it; ordering between threads is the caller's business (a compartment changes hands through a
 * queue, which is what publishes its bytes). All values are little-endian and need not be aligned. An address is valid while the page or
 * run it lies in is owned by an account; with {@code -Dcofferdam.mem.check=true} every access is checked against the page table of the
 * {@link Arena} it lies in, and a stray one throws {@link IllegalStateException} that names address and length.
 *
 * <p>One segment over the whole address space with unaligned layouts compiles to plain moves: measured as fast as Unsafe (DESIGN section 5). On the way there each
 * access is 650 to 800 nodes of HotSpot's graph, and at 18,000 it stops inlining into a method: so what is inlined everywhere has few of them.
 */
public final class Mem {
    /** True when every access is checked; read once, so that the check costs nothing when it is off. */
    public static final boolean CHECK = Boolean.getBoolean("cofferdam.mem.check");

    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG_BIG_ENDIAN = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** Up to this length an 8-byte loop beats the call into the intrinsic. */
    private static final int SMALL_BYTES = 64;

    private Mem() {
    }

    /**
     * A few bytes for the life of the process, outside every account: a place to write the text of a number before it is copied on. Never data, so
     * part of the runtime's constant.
     */
    public static long scratch(int bytes) {
        long address = java.lang.foreign.Arena.global().allocate(bytes, Long.BYTES).address();
        if (CHECK) {
            ArenaRegistry.addScratch(address, bytes);
        }
        return address;
    }

    public static byte getByte(long address) {
        if (CHECK) {
            ArenaRegistry.check(address, 1);
        }
        return ALL.get(ValueLayout.JAVA_BYTE, address);
    }

    /** The byte at {@code address} as 0 to 255. */
    public static int getUnsignedByte(long address) {
        return getByte(address) & 0xff;
    }

    public static void putByte(long address, byte value) {
        if (CHECK) {
            ArenaRegistry.check(address, 1);
        }
        ALL.set(ValueLayout.JAVA_BYTE, address, value);
    }

    public static short getShort(long address) {
        if (CHECK) {
            ArenaRegistry.check(address, 2);
        }
        return ALL.get(SHORT, address);
    }

    /** The two bytes at {@code address} as 0 to 65,535. */
    public static int getUnsignedShort(long address) {
        return getShort(address) & 0xffff;
    }

    public static void putShort(long address, short value) {
        if (CHECK) {
            ArenaRegistry.check(address, 2);
        }
        ALL.set(SHORT, address, value);
    }

    public static int getInt(long address) {
        if (CHECK) {
            ArenaRegistry.check(address, 4);
        }
        return ALL.get(INT, address);
    }

    public static void putInt(long address, int value) {
        if (CHECK) {
            ArenaRegistry.check(address, 4);
        }
        ALL.set(INT, address, value);
    }

    public static long getLong(long address) {
        if (CHECK) {
            ArenaRegistry.check(address, 8);
        }
        return ALL.get(LONG, address);
    }

    public static void putLong(long address, long value) {
        if (CHECK) {
            ArenaRegistry.check(address, 8);
        }
        ALL.set(LONG, address, value);
    }

    public static double getDouble(long address) {
        return Double.longBitsToDouble(getLong(address));
    }

    public static void putDouble(long address, double value) {
        putLong(address, Double.doubleToRawLongBits(value));
    }

    /** Copies {@code length} bytes; the two ranges may overlap (as memmove). */
    public static void copy(long from, long to, long length) {
        if (length <= 0) {
            return;
        }
        if (CHECK) {
            ArenaRegistry.check(from, length);
            ArenaRegistry.check(to, length);
        }
        if (length <= SMALL_BYTES && (to + length <= from || from + length <= to)) {
            copySmall(from, to, (int) length);
        } else {
            MemorySegment.copy(ALL, from, ALL, to, length);
        }
    }

    /** An overlapping last word instead of a byte tail: every length of 8 or more is whole 8-byte moves. As few accesses in the text as can be, see the class. */
    private static void copySmall(long from, long to, int length) {
        if (length < 8) {
            for (int i = 0; i < length; i++) {
                ALL.set(ValueLayout.JAVA_BYTE, to + i, ALL.get(ValueLayout.JAVA_BYTE, from + i));
            }
            return;
        }
        int last = length - 8;
        for (int i = 0;; i = Math.min(i + 8, last)) {
            ALL.set(LONG, to + i, ALL.get(LONG, from + i));
            if (i == last) {
                return;
            }
        }
    }

    /** True when both ranges of {@code length} bytes hold the same bytes. */
    public static boolean equal(long a, long b, long length) {
        if (CHECK && length > 0) {
            ArenaRegistry.check(a, length);
            ArenaRegistry.check(b, length);
        }
        if (length > SMALL_BYTES) {
            return MemorySegment.mismatch(ALL, a, a + length, ALL, b, b + length) < 0;
        }
        if (length >= 8) {
            long last = length - 8;
            for (long i = 0;; i = Math.min(i + 8, last)) {
                if (ALL.get(LONG, a + i) != ALL.get(LONG, b + i)) {
                    return false;
                }
                if (i == last) {
                    return true;
                }
            }
        }
        for (long i = 0; i < length; i++) {
            if (ALL.get(ValueLayout.JAVA_BYTE, a + i) != ALL.get(ValueLayout.JAVA_BYTE, b + i)) {
                return false;
            }
        }
        return true;
    }

    /** Compares two byte strings as unsigned bytes, a prefix before its extensions (as memcmp, then length). */
    public static int compare(long a, long aLength, long b, long bLength) {
        long common = Math.min(aLength, bLength);
        if (CHECK && common > 0) {
            ArenaRegistry.check(a, common);
            ArenaRegistry.check(b, common);
        }
        if (common > SMALL_BYTES) {
            long at = MemorySegment.mismatch(ALL, a, a + common, ALL, b, b + common);
            if (at >= 0) {
                return Integer.compare(ALL.get(ValueLayout.JAVA_BYTE, a + at) & 0xff, ALL.get(ValueLayout.JAVA_BYTE, b + at) & 0xff);
            }
            return Long.compare(aLength, bLength);
        }
        long i = 0;
        for (; i + 8 <= common; i += 8) {
            long x = ALL.get(LONG_BIG_ENDIAN, a + i);
            long y = ALL.get(LONG_BIG_ENDIAN, b + i);
            if (x != y) {
                return Long.compareUnsigned(x, y);
            }
        }
        for (; i < common; i++) {
            int difference = (ALL.get(ValueLayout.JAVA_BYTE, a + i) & 0xff) - (ALL.get(ValueLayout.JAVA_BYTE, b + i) & 0xff);
            if (difference != 0) {
                return difference;
            }
        }
        return Long.compare(aLength, bLength);
    }

    public static void fill(long address, long length, byte value) {
        if (length <= 0) {
            return;
        }
        if (CHECK) {
            ArenaRegistry.check(address, length);
        }
        ALL.asSlice(address, length).fill(value);
    }

    public static void copyFrom(byte[] from, int offset, long to, int length) {
        if (CHECK && length > 0) {
            ArenaRegistry.check(to, length);
        }
        MemorySegment.copy(from, offset, ALL, ValueLayout.JAVA_BYTE, to, length);
    }

    public static void copyTo(long from, byte[] to, int offset, int length) {
        if (CHECK && length > 0) {
            ArenaRegistry.check(from, length);
        }
        MemorySegment.copy(ALL, ValueLayout.JAVA_BYTE, from, to, offset, length);
    }

    /** A heap copy of the bytes; for errors, logs and tests, never on a command's path. */
    public static byte[] bytes(long address, int length) {
        byte[] copy = new byte[length];
        copyTo(address, copy, 0, length);
        return copy;
    }

    /** A direct buffer over the range, for channels; made once per buffer, not per read. The range must stay owned while it is used. */
    public static ByteBuffer buffer(long address, int length) {
        return ALL.asSlice(address, length).asByteBuffer();
    }
}

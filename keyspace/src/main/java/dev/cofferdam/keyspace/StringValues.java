// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;

/**
 * Strings: what a string entry holds, and every change of one.
 *
 * <p>Owns nothing; all state is in the entries of the key's compartment. Owner thread of that compartment. Two forms, told apart by the kind:
 * <pre>
 *  STRING_RAW   the bytes themselves; beyond half a page the entry lies in a run, which grows in place up to the next power of two
 *  STRING_INT   8 bytes, a long: every string that is the canonical text of a long and was set as a whole
 * </pre>
 * What always holds: the form never shows in a value read back. Each change has a sizer beside it ({@code growthBy…}) that says before the command
 * what it can take at most, 0 when nothing; a change within what was admitted never fails. Nothing here allocates on the heap.
 */
public final class StringValues {
    /** Longest string, as Redis's proto-max-bulk-len has it by default. */
    public static final long MAX_BYTES = 512L << 20;
    private static final int INT_BYTES = 8;

    private StringValues() {
    }

    /** True for the kinds of this class. */
    public static boolean isString(int kind) {
        return kind == BlockKind.STRING_RAW || kind == BlockKind.STRING_INT;
    }

    /** True when the entry holds a long. */
    public static boolean isInteger(Key key) {
        return key.kind() == BlockKind.STRING_INT;
    }

    // ---------------------------------------------------------------- read

    /** The long of an entry in integer form. */
    public static long integer(Key key) {
        return Mem.getLong(key.valueAddress());
    }

    /** Bytes of the string as clients see it; 0 when absent. */
    public static long length(Key key) {
        if (key.entry == 0) {
            return 0;
        }
        return isInteger(key) ? DecimalText.length(integer(key)) : key.valueLength();
    }

    /** True when the string is a long, whatever its form; {@link #asLong} then gives it. */
    public static boolean holdsLong(Key key) {
        return isInteger(key) || DecimalText.isLong(key.valueAddress(), key.valueLength());
    }

    public static long asLong(Key key) {
        return isInteger(key) ? integer(key) : DecimalText.parse(key.valueAddress(), key.valueLength());
    }

    // ---------------------------------------------------------------- set

    /** Makes the bytes the key's value, whatever it was, or creates it. A time to live stays. */
    public static void set(Key key, long address, long length, boolean deadline) {
        if (DecimalText.isLong(address, length)) {
            setLong(key, DecimalText.parse(address, length), deadline);
        } else {
            // Written out although setRaw does the same: one method more in SET's chain, and the compiler stops inlining before its end.
            Mem.copy(address, room(key, BlockKind.STRING_RAW, length, deadline), length);
            if (key.compartment().effects.heard) {
                key.compartment().effects.stringSet(key, address, length);
            }
        }
    }

    /** As {@link #set}, of a number. */
    public static void setLong(Key key, long value, boolean deadline) {
        Effects effects = key.compartment().effects;
        // A number takes a number's place without a look at its block: that is what counters do all day.
        boolean inPlace = key.kind() == BlockKind.STRING_INT && !deadline;
        Mem.putLong(inPlace ? key.valueAddress() : room(key, BlockKind.STRING_INT, INT_BYTES, deadline), value);
        if (effects.heard) {
            effects.numberSet(key, value);
        }
    }

    /** As {@link #set}, of bytes that stay as they are even if they are a number. A time to live stays. */
    public static void setRaw(Key key, byte[] bytes) {
        Mem.copyFrom(bytes, 0, room(key, BlockKind.STRING_RAW, bytes.length, false), bytes.length);
        key.compartment().effects().stringSet(key, key.valueAddress(), bytes.length);
    }

    /** As above. */
    public static void setRaw(Key key, long address, long length) {
        Mem.copy(address, room(key, BlockKind.STRING_RAW, length, false), length);
        key.compartment().effects.stringSet(key, address, length);
    }

    /** Room for a value of this form, as where it begins. Old values with nodes are deleted; their deadline is carried over. */
    private static long room(Key key, int kind, long bytes, boolean deadline) {
        Compartment home = key.compartment();
        if (key.entry == 0) {
            home.create(key, kind, bytes, deadline);
        } else if (BlockKind.isLarge(key.kind())) {
            long expiresAt = home.expiresAtMillis(key);
            home.remove(key);
            home.create(key, kind, bytes, deadline || expiresAt != 0);
            if (expiresAt != 0) {
                home.setDeadline(key, expiresAt);
            }
        } else {
            home.replaceValue(key, kind, bytes, deadline);
        }
        return key.valueAddress();
    }

    /** What {@link #set} can take. */
    public static long growthBySet(Key key, long address, long length, boolean deadline) {
        return key.compartment().growthBytes(key, DecimalText.isLong(address, length) ? INT_BYTES : length, deadline);
    }

    /** What {@link #setLong} can take. */
    public static long growthBySetLong(Key key) {
        return key.compartment().growthBytes(key, INT_BYTES, false);
    }

    /** What {@link #setRaw} of so many bytes can take. */
    public static long growthBySetRaw(Key key, long length) {
        return key.compartment().growthBytes(key, length, false);
    }

    // ---------------------------------------------------------------- edit

    /** Adds bytes at the end of a string that exists. */
    public static void append(Key key, long address, long length) {
        long before = toRaw(key, length);
        Mem.copy(address, key.valueAddress() + before, length);
        key.compartment().effects().stringWritten(key, before, address, length);
    }

    /** Puts bytes at an offset; a gap between the old end and it becomes zeros. Creates the key when it is absent. */
    public static void setRange(Key key, long offset, long address, long length) {
        long end = offset + length;
        long before = upTo(key, end);
        long value = key.valueAddress();
        if (offset > before) {
            Mem.fill(value + before, offset - before, (byte) 0);
        }
        Mem.copy(address, value + offset, length);
        key.compartment().effects().stringWritten(key, offset, address, length);
    }

    /** Gives the key, which may be absent, a raw string of at least so many bytes; answers how many of them there were. */
    private static long upTo(Key key, long length) {
        if (key.entry == 0) {
            key.compartment().create(key, BlockKind.STRING_RAW, length);
            return 0;
        }
        return toRaw(key, Math.max(0, length - length(key)));
    }

    /** Puts the low {@code width} bits (1 to 64) of a number at a bit offset, highest bit first; a gap between the old end and it becomes zeros. Creates the key when it is absent. */
    public static void setBits(Key key, long bitOffset, int width, long bits) {
        long first = bitOffset >>> 3;
        long end = (bitOffset + width + 7) >>> 3;
        long before = upTo(key, end);
        long value = key.valueAddress();
        if (end > before) {
            Mem.fill(value + before, end - before, (byte) 0);
        }
        for (int i = 0; i < width; i++) {
            long at = bitOffset + i;
            int mask = 0x80 >>> (at & 7);
            int old = Mem.getByte(value + (at >>> 3));
            Mem.putByte(value + (at >>> 3), (byte) ((bits >>> width - 1 - i & 1) != 0 ? old | mask : old & ~mask));
        }
        key.compartment().effects().stringWritten(key, first, value + first, end - first);
    }

    /**
     * Gives {@code key}, which may be one of the sources, a new string of {@code length} zero bytes beside its old value, as where to write them; {@link #finishBeside} then puts it in place. One command.
     */
    public static long beginBeside(Key key, long length) {
        key.compartment().createBeside(key, BlockKind.STRING_RAW, length);
        Mem.fill(key.valueAddress(), length, (byte) 0);
        return key.valueAddress();
    }

    /** Puts the string begun by {@link #beginBeside} in the place of what the key had; without deadline. */
    public static void finishBeside(Key key) {
        key.compartment().adopt(key);
        key.compartment().effects().stringSet(key, key.valueAddress(), key.valueLength());
    }

    /** What {@link #beginBeside} can take. */
    public static long growthBeside(Key key, long length) {
        return EntryLayout.bytes(key.length, false, length);
    }

    /** Gives the string raw form and {@code more} bytes of room at its end; answers its length before. */
    private static long toRaw(Key key, long more) {
        if (!isInteger(key)) {
            long before = key.valueLength();
            key.compartment().resize(key, before + more);
            return before;
        }
        long value = integer(key);
        int before = DecimalText.length(value);
        key.compartment().replaceValue(key, BlockKind.STRING_RAW, before + more, false);
        DecimalText.write(key.valueAddress(), value);
        return before;
    }

    /** What an edit that leaves a string of so many bytes can take. */
    public static long growthByEdit(Key key, long resultBytes) {
        return key.compartment().growthBytes(key, resultBytes, false);
    }
}

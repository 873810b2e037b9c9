// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.lua;

import dev.cofferdam.memory.Mem;

/**
 * Where the Lua 5.1 library (64 bit) keeps what we read without calling it.
 *
 * <pre>
 * lua_State     16 top   24 base   32 global_State   40 activation (CallInfo)   56 stack_last   64 stack   80 first activation   88 stack's size (int)
 * global_State   0 string table's buckets   8 strings in use (int)   12 number of buckets (int)   32 white of now (byte)   112 step due at   120 bytes in use
 * CallInfo      32 results wanted (int)        40 bytes, one behind the other
 * TValue         0 value   8 type (int)        16 bytes
 * object         0 next    8 type (byte)   9 marks (byte)
 * TString       10 reserved word (byte)   12 hash (int)   16 length   24 bytes
 * Table         16 metatable   32 hash part   56 number of elements (int)
 * LClosure      32 Proto
 * Proto         24 code   32 inner protos   40 line of each instruction   80 instructions (int)   84 lines (int)   88 inner protos (int)
 * Instruction    4 bytes, operation in the lowest six bits
 * </pre>
 *
 * Each state checks these against what the library's functions say when it is made.
 */
final class LuaLayout {
    static final int VALUE_BYTES = 16;
    static final int STRING_HEADER_BYTES = 24;
    static final int TABLE_BYTES = 64;
    /** What a hash part needs per slot. */
    static final int NODE_BYTES = 40;
    private static final int ACTIVATION_BYTES = 40;
    /** The two bits of an object's marks of which one means dead, in turn. */
    private static final int WHITES = 3;
    private static final int OPERATION_MASK = 0x3f;
    private static final int OPERATION_CALL = 28;
    private static final int OPERATION_TAIL_CALL = 29;

    private LuaLayout() {
    }

    static long top(long thread) {
        return Mem.getLong(thread + 16);
    }

    static void setTop(long thread, long top) {
        Mem.putLong(thread + 16, top);
    }

    static long global(long thread) {
        return Mem.getLong(thread + 32);
    }

    /** Results that the caller of the Lua function wants which called the Java function at hand; -1 for all. */
    static int resultsWanted(long thread) {
        long caller = Mem.getLong(thread + 40) - ACTIVATION_BYTES;
        return caller <= Mem.getLong(thread + 80) ? -1 : Mem.getInt(caller + 32);
    }

    static long base(long thread) {
        return Mem.getLong(thread + 24);
    }

    /** Stack slots that can be pushed without growing it. */
    static long freeSlots(long thread) {
        return (Mem.getLong(thread + 56) - top(thread)) / VALUE_BYTES;
    }

    static int stackSlots(long thread) {
        return Mem.getInt(thread + 88);
    }

    /** Bytes the library takes at once when it grows its table of strings on the next push of a string, or shrinks it in a step of the collector; mostly 0. */
    static long stringTableStep(long global) {
        return isStringTableFull(global) ? 16L * Mem.getInt(global + 12) : isStepDue(global) ? stringTableShrinkBytes(global) : 0;
    }

    /** Bytes of half a table of strings. */
    static long stringTableShrinkBytes(long global) {
        return 4L * Mem.getInt(global + 12);
    }

    static int stringBuckets(long thread) {
        return Mem.getInt(Mem.getLong(thread + 32) + 12);
    }

    static int type(long value) {
        return Mem.getInt(value + 8);
    }

    /** What the value is, for one that is an object: its address. */
    static long content(long value) {
        return Mem.getLong(value);
    }

    /** Into a slot of the stack, which the collector looks at again before it ends; nowhere else. */
    static void setValue(long slot, long content, int type) {
        Mem.putLong(slot, content);
        Mem.putInt(slot + 8, type);
    }

    static void setNil(long slot) {
        Mem.putInt(slot + 8, LuaState.NIL);
    }

    static void copyValue(long from, long to) {
        setValue(to, content(from), type(from));
    }

    static long next(long object) {
        return Mem.getLong(object);
    }

    /** True when the collector, which is sweeping, is going to free the object. */
    static boolean isDead(long global, long object) {
        return (Mem.getByte(object + 9) & ~Mem.getByte(global + 32) & WHITES) != 0;
    }

    /** True when the library would let the collector do some work before it makes another object. */
    static boolean isStepDue(long global) {
        return Long.compareUnsigned(usedBytes(global), Mem.getLong(global + 112)) >= 0;
    }

    // ---------------------------------------------------------------- strings

    static long stringBucket(long global, int hash) {
        return Mem.getLong(global) + 8L * (hash & Mem.getInt(global + 12) - 1);
    }

    static boolean isStringTableFull(long global) {
        return Mem.getInt(global + 8) >= Mem.getInt(global + 12);
    }

    static int stringHash(long string) {
        return Mem.getInt(string + 12);
    }

    static long lengthOf(long string) {
        return Mem.getLong(string + 16);
    }

    /** The header of a new string, in the white of now: reachable or not, this round of the collector leaves it. */
    static void makeString(long global, long string, int hash, long length, long next) {
        Mem.putLong(string, next);
        Mem.putInt(string + 8, LuaState.STRING | (Mem.getByte(global + 32) & WHITES) << 8);
        Mem.putInt(string + 12, hash);
        Mem.putLong(string + 16, length);
    }

    static void countString(long global, long bytes) {
        Mem.putInt(global + 8, Mem.getInt(global + 8) + 1);
        Mem.putLong(global + 120, usedBytes(global) + bytes);
    }

    static long usedBytes(long global) {
        return Mem.getLong(global + 120);
    }

    static int stringCount(long global) {
        return Mem.getInt(global + 8);
    }

    // ---------------------------------------------------------------- tables

    static long hashPart(long table) {
        return Mem.getLong(table + 32);
    }

    /** True for a table of exactly so many elements with nothing else: no fields (the hash part is the one of empty tables), no metatable. */
    static boolean isPlainArray(long table, int elements, long emptyHashPart) {
        return Mem.getInt(table + 56) == elements && Mem.getLong(table + 16) == 0 && hashPart(table) == emptyHashPart;
    }

    // ---------------------------------------------------------------- the rest

    /** Address of the bytes of a string value. */
    static long stringBytes(long value) {
        return Mem.getLong(value) + STRING_HEADER_BYTES;
    }

    /** Length of a string whose bytes lie at the address. */
    static long stringLength(long bytes) {
        return Mem.getLong(bytes - 8);
    }

    static long proto(long closure) {
        return Mem.getLong(closure + 32);
    }

    /**
     * Turns tail calls of a function and those inside it into ordinary ones. The frame of the caller then stays, so an error raised for a function of
     * ours that was called by {@code return redis.call(...)} can name its line.
     *
     * @return how many there were
     */
    static int keepCallers(long proto) {
        long code = Mem.getLong(proto + 24);
        int changed = 0;
        for (int i = Mem.getInt(proto + 80) - 1; i >= 0; i--) {
            int instruction = Mem.getInt(code + 4L * i);
            if ((instruction & OPERATION_MASK) == OPERATION_TAIL_CALL) {
                Mem.putInt(code + 4L * i, instruction & ~OPERATION_MASK | OPERATION_CALL);
                changed++;
            }
        }
        long inner = Mem.getLong(proto + 32);
        for (int i = Mem.getInt(proto + 88) - 1; i >= 0; i--) {
            changed += keepCallers(Mem.getLong(inner + 8L * i));
        }
        return changed;
    }

    /** Makes a function and those inside it forget their lines, so that texts of errors do not name them. */
    static void forgetLines(long proto, LuaHeap heap) {
        long lines = Mem.getLong(proto + 40);
        if (lines != 0) {
            Mem.putLong(proto + 40, 0);
            Mem.putInt(proto + 84, 0);
            heap.freeBlock(lines);
        }
        long inner = Mem.getLong(proto + 32);
        for (int i = Mem.getInt(proto + 88) - 1; i >= 0; i--) {
            forgetLines(Mem.getLong(inner + 8L * i), heap);
        }
    }
}

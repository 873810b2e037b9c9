// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.lua;

import dev.cofferdam.memory.Mem;

/**
 * Where the Lua 5.1 library (64 bit) keeps what we read without calling it.
 *
 * <pre>
 * lua_State     16 top   24 base   32 global_State   64 stack   56 stack_last   88 stack's size (int)
 * global_State   0 string table's buckets   8 strings in use (int)   12 number of buckets (int)
 * TValue         0 value   8 type (int)        16 bytes
 * TString       16 length  24 bytes
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
    private static final int OPERATION_MASK = 0x3f;
    private static final int OPERATION_CALL = 28;
    private static final int OPERATION_TAIL_CALL = 29;

    private LuaLayout() {
    }

    static long top(long thread) {
        return Mem.getLong(thread + 16);
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

    /** Bytes the library takes at once when it grows or shrinks its table of strings on the next push of a string. */
    static long stringTableStep(long thread) {
        long global = Mem.getLong(thread + 32);
        int used = Mem.getInt(global + 8);
        int buckets = Mem.getInt(global + 12);
        return used >= buckets ? 16L * buckets : 4L * buckets;
    }

    static int stringBuckets(long thread) {
        return Mem.getInt(Mem.getLong(thread + 32) + 12);
    }

    static int type(long value) {
        return Mem.getInt(value + 8);
    }

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

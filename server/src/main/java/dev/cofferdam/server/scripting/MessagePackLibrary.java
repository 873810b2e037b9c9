// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import dev.cofferdam.lua.LuaState;
import dev.cofferdam.memory.Mem;
import org.jspecify.annotations.Nullable;

/**
 * The cmsgpack library: Lua values to and from MessagePack.
 *
 * <p>One per engine. Tables whose keys are 1 to n become arrays, others maps; below 16 levels of tables everything becomes nil.
 */
final class MessagePackLibrary {
    private static final int DEPTH_MAX = 16;
    private static final int SLOTS_PER_LEVEL = 6;
    private static final int READ_DEPTH_MAX = 1000;
    private static final String MISSING = "Missing bytes in input.";
    private static final String BAD = "Bad data format in input.";
    private static final String NO_MEMORY = "not enough memory";

    private final LuaState lua;
    private final NativeArguments arguments;
    private final ScriptBuffer out;
    private long at;
    private long end;
    private @Nullable String problem;

    MessagePackLibrary(LuaState lua, NativeArguments arguments, ScriptBuffer out) {
        this.lua = lua;
        this.arguments = arguments;
        this.out = out;
    }

    // ---------------------------------------------------------------- pack

    /** Leaves the bytes in the buffer; answers what is wrong, or null. */
    @Nullable
    String pack() {
        int count = arguments.count();
        if (count == 0) {
            return "bad argument #0 to 'pack' (MessagePack pack needs input.)";
        }
        out.clear();
        if (!lua.ensureStack(SLOTS_PER_LEVEL * (DEPTH_MAX + 2))) {
            return NO_MEMORY;
        }
        for (int i = 1; i <= count; i++) {
            lua.pushValue(NativeArguments.index(i));
            put(0);
            lua.pop(1);
        }
        return out.overflowed() ? NO_MEMORY : null;
    }

    /** Writes the value on top. */
    private void put(int depth) {
        switch (lua.type(-1)) {
            case LuaState.STRING -> putString(lua.stringAddress(-1), lua.stringLength(-1));
            case LuaState.BOOLEAN -> out.put(lua.toBoolean(-1) ? 0xc3 : 0xc2);
            case LuaState.NUMBER -> putNumber(lua.number(-1));
            case LuaState.TABLE -> {
                if (depth == DEPTH_MAX) {
                    out.put(0xc0);
                } else {
                    putTable(depth);
                }
            }
            default -> out.put(0xc0);
        }
    }

    private void putNumber(double value) {
        if (value == Math.rint(value) && value >= -0x1p63 && value < 0x1p63) {
            putInteger((long) value);
        } else if ((float) value == value) {
            out.put(0xca);
            putBits(Float.floatToRawIntBits((float) value), 4);
        } else {
            out.put(0xcb);
            putBits(Double.doubleToRawLongBits(value), 8);
        }
    }

    private void putInteger(long value) {
        if (value >= -32 && value <= 127) {
            out.put((int) value);
        } else if (value >= 0) {
            int bytes = value <= 0xff ? 1 : value <= 0xffff ? 2 : value <= 0xffffffffL ? 4 : 8;
            out.put(0xcc + Integer.numberOfTrailingZeros(bytes));
            putBits(value, bytes);
        } else {
            int bytes = value >= Byte.MIN_VALUE ? 1 : value >= Short.MIN_VALUE ? 2 : value >= Integer.MIN_VALUE ? 4 : 8;
            out.put(0xd0 + Integer.numberOfTrailingZeros(bytes));
            putBits(value, bytes);
        }
    }

    private void putBits(long bits, int bytes) {
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
            out.put((int) (bits >>> shift));
        }
    }

    private void putString(long address, long length) {
        if (length < 32) {
            out.put(0xa0 | (int) length);
        } else if (length <= 0xff) {
            out.put(0xd9);
            putBits(length, 1);
        } else if (length <= 0xffff) {
            out.put(0xda);
            putBits(length, 2);
        } else {
            out.put(0xdb);
            putBits(length, 4);
        }
        out.put(address, length);
    }

    private void putTable(int depth) {
        long fields = 0;
        double highest = 0;
        boolean isArray = true;
        lua.pushNil();
        while (lua.next(-2)) {
            lua.pop(1);
            fields++;
            double key = lua.type(-1) == LuaState.NUMBER ? lua.number(-1) : 0;
            isArray &= key > 0 && key == Math.rint(key);
            highest = Math.max(highest, key);
        }
        if (isArray && highest == fields) {
            putHead(fields, 0x90, 0xdc);
            for (int i = 1; i <= fields; i++) {
                lua.rawGet(-1, i);
                put(depth + 1);
                lua.pop(1);
            }
            return;
        }
        putHead(fields, 0x80, 0xde);
        lua.pushNil();
        while (lua.next(-2)) {
            lua.pushValue(-2);
            put(depth + 1);
            lua.pop(1);
            put(depth + 1);
            lua.pop(1);
        }
    }

    private void putHead(long count, int small, int large) {
        if (count <= 15) {
            out.put(small | (int) count);
        } else if (count <= 0xffff) {
            out.put(large);
            putBits(count, 2);
        } else {
            out.put(large + 1);
            putBits(count, 4);
        }
    }

    // ---------------------------------------------------------------- unpack

    /** Pushes all values of the input; answers what is wrong, or null. */
    @Nullable
    String unpack() {
        return unpack(0, 0, false);
    }

    /** Pushes where to go on (-1: nowhere) and one value. */
    @Nullable
    String unpackOne() {
        double offset = arguments.numberOr(2, 0);
        return arguments.problem != null ? arguments.problem : unpack(1, (long) offset, true);
    }

    /** The same for so many values. */
    @Nullable
    String unpackLimit() {
        double limit = arguments.number(2);
        double offset = arguments.numberOr(3, 0);
        return arguments.problem != null ? arguments.problem : unpack((long) limit, (long) offset, true);
    }

    private @Nullable String unpack(long limit, long offset, boolean saysWhere) {
        if (!arguments.string(1)) {
            return arguments.problem;
        }
        if (offset < 0 || limit < 0) {
            return "Invalid request to unpack with offset of " + offset + " and limit of " + arguments.length + ".";
        }
        if (offset > arguments.length) {
            return "Start offset " + offset + " greater than input length " + arguments.length + ".";
        }
        long wanted = saysWhere && (limit > 0 || offset > 0) ? limit : Long.MAX_VALUE;
        long start = arguments.address;
        at = start + offset;
        end = start + arguments.length;
        problem = null;
        int top = lua.getTop();
        long read = 0;
        while (at < end && read < wanted) {
            read++;
            if (!value(0)) {
                return problem;
            }
        }
        if (saysWhere && wanted != Long.MAX_VALUE) {
            lua.pushNumber(at == end ? -1 : at - start);
            lua.insert(top + 1);
        }
        return null;
    }

    private boolean fail(String text) {
        problem = text;
        return false;
    }

    private boolean value(int depth) {
        if (depth > READ_DEPTH_MAX || !lua.ensureStack(SLOTS_PER_LEVEL)) {
            return fail("stack overflow (in function mp_decode_to_lua_type)");
        }
        if (at >= end) {
            return fail(MISSING);
        }
        int mark = Mem.getUnsignedByte(at++);
        if (mark <= 0x7f || mark >= 0xe0) {
            lua.pushNumber((byte) mark);
            return true;
        }
        if (mark <= 0x8f) {
            return map(mark & 0xf, depth);
        }
        if (mark <= 0x9f) {
            return array(mark & 0xf, depth);
        }
        if (mark <= 0xbf) {
            return string(mark & 0x1f);
        }
        return switch (mark) {
            case 0xc0 -> {
                lua.pushNil();
                yield true;
            }
            case 0xc2, 0xc3 -> {
                lua.pushBoolean(mark == 0xc3);
                yield true;
            }
            case 0xd9 -> has(1) && string(unsigned(1));
            case 0xda -> has(2) && string(unsigned(2));
            case 0xdb -> has(4) && string(unsigned(4));
            case 0xca -> has(4) && number(Float.intBitsToFloat((int) unsigned(4)));
            case 0xcb -> has(8) && number(Double.longBitsToDouble(unsigned(8)));
            case 0xcc -> has(1) && number(unsigned(1));
            case 0xcd -> has(2) && number(unsigned(2));
            case 0xce -> has(4) && number(unsigned(4));
            case 0xcf -> has(8) && number(unsigned(8));
            case 0xd0 -> has(1) && number((byte) unsigned(1));
            case 0xd1 -> has(2) && number((short) unsigned(2));
            case 0xd2 -> has(4) && number((int) unsigned(4));
            case 0xd3 -> has(8) && number(unsigned(8));
            case 0xdc -> has(2) && array(unsigned(2), depth);
            case 0xdd -> has(4) && array(unsigned(4), depth);
            case 0xde -> has(2) && map(unsigned(2), depth);
            case 0xdf -> has(4) && map(unsigned(4), depth);
            default -> fail(BAD);
        };
    }

    private boolean has(long bytes) {
        return end - at >= bytes || fail(MISSING);
    }

    private long unsigned(int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | Mem.getUnsignedByte(at++);
        }
        return value;
    }

    private boolean number(double value) {
        lua.pushNumber(value);
        return true;
    }

    private boolean string(long length) {
        if (!has(length)) {
            return false;
        }
        if (!lua.ensure(length)) {
            return fail(NO_MEMORY);
        }
        lua.pushString(at, length);
        at += length;
        return true;
    }

    /** Every element takes a byte at least, so what is announced beyond the input is not set aside. */
    private boolean table(long elements, long fields) {
        long left = end - at;
        int wantedElements = (int) Math.min(elements, left);
        int wantedFields = (int) Math.min(fields, left / 2);
        if (!lua.ensureTable(wantedElements, wantedFields)) {
            return fail(NO_MEMORY);
        }
        lua.createTable(wantedElements, wantedFields);
        return true;
    }

    private boolean array(long elements, int depth) {
        if (!table(elements, 0)) {
            return false;
        }
        for (int i = 1; i <= elements; i++) {
            if (!value(depth + 1)) {
                return false;
            }
            lua.rawSet(-2, i);
        }
        return true;
    }

    private boolean map(long fields, int depth) {
        if (!table(0, fields)) {
            return false;
        }
        for (long i = 0; i < fields; i++) {
            boolean key = value(depth + 1);
            if (!key || !value(depth + 1)) {
                return false;
            }
            boolean isKey = lua.type(-2) != LuaState.NIL && !(lua.type(-2) == LuaState.NUMBER && Double.isNaN(lua.number(-2)));
            if (!isKey) {
                return fail(lua.type(-2) == LuaState.NIL ? "table index is nil" : "table index is NaN");
            }
            lua.rawSet(-3);
        }
        return true;
    }
}

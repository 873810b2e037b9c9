// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import dev.cofferdam.lua.LuaState;
import dev.cofferdam.memory.Mem;
import org.jspecify.annotations.Nullable;

/**
 * cjson.encode: a Lua value as JSON.
 *
 * <p>One per engine. A table is an array when all its keys are positive integers and it has one at least; holes become null, and too many of them are an
 * error unless the script asked for objects then.
 */
final class JsonEncoder {
    private static final int SLOTS_PER_LEVEL = 5;
    private static final String HEX = "0123456789abcdef";

    private final LuaState lua;
    private final ScriptBuffer out;
    private final JsonOptions options;
    private @Nullable String problem;

    JsonEncoder(LuaState lua, ScriptBuffer out, JsonOptions options) {
        this.lua = lua;
        this.out = out;
        this.options = options;
    }

    /** Writes the value at the top of the stack into the buffer; answers what is wrong, or null. */
    @Nullable
    String encode() {
        problem = null;
        out.clear();
        value(0);
        return problem != null ? problem : out.overflowed() ? "not enough memory" : null;
    }

    private void value(int depth) {
        switch (lua.type(-1)) {
            case LuaState.STRING -> string(lua.stringAddress(-1), lua.stringLength(-1));
            case LuaState.NUMBER -> number(lua.number(-1));
            case LuaState.BOOLEAN -> out.put(lua.toBoolean(-1) ? "true" : "false");
            case LuaState.NIL -> out.put("null");
            case LuaState.TABLE -> table(depth + 1);
            case LuaState.LIGHT_USER_DATA -> {
                if (lua.light(-1) == 0) {
                    out.put("null");
                } else {
                    unsupported(-1, "type not supported");
                }
            }
            default -> unsupported(-1, "type not supported");
        }
    }

    private void unsupported(int index, String reason) {
        if (problem == null) {
            problem = "Cannot serialise " + NativeArguments.typeName(lua, index) + ": " + reason;
        }
    }

    private void number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            if (options.encodeInvalid == 0) {
                unsupported(-1, "must not be NaN or Inf");
                return;
            }
            if (options.encodeInvalid == 2) {
                out.put("null");
                return;
            }
            out.put(Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf");
            return;
        }
        out.put(NumberText.general(value, options.precision));
    }

    private void string(long address, long length) {
        if (!out.reserve(length * 6 + 2)) {
            return;
        }
        out.put('"');
        for (long i = 0; i < length; i++) {
            int c = Mem.getUnsignedByte(address + i);
            if (c >= ' ' && c != '"' && c != '\\' && c != '/' && c != 127) {
                out.put(c);
                continue;
            }
            out.put('\\');
            switch (c) {
                case '"', '\\', '/' -> out.put(c);
                case '\b' -> out.put('b');
                case '\t' -> out.put('t');
                case '\n' -> out.put('n');
                case '\f' -> out.put('f');
                case '\r' -> out.put('r');
                default -> {
                    out.put("u00");
                    out.put(HEX.charAt(c >> 4));
                    out.put(HEX.charAt(c & 0xf));
                }
            }
        }
        out.put('"');
    }

    private void table(int depth) {
        if (depth > options.encodeDepth || !lua.ensureStack(SLOTS_PER_LEVEL)) {
            if (problem == null) {
                problem = "Cannot serialise, excessive nesting (" + depth + ")";
            }
            return;
        }
        int length = arrayLength();
        if (problem != null) {
            return;
        }
        if (length > 0) {
            array(length, depth);
        } else {
            object(depth);
        }
    }

    /** The highest index when all keys are positive integers, else -1; complains about an array of holes. */
    private int arrayLength() {
        double highest = 0;
        long items = 0;
        lua.pushNil();
        while (lua.next(-2)) {
            double key = lua.type(-2) == LuaState.NUMBER ? lua.number(-2) : 0;
            lua.pop(1);
            if (key < 1 || key != Math.rint(key)) {
                lua.pop(1);
                return -1;
            }
            highest = Math.max(highest, key);
            items++;
        }
        if (options.sparseRatio > 0 && highest > (double) items * options.sparseRatio && highest > options.sparseSafe) {
            if (!options.convertSparse) {
                unsupported(-1, "excessively sparse array");
            }
            return -1;
        }
        return (int) Math.min(Integer.MAX_VALUE, highest);
    }

    private void array(int length, int depth) {
        out.put('[');
        for (int i = 1; i <= length && problem == null && !out.overflowed(); i++) {
            if (i > 1) {
                out.put(',');
            }
            lua.rawGet(-1, i);
            value(depth);
            lua.pop(1);
        }
        out.put(']');
    }

    private void object(int depth) {
        out.put('{');
        boolean comma = false;
        lua.pushNil();
        while (problem == null && lua.next(-2)) {
            if (comma) {
                out.put(',');
            }
            comma = true;
            switch (lua.type(-2)) {
                case LuaState.NUMBER -> {
                    out.put('"');
                    number(lua.number(-2));
                    out.put("\":");
                }
                case LuaState.STRING -> {
                    string(lua.stringAddress(-2), lua.stringLength(-2));
                    out.put(':');
                }
                default -> unsupported(-2, "table key must be a number or string");
            }
            if (problem == null) {
                value(depth);
            }
            lua.pop(1);
        }
        out.put('}');
    }
}

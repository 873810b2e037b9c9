// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import dev.cofferdam.lua.LuaState;
import dev.cofferdam.resp.NumberPrinter;
import org.jspecify.annotations.Nullable;

/**
 * Arguments of a library function as Lua's own library checks them: numbers as strings and strings as numbers are taken.
 *
 * <p>One per engine. A check that fails leaves {@link #problem} for the function to return; it is null otherwise. Argument 1 of the function is at stack
 * index 2, behind the operation's number.
 */
final class NativeArguments {
    private static final int OFFSET = 1;
    private static final int TEXT_BYTES = 64;

    private final LuaState lua;
    private final ScriptBuffer texts;
    String name = "";
    @Nullable String problem;
    /** What is missing is called nil in complaints, as struct.pack does. */
    boolean absentIsNil;
    /** Result of {@link #string}. */
    long address;
    long length;

    NativeArguments(LuaState lua, ScriptBuffer texts) {
        this.lua = lua;
        this.texts = texts;
    }

    void begin(String function) {
        name = function;
        problem = null;
        absentIsNil = false;
        texts.clear();
    }

    int count() {
        return lua.getTop() - OFFSET;
    }

    boolean isNone(int argument) {
        return argument > count();
    }

    int type(int argument) {
        return isNone(argument) ? LuaState.NIL : lua.type(argument + OFFSET);
    }

    double number(int argument) {
        int type = type(argument);
        if (type == LuaState.NUMBER) {
            return lua.number(argument + OFFSET);
        }
        if (type == LuaState.STRING) {
            double value = lua.toNumber(argument + OFFSET);
            if (value != 0 || lua.string(argument + OFFSET).strip().matches("[-+]?[0.]*0[0.]*([eE][-+]?\\d+)?|[-+]?0[xX]0+")) {
                return value;
            }
        }
        expected(argument, "number");
        return 0;
    }

    double numberOr(int argument, double otherwise) {
        return type(argument) == LuaState.NIL ? otherwise : number(argument);
    }

    /** Sets {@link #address} and {@link #length}; false when the argument is neither string nor number. */
    boolean string(int argument) {
        int type = type(argument);
        if (type == LuaState.STRING) {
            address = lua.stringAddress(argument + OFFSET);
            length = lua.stringLength(argument + OFFSET);
            return true;
        }
        if (type == LuaState.NUMBER && texts.reserve(TEXT_BYTES)) {
            String text = NumberText.general(lua.number(argument + OFFSET), 14);
            address = texts.end();
            length = text.length();
            texts.put(text);
            return true;
        }
        expected(argument, "string");
        return false;
    }

    void expected(int argument, String wanted) {
        bad(argument, wanted + " expected, got " + typeName(argument));
    }

    void bad(int argument, String what) {
        if (problem == null) {
            problem = "bad argument #" + argument + " to '" + name + "' (" + what + ")";
        }
    }

    String typeName(int argument) {
        return isNone(argument) && !absentIsNil ? "no value" : isNone(argument) ? "nil" : typeName(lua, argument + OFFSET);
    }

    static String typeName(LuaState lua, int index) {
        return switch (lua.type(index)) {
            case LuaState.NIL -> "nil";
            case LuaState.BOOLEAN -> "boolean";
            case LuaState.NUMBER -> "number";
            case LuaState.STRING -> "string";
            case LuaState.TABLE -> "table";
            case LuaState.FUNCTION -> "function";
            case 8 -> "thread";
            default -> "userdata";
        };
    }

    /** Index on the stack of an argument. */
    static int index(int argument) {
        return argument + OFFSET;
    }

    static {
        assert NumberPrinter.REAL_MAX_BYTES <= TEXT_BYTES;
    }
}

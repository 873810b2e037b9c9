// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import dev.cofferdam.lua.LuaState;
import dev.cofferdam.memory.Mem;
import dev.cofferdam.resp.NumberParser;

/**
 * Turns a reply, as RESP bytes, into a value on Lua's stack. Sizes are known before anything is pushed, so memory is asked for first and no push fails.
 *
 * <p>One per engine. Absent values become false, or nil where the script asked for RESP3.
 */
final class ReplyToLua {
    private static final int SLOTS_PER_LEVEL = 6;

    private final LuaState lua;
    private final LuaNames names;
    private final NumberParser numbers = new NumberParser();
    private long at;

    ReplyToLua(LuaState lua, LuaNames names) {
        this.lua = lua;
        this.names = names;
    }

    /** Pushes the reply at the address; false, with the stack as it was, when there is no memory for it. */
    boolean push(long reply) {
        at = reply;
        int top = lua.getTop();
        if (value()) {
            return true;
        }
        lua.setTop(top);
        return false;
    }

    private boolean value() {
        if (!lua.ensureStack(SLOTS_PER_LEVEL)) {
            return false;
        }
        int mark = Mem.getByte(at);
        long lineStart = at + 1;
        long lineEnd = lineStart;
        while (Mem.getByte(lineEnd) != '\r') {
            lineEnd++;
        }
        at = lineEnd + 2;
        return switch (mark) {
            case '$' -> bulk(lineStart, lineEnd);
            case ':' -> {
                lua.pushNumber(integer(lineStart, lineEnd));
                yield true;
            }
            case '+' -> field(names.ok, lineStart, lineEnd - lineStart);
            case '-' -> error(lineStart, lineEnd - lineStart);
            case '*', '>' -> array(integer(lineStart, lineEnd));
            case '%' -> map(integer(lineStart, lineEnd));
            case '~' -> set(integer(lineStart, lineEnd));
            case '#' -> {
                lua.pushBoolean(Mem.getByte(lineStart) == 't');
                yield true;
            }
            case ',' -> real(lineStart, lineEnd);
            case '(' -> field(names.bigNumber, lineStart, lineEnd - lineStart);
            case '|' -> skip(2 * integer(lineStart, lineEnd)) && value(); // attributes are not for scripts
            case '=' -> verbatim(integer(lineStart, lineEnd));
            default -> {
                lua.pushNil();
                yield true;
            }
        };
    }

    private boolean skip(long values) {
        for (long i = 0; i < values; i++) {
            if (!value()) {
                return false;
            }
            lua.pop(1);
        }
        return true;
    }

    private long integer(long from, long to) {
        long value = 0;
        boolean negative = Mem.getByte(from) == '-';
        for (long i = negative ? from + 1 : from; i < to; i++) {
            value = value * 10 + Mem.getByte(i) - '0';
        }
        return negative ? -value : value;
    }

    private boolean bulk(long from, long to) {
        long length = integer(from, to);
        if (length < 0) {
            lua.pushBoolean(false);
            return true;
        }
        if (!string(at, length)) {
            return false;
        }
        at += length + 2;
        return true;
    }

    private boolean string(long address, long length) {
        if (!lua.ensure(length)) {
            return false;
        }
        lua.pushString(address, length);
        return true;
    }

    /** A table of one text field. */
    private boolean field(int name, long address, long length) {
        if (!table(0, 1)) {
            return false;
        }
        lua.pushRef(name);
        if (!string(address, length)) {
            return false;
        }
        lua.rawSet(-3);
        return true;
    }

    /** Commands have counted their error already; the mark says so, should the script return it. */
    private boolean error(long address, long length) {
        if (!table(0, 2)) {
            return false;
        }
        lua.pushRef(names.err);
        if (!string(address, length)) {
            return false;
        }
        lua.rawSet(-3);
        lua.pushRef(names.ignoreStatistics);
        lua.pushBoolean(true);
        lua.rawSet(-3);
        return true;
    }

    private boolean table(long elements, long fields) {
        if (elements > Integer.MAX_VALUE || fields > Integer.MAX_VALUE || !lua.ensureTable(elements, fields)) {
            return false;
        }
        lua.createTable((int) elements, (int) fields);
        return true;
    }

    private boolean array(long elements) {
        if (elements < 0) {
            lua.pushBoolean(false);
            return true;
        }
        if (!table(elements, 0)) {
            return false;
        }
        for (int i = 1; i <= elements; i++) {
            if (!value()) {
                return false;
            }
            lua.rawSet(-2, i);
        }
        return true;
    }

    private boolean map(long pairs) {
        if (!table(0, 1)) {
            return false;
        }
        lua.pushRef(names.map);
        if (!table(0, pairs)) {
            return false;
        }
        for (long i = 0; i < pairs; i++) {
            boolean key = value();
            if (!key || !value()) {
                return false;
            }
            lua.rawSet(-3);
        }
        lua.rawSet(-3);
        return true;
    }

    private boolean set(long elements) {
        if (!table(0, 1)) {
            return false;
        }
        lua.pushRef(names.set);
        if (!table(0, elements)) {
            return false;
        }
        for (long i = 0; i < elements; i++) {
            if (!value()) {
                return false;
            }
            lua.pushBoolean(true);
            lua.rawSet(-3);
        }
        lua.rawSet(-3);
        return true;
    }

    private boolean real(long from, long to) {
        if (!table(0, 1)) {
            return false;
        }
        lua.pushRef(names.real);
        lua.pushNumber(numbers.parseDouble(from, (int) (to - from)) ? numbers.real : Double.NaN);
        lua.rawSet(-3);
        return true;
    }

    private boolean verbatim(long length) {
        long text = at;
        at += length + 2;
        if (!table(0, 1)) {
            return false;
        }
        lua.pushRef(names.verbatim);
        if (!table(0, 2)) {
            return false;
        }
        lua.pushRef(names.format);
        if (!string(text, 3)) {
            return false;
        }
        lua.rawSet(-3);
        lua.pushRef(names.string);
        if (!string(text + 4, length - 4)) {
            return false;
        }
        lua.rawSet(-3);
        lua.rawSet(-3);
        return true;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import dev.cofferdam.lua.LuaState;
import dev.cofferdam.resp.ReplyWriter;

/**
 * Writes the value on top of Lua's stack as a reply, by Redis's rules: numbers lose their fraction, an array ends at its first nil, a table with one of
 * the known fields is what that says.
 *
 * <p>One per engine. Nothing here allocates in Lua but the stack, so no error can be raised.
 */
final class LuaToReply {
    private static final int SLOTS_PER_LEVEL = 5;
    /** Tables may contain themselves. */
    private static final int DEPTH_MAX = 1000;

    private final LuaState lua;
    private final LuaNames names;

    LuaToReply(LuaState lua, LuaNames names) {
        this.lua = lua;
        this.names = names;
    }

    /** Pops the value and replies it. {@code resp3} is what the script chose, the writer knows what its client speaks. */
    void write(ReplyWriter reply, boolean resp3) {
        value(reply, resp3, 0);
    }

    /** True when the value on top is the error of a command, which was counted when that failed. */
    boolean isCountedError() {
        if (lua.type(-1) != LuaState.TABLE || !lua.ensureStack(2)) {
            return false;
        }
        if (!field(names.ignoreStatistics, LuaState.BOOLEAN)) {
            return false;
        }
        boolean counted = lua.toBoolean(-1);
        lua.pop(1);
        return counted;
    }

    private void value(ReplyWriter reply, boolean resp3, int depth) {
        if (depth > DEPTH_MAX || !lua.ensureStack(SLOTS_PER_LEVEL)) {
            lua.pop(1);
            reply.error("ERR reached lua stack limit");
            return;
        }
        switch (lua.type(-1)) {
            case LuaState.STRING -> reply.bulk(lua.stringAddress(-1), lua.stringLength(-1));
            case LuaState.NUMBER -> reply.integer(integer(lua.number(-1)));
            case LuaState.BOOLEAN -> bool(reply, lua.toBoolean(-1), resp3);
            case LuaState.TABLE -> table(reply, resp3, depth);
            default -> reply.nil();
        }
        lua.pop(1);
    }

    private static void bool(ReplyWriter reply, boolean value, boolean resp3) {
        if (resp3) {
            reply.bool(value);
        } else if (value) {
            reply.integer(1);
        } else {
            reply.nil();
        }
    }

    /** As C's cast does on the machines Redis runs on. */
    private static long integer(double value) {
        return value >= -0x1p63 && value < 0x1p63 ? (long) value : Long.MIN_VALUE;
    }

    private void table(ReplyWriter reply, boolean resp3, int depth) {
        if (field(names.err, LuaState.STRING)) {
            reply.error(oneLine(lua.string(-1)));
        } else if (field(names.ok, LuaState.STRING)) {
            reply.simple(oneLine(lua.string(-1)));
        } else if (field(names.real, LuaState.NUMBER)) {
            reply.real(lua.number(-1));
        } else if (field(names.bigNumber, LuaState.STRING)) {
            bigNumber(reply, oneLine(lua.string(-1)));
        } else if (field(names.verbatim, LuaState.TABLE)) {
            if (verbatim(reply)) {
                lua.pop(1);
                return;
            }
            lua.pop(1);
            others(reply, resp3, depth);
            return;
        } else {
            others(reply, resp3, depth);
            return;
        }
        lua.pop(1);
    }

    private void others(ReplyWriter reply, boolean resp3, int depth) {
        if (field(names.map, LuaState.TABLE)) {
            map(reply, resp3, depth);
            lua.pop(1);
        } else if (field(names.set, LuaState.TABLE)) {
            set(reply, resp3, depth);
            lua.pop(1);
        } else {
            array(reply, resp3, depth);
        }
    }

    /** Pushes the table's field when it is of the type. */
    private boolean field(int name, int type) {
        lua.pushRef(name);
        lua.rawGet(-2);
        if (lua.type(-1) == type) {
            return true;
        }
        lua.pop(1);
        return false;
    }

    private static String oneLine(String text) {
        return text.replace('\r', ' ').replace('\n', ' ');
    }

    private static void bigNumber(ReplyWriter reply, String digits) {
        if (reply.resp3()) {
            reply.raw(("(" + digits + "\r\n").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        } else {
            reply.bulk(digits.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        }
    }

    /** On top is the table with format and string. */
    private boolean verbatim(ReplyWriter reply) {
        if (!field(names.format, LuaState.STRING)) {
            return false;
        }
        lua.pushRef(names.string);
        lua.rawGet(-3);
        boolean whole = lua.type(-1) == LuaState.STRING;
        if (whole) {
            long length = lua.stringLength(-1);
            if (reply.resp3()) {
                String format = (lua.string(-2) + "   ").substring(0, 3);
                reply.raw(("=" + (length + 4) + "\r\n" + format + ":").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
                reply.raw(lua.stringAddress(-1), length);
                reply.raw(new byte[] {'\r', '\n'});
            } else {
                reply.bulk(lua.stringAddress(-1), length);
            }
        }
        lua.pop(2);
        return whole;
    }

    private void map(ReplyWriter reply, boolean resp3, int depth) {
        reply.map(count());
        lua.pushNil();
        while (lua.next(-2)) {
            lua.pushValue(-2);
            value(reply, resp3, depth + 1);
            value(reply, resp3, depth + 1);
        }
    }

    private void set(ReplyWriter reply, boolean resp3, int depth) {
        reply.set(count());
        lua.pushNil();
        while (lua.next(-2)) {
            lua.pop(1);
            lua.pushValue(-1);
            value(reply, resp3, depth + 1);
        }
    }

    private long count() {
        long count = 0;
        lua.pushNil();
        while (lua.next(-2)) {
            lua.pop(1);
            count++;
        }
        return count;
    }

    private void array(ReplyWriter reply, boolean resp3, int depth) {
        int elements = elements();
        reply.array(elements);
        for (int i = 1; i <= elements; i++) {
            lua.rawGet(-1, i);
            value(reply, resp3, depth + 1);
        }
    }

    private int elements() {
        int elements = 0;
        while (true) {
            lua.rawGet(-1, elements + 1);
            boolean isNil = lua.type(-1) == LuaState.NIL;
            lua.pop(1);
            if (isNil) {
                return elements;
            }
            elements++;
        }
    }
}

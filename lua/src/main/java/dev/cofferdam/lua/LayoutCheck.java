// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.lua;

import static dev.cofferdam.lua.LuaState.BOOLEAN;
import static dev.cofferdam.lua.LuaState.FUNCTION;
import static dev.cofferdam.lua.LuaState.NIL;
import static dev.cofferdam.lua.LuaState.OK;
import static dev.cofferdam.lua.LuaState.STRING;

import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Whether a new state's memory is as {@link LuaLayout} says: what the library's functions do is held against what is found there, and what is written there
 * against what the functions see. The layout is not part of the library's interface; better no scripts than scripts on wrong addresses.
 *
 * <p>Leaves rubbish on the stack. Numbers are looked at before pointers are followed.
 */
final class LayoutCheck {
    private final LuaState lua;
    private final long thread;
    private final long global;

    LayoutCheck(LuaState lua, long thread) {
        this.lua = lua;
        this.thread = thread;
        this.global = LuaLayout.global(thread);
    }

    boolean fits() {
        return stackFits() && collectorFits() && stringsFit() && tablesFit() && activationsFit();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Runs a chunk with what is on the stack above it; true when all went well. */
    private boolean run(String chunk, int results) {
        byte[] source = bytes(chunk);
        return lua.load(source, source.length, "=probe") == OK && lua.call(0, results, 0) == OK;
    }

    private boolean stackFits() {
        lua.setTop(0);
        byte[] probe = bytes("return f()");
        boolean fits = lua.load(probe, probe.length, "=probe") == OK && lua.keepCallers(-1) == 1 && lua.getTop() == 1
                && lua.type(-1) == FUNCTION && LuaLayout.type(LuaLayout.top(thread) - LuaLayout.VALUE_BYTES) == FUNCTION;
        lua.pushNumber(1);
        lua.pushString(probe);
        return fits && LuaLayout.base(thread) + 3L * LuaLayout.VALUE_BYTES == LuaLayout.top(thread)
                && LuaLayout.stringLength(lua.stringAddress(3)) == probe.length && Mem.getByte(lua.stringAddress(3)) == probe[0]
                && Integer.bitCount(LuaLayout.stringBuckets(thread)) == 1 && LuaLayout.stackSlots(thread) >= 40;
    }

    private boolean collectorFits() {
        lua.setCollecting(true);
        boolean isDue = LuaLayout.isStepDue(global);
        lua.setCollecting(false);
        boolean isDueWithout = LuaLayout.isStepDue(global);
        lua.setCollecting(true);
        return isDue && !isDueWithout;
    }

    /** A string made here is found by the library and the other way round, and both count it alike. */
    private boolean stringsFit() {
        lua.setTop(0);
        lua.setCollecting(false);
        String longest = "of more than thirty-two bytes, so that the hash leaves some of them out ".repeat(3);
        boolean fits = stringFits("by the library", true) && stringFits("made here", false) && stringFits(longest + 1, true)
                && stringFits(longest + 2, false);
        lua.setCollecting(true);
        return fits;
    }

    private boolean stringFits(String text, boolean libraryFirst) {
        byte[] bytes = bytes(text);
        long probe = lua.takeScratch(bytes);
        int count = LuaLayout.stringCount(global);
        long used = LuaLayout.usedBytes(global);
        lua.pushString(probe, bytes.length, libraryFirst);
        boolean fits = lua.type(-1) == STRING && LuaLayout.stringCount(global) == count + 1
                && LuaLayout.usedBytes(global) == used + LuaLayout.STRING_HEADER_BYTES + bytes.length + 1
                && !LuaLayout.isDead(global, lua.content(-1));
        lua.pushString(probe, bytes.length, !libraryFirst);
        lua.freeScratch(probe);
        return fits && lua.content(-1) == lua.content(-2) && lua.type(-1) == STRING && lua.stringLength(-1) == bytes.length
                && Arrays.equals(lua.bytes(-1), bytes);
    }

    private boolean tablesFit() {
        lua.setTop(0);
        if (!run("return {7, 8, 9}, setmetatable({7, 8, 9}, {}), {7, 8, 9, x = 1}", 3)) {
            return false;
        }
        boolean fits = lua.isPlainArray(1, 3) && !lua.isPlainArray(1, 2) && !lua.isPlainArray(2, 3) && !lua.isPlainArray(3, 3);
        lua.pushBoolean(true);
        lua.setElement(1, 3);
        lua.rawGet(1, 3);
        return fits && lua.type(-1) == BOOLEAN && lua.getTop() == 4;
    }

    private boolean activationsFit() {
        boolean[] fits = {true};
        for (int wanted : List.of(0, 1, 2)) {
            lua.setTop(0);
            byte[] chunk = bytes("local f = ... f()");
            fits[0] &= lua.load(chunk, chunk.length, "=probe") == OK;
            lua.pushFunction(state -> {
                fits[0] &= state.resultsWanted() == wanted;
                return 0;
            });
            fits[0] &= lua.call(1, wanted, 0) == OK && lua.getTop() == wanted && (wanted == 0 || lua.type(-1) == NIL);
        }
        return fits[0];
    }
}

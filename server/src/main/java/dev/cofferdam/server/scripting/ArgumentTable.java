// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import dev.cofferdam.lua.LuaState;
import dev.cofferdam.server.command.Call;

/**
 * KEYS or ARGV of an engine's scripts: the tables of earlier scripts, filled again for the next one.
 *
 * <p>Owns a table for each small number of elements and the last larger one, kept in Lua's registry. The engine's thread. A table is used again only if the script before has
 * left it as it was but for its elements. No other script can hold one: globals are protected, and a script's own variables end with it. (Functions
 * of libraries can keep what they are called with, so they get new tables.)
 */
final class ArgumentTable {
    /** Of tables with more elements only the last is kept. */
    private static final int ELEMENTS_MAX = 8;
    /** Beyond this what the elements name is forgotten after the script; below, the next script often has the same strings. */
    private static final long KEPT_BYTES_MAX = 1024;

    private final LuaState lua;
    /** Registry numbers by count of elements; the last is of whatever is larger. 0 for none. */
    private final int[] kept = new int[ELEMENTS_MAX + 2];
    /** Which of all tables that were ever made it is: registry numbers are used again. */
    private final long[] serials = new long[ELEMENTS_MAX + 2];
    private long made;
    private int filled;
    private int filledCount;
    private long filledBytes;

    ArgumentTable(LuaState lua) {
        this.lua = lua;
    }

    /** Fills a table with arguments of the call; false without memory. */
    boolean fill(Call call, int from, int count) {
        int place = Math.min(count, ELEMENTS_MAX + 1);
        if (kept[place] == 0 || !isUnchanged(kept[place], count)) {
            drop(place);
            if (!lua.ensureTable(count, 0)) {
                return false;
            }
            lua.createTable(count, 0);
            kept[place] = lua.ref();
            serials[place] = ++made;
        }
        filled = place;
        filledCount = count;
        filledBytes = 0;
        lua.pushRef(kept[place]);
        for (int i = 0; i < count; i++) {
            int length = call.length(from + i);
            if (!lua.ensure(length)) {
                lua.pop(1);
                return false;
            }
            lua.pushString(call.address(from + i), length);
            lua.setElement(-2, i + 1);
            filledBytes += length;
        }
        lua.pop(1);
        return true;
    }

    /** Pushes the table that was filled last. */
    void push() {
        lua.pushRef(kept[filled]);
    }

    /** Tells the table that was filled last from all others there were. */
    long serial() {
        return serials[filled];
    }

    private boolean isUnchanged(int table, int count) {
        lua.pushRef(table);
        boolean unchanged = lua.isPlainArray(-1, count);
        lua.pop(1);
        return unchanged;
    }

    /** The script is over: large arguments are not kept until the next one, though the table is. */
    void release() {
        if (filledBytes <= KEPT_BYTES_MAX || !isUnchanged(kept[filled], filledCount)) {
            return;
        }
        lua.pushRef(kept[filled]);
        for (int i = 1; i <= filledCount; i++) {
            lua.pushNil();
            lua.setElement(-2, i);
        }
        lua.pop(1);
    }

    private void drop(int place) {
        if (kept[place] != 0) {
            lua.unref(kept[place]);
            kept[place] = 0;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import dev.cofferdam.lua.LuaState;

/** The field names of reply tables, kept in a state's registry so that pushing one allocates nothing. One per state. */
final class LuaNames {
    final int ok;
    final int err;
    final int real;
    final int map;
    final int set;
    final int bigNumber;
    final int verbatim;
    final int format;
    final int string;
    final int ignoreStatistics;
    final int source;
    final int line;

    LuaNames(LuaState lua) {
        ok = name(lua, "ok");
        err = name(lua, "err");
        real = name(lua, "double");
        map = name(lua, "map");
        set = name(lua, "set");
        bigNumber = name(lua, "big_number");
        verbatim = name(lua, "verbatim_string");
        format = name(lua, "format");
        string = name(lua, "string");
        ignoreStatistics = name(lua, "ignore_error_stats_update");
        source = name(lua, "source");
        line = name(lua, "line");
    }

    private static int name(LuaState lua, String text) {
        lua.ensure(text.length());
        lua.pushText(text);
        return lua.ref();
    }
}

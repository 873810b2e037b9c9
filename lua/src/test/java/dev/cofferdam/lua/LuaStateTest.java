// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.lua;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cofferdam.memory.Account;
import dev.cofferdam.memory.Arena;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LuaStateTest {
    private final Arena arena = Arena.open(64 << 20, 1 << 15);
    private final Account account = arena.account("scripts", 0, 32 << 20, false);
    private boolean kill;
    private int counts;
    private final LuaState lua = new LuaState(account, 16 << 20, this::count);

    private void count() {
        counts++;
        if (kill) {
            lua.interrupt();
        }
    }

    @AfterEach
    void everythingIsGivenBack() {
        lua.close();
        assertThat(account.usedBytes()).isZero();
        arena.audit();
        arena.close();
    }

    /** Runs a chunk; its result or error is on top of the stack. */
    private int run(String source) {
        lua.setTop(0);
        byte[] bytes = source.getBytes(StandardCharsets.ISO_8859_1);
        int status = lua.load(bytes, bytes.length, "@test");
        return status == LuaState.OK ? lua.call(0, 1, 0) : status;
    }

    @Test
    void returnsNumbersAndStrings() {
        assertThat(run("return 1 + 41")).isEqualTo(LuaState.OK);
        assertThat(lua.number(-1)).isEqualTo(42);
        assertThat(run("return ('ab\\0c'):rep(2)")).isEqualTo(LuaState.OK);
        assertThat(lua.string(-1)).isEqualTo("ab\0cab\0c");
    }

    @Test
    void errorsHaveTheirLine() {
        assertThat(run("local x = nil\nreturn x.y")).isNotEqualTo(LuaState.OK);
        assertThat(lua.string(-1)).isEqualTo("test:2: attempt to index local 'x' (a nil value)");
    }

    @Test
    void javaFunctionsTakeAndGiveValues() {
        lua.pushFunction(state -> {
            double sum = state.number(1) + state.number(2);
            state.setTop(0);
            state.pushNumber(sum);
            return 1;
        });
        lua.pushValue(-1);
        lua.ref();
        byte[] source = "local add = ... return coroutine.wrap(function() return add(20, 22) end)()".getBytes(StandardCharsets.US_ASCII);
        assertThat(lua.load(source, source.length, "@test")).isEqualTo(LuaState.OK);
        lua.insert(1);
        assertThat(lua.call(1, 1, 0)).isEqualTo(LuaState.OK);
        assertThat(lua.number(-1)).isEqualTo(42);
    }

    @Test
    void memoryIsLimitedAndComesBack() {
        assertThat(run("local t = {} for i = 1, 1e9 do t[i] = 'x' .. i end")).isEqualTo(LuaState.NO_MEMORY);
        assertThat(lua.heldBytes()).isLessThanOrEqualTo(16 << 20);
        for (int i = 0; i < 20; i++) {
            lua.collect(); // each round halves the table of strings
        }
        assertThat(account.usedBytes()).isLessThan(1 << 20);
        assertThat(run("return ('x'):rep(1e9)")).isEqualTo(LuaState.NO_MEMORY);
        assertThat(run("return #('x'):rep(1e6)")).isEqualTo(LuaState.OK);
        assertThat(lua.number(-1)).isEqualTo(1e6);
        arena.audit();
    }

    @Test
    void endlessLoopsCanBeInterruptedThroughProtectedCalls() {
        lua.countInstructions(1000);
        kill = true;
        assertThat(run("while true do pcall(function() while true do end end) end")).isNotEqualTo(LuaState.OK);
        lua.endInterrupt();
        kill = false;
        assertThat(run("local n = 0 for i = 1, 10000 do n = n + i end return n")).isEqualTo(LuaState.OK);
        assertThat(counts).isGreaterThan(10);
        kill = true;
        assertThat(run("local c = coroutine.wrap(function() while true do end end) while true do pcall(c) end")).isNotEqualTo(LuaState.OK);
        lua.endInterrupt();
    }

    @Test
    void bytecodeIsRefused() {
        long code = account.takePage();
        dev.cofferdam.memory.Mem.putLong(code, 0x61754c1bL);
        assertThat(lua.load(code, 4, "@test")).isNotEqualTo(LuaState.OK);
        assertThat(lua.string(-1)).isEqualTo("test:1: unexpected symbol near 'char(27)'");
        account.returnPage(code);
    }

    @Test
    void whatWasFreedIsUsedAgain() {
        run("x = 0");
        for (int i = 0; i < 50; i++) {
            assertThat(run("local t = {} for i = 1, 1000 do t[i] = ('y'):rep(i * 7 % 9000) end")).isEqualTo(LuaState.OK);
            lua.collect();
        }
        assertThat(account.usedBytes()).isLessThan(1 << 20);
    }
}

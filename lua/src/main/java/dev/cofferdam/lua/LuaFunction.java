// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.lua;

/** A Java function that Lua calls: takes its arguments from the state's stack, leaves its results on top of it. */
@FunctionalInterface
public interface LuaFunction {
    /**
     * Must not throw; see {@link LuaState} for what it may call.
     *
     * @return how many of the values on top of the stack are results
     */
    int run(LuaState state);
}

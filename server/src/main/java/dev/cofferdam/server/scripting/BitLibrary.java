// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.scripting;

import dev.cofferdam.lua.LuaState;

/** The bit library: operations on 32-bit integers, results signed. Stateless. */
final class BitLibrary {
    /** Adding it leaves a number's integer part, rounded, in the lowest bits of its representation. */
    private static final double ROUNDER = 6755399441055744.0;

    private BitLibrary() {
    }

    static int toBit(double number) {
        return (int) Double.doubleToRawLongBits(number + ROUNDER);
    }

    /** Of one operand. */
    static int one(String name, int a) {
        return switch (name) {
            case "bnot" -> ~a;
            case "bswap" -> Integer.reverseBytes(a);
            default -> a;
        };
    }

    static int fold(String name, int a, int b) {
        return switch (name) {
            case "band" -> a & b;
            case "bor" -> a | b;
            default -> a ^ b;
        };
    }

    static int shift(String name, int a, int by) {
        return switch (name) {
            case "lshift" -> a << by;
            case "rshift" -> a >>> by;
            case "arshift" -> a >> by;
            case "rol" -> Integer.rotateLeft(a, by);
            default -> Integer.rotateRight(a, by);
        };
    }

    /** Hexadecimal digits; capitals when {@code digits} is negative. */
    static String hex(int value, int digits) {
        int count = Math.min(8, digits == Integer.MIN_VALUE ? 8 : Math.abs(digits));
        String text = String.format("%08x", value).substring(8 - count);
        return digits < 0 ? text.toUpperCase(java.util.Locale.ROOT) : text;
    }

    /** Pushes the result; when an argument is wrong it says so in {@code arguments}. */
    static void run(String name, NativeArguments arguments, LuaState lua) {
        int a = toBit(arguments.number(1));
        switch (name) {
            case "tobit", "bnot", "bswap" -> lua.pushNumber(one(name, a));
            case "band", "bor", "bxor" -> {
                for (int i = 2; i <= arguments.count(); i++) {
                    a = fold(name, a, toBit(arguments.number(i)));
                }
                lua.pushNumber(a);
            }
            case "tohex" -> {
                int digits = arguments.type(2) == LuaState.NIL && arguments.isNone(2) ? 8 : toBit(arguments.number(2));
                lua.ensure(8);
                lua.pushText(hex(a, digits));
            }
            default -> lua.pushNumber(shift(name, a, toBit(arguments.number(2)) & 31));
        }
    }
}

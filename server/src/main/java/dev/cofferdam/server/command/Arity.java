// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.command;

/** How many arguments a command takes, its name included. */
public record Arity(int least, int most) {
    public static Arity exactly(int arguments) {
        return new Arity(arguments, arguments);
    }

    public static Arity atLeast(int arguments) {
        return new Arity(arguments, Integer.MAX_VALUE);
    }

    public boolean accepts(int arguments) {
        return arguments >= least && arguments <= most;
    }

    /** As COMMAND INFO gives it: negative for "at least". */
    public int redisValue() {
        return least == most ? least : -least;
    }
}

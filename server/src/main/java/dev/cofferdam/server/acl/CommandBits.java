// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.server.acl;

import java.util.Arrays;

/** A bit for each command by its number, and one behind them for commands to come. Changed by its owner only; a copy in a {@link Selector} never. */
final class CommandBits {
    private final long[] words;
    private final int future;

    CommandBits(int commands) {
        future = commands;
        words = new long[(commands >> 6) + 1];
    }

    private CommandBits(long[] words, int future) {
        this.words = words;
        this.future = future;
    }

    CommandBits copy() {
        return new CommandBits(words.clone(), future);
    }

    boolean has(int number) {
        return (words[number >> 6] >>> number & 1) != 0;
    }

    void set(int number, boolean value) {
        if (value) {
            words[number >> 6] |= 1L << number;
        } else {
            words[number >> 6] &= ~(1L << number);
        }
    }

    /** All or none, those to come included. */
    void setAll(boolean value) {
        Arrays.fill(words, value ? -1L : 0);
    }

    boolean hasFuture() {
        return has(future);
    }
}

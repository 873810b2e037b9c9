// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp;

import dev.cofferdam.memory.Mem;

/**
 * Where the arguments of one command with very many of them lie: every 16th place is noted, the others are found by going on from there, in the
 * received bytes themselves.
 *
 * <p>Owns the notes, 256 KB for a million arguments, and the place looked at last: going through the arguments in order costs one step each. One
 * thread. The command was parsed to its end before, so its heads are known to be right, and its bytes stay as they are meanwhile.
 */
final class SparseArguments {
    /** A command with fewer arguments has the parser's table, where a place is found without a step. */
    static final int LEAST = 4096;
    private static final int STEP = 16;
    /** Notes kept for the next such command. */
    private static final int KEPT_NOTES = 1024;

    private long base;
    private int[] offsets = new int[0];
    /** Argument looked at last, where its content begins, and its length. */
    private int current;
    private long content;
    private int length;

    /** Notes the places of {@code count} arguments, whose first head is at {@code from}. */
    void note(long from, int count) {
        base = from;
        int notes = (count + STEP - 1) / STEP;
        if (offsets.length < notes) {
            offsets = new int[notes];
        }
        read(from);
        current = 0;
        offsets[0] = 0;
        for (int i = 1; i < count; i++) {
            long head = content + length + 2;
            if (i % STEP == 0) {
                offsets[i / STEP] = (int) (head - base);
            }
            read(head);
        }
        current = count - 1;
    }

    void clear() {
        if (offsets.length > KEPT_NOTES) {
            offsets = new int[0];
        }
    }

    long address(int argument) {
        goTo(argument);
        return content;
    }

    int length(int argument) {
        goTo(argument);
        return length;
    }

    private void goTo(int argument) {
        if (argument == current) {
            return;
        }
        if (argument < current || argument - current > STEP) {
            current = argument - argument % STEP;
            read(base + offsets[argument / STEP]);
        }
        while (current < argument) {
            read(content + length + 2);
            current++;
        }
    }

    /** Reads the "$" line at {@code head}. */
    private void read(long head) {
        long at = head + 1;
        int number = 0;
        int c = Mem.getByte(at);
        while (c != '\r') {
            number = number * 10 + c - '0';
            c = Mem.getByte(++at);
        }
        content = at + 2;
        length = number;
    }
}

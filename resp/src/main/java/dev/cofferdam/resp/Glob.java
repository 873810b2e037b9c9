// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp;

import dev.cofferdam.memory.Mem;

/**
 * Redis's glob patterns over off-heap bytes: {@code *}, {@code ?}, {@code [a-c]}, {@code [^x]}, and backslash to quote.
 *
 * <p>Owns nothing; any thread; allocates nothing. Instead of recursion it remembers the last star and goes back to it, which gives the
 * same answers (a later star makes every earlier one irrelevant) in at most pattern times text steps: a pattern such as
 * {@code a*a*a*a*b} cannot freeze the server.
 */
public final class Glob {
    private Glob() {
    }

    public static boolean matches(long pattern, int patternLength, long text, int textLength) {
        return matches(pattern, patternLength, text, textLength, false);
    }

    /** @param ignoreCase ASCII letters of either case are the same */
    public static boolean matches(long pattern, int patternLength, long text, int textLength, boolean ignoreCase) {
        int p = 0;
        int t = 0;
        int starPattern = -1;
        int starText = 0;
        while (true) {
            if (p < patternLength && Mem.getByte(pattern + p) == '*') {
                while (p < patternLength && Mem.getByte(pattern + p) == '*') {
                    p++;
                }
                if (p == patternLength) {
                    return true;
                }
                starPattern = p;
                starText = t;
                continue;
            }
            if (t == textLength) {
                return p == patternLength;
            }
            int next = p < patternLength ? step(pattern, p, patternLength, Mem.getUnsignedByte(text + t), ignoreCase) : -1;
            if (next >= 0) {
                p = next;
                t++;
            } else if (starPattern >= 0) {
                starText++;
                p = starPattern;
                t = starText;
            } else {
                return false;
            }
        }
    }

    /** Where the pattern goes on when its element at {@code p} accepts {@code c}; -1 when it does not. */
    private static int step(long pattern, int p, int end, int c, boolean ignoreCase) {
        int element = Mem.getUnsignedByte(pattern + p);
        if (element == '?') {
            return p + 1;
        }
        if (element == '[') {
            return oneOf(pattern, p + 1, end, c, ignoreCase);
        }
        if (element == '\\' && p + 1 < end) {
            p++;
            element = Mem.getUnsignedByte(pattern + p);
        }
        return fold(element, ignoreCase) == fold(c, ignoreCase) ? p + 1 : -1;
    }

    /** A class without its closing bracket ends with the pattern, as Redis has it. */
    private static int oneOf(long pattern, int from, int end, int c, boolean ignoreCase) {
        int p = from;
        boolean not = p < end && Mem.getByte(pattern + p) == '^';
        if (not) {
            p++;
        }
        int wanted = fold(c, ignoreCase);
        boolean found = false;
        while (p < end) {
            int low = Mem.getUnsignedByte(pattern + p);
            if (low == '\\' && p + 1 < end) {
                p++;
                found |= Mem.getUnsignedByte(pattern + p) == c;
            } else if (low == ']') {
                break;
            } else if (p + 2 < end && Mem.getByte(pattern + p + 1) == '-') {
                int high = Mem.getUnsignedByte(pattern + p + 2);
                int first = fold(Math.min(low, high), ignoreCase);
                int last = fold(Math.max(low, high), ignoreCase);
                found |= wanted >= first && wanted <= last;
                p += 2;
            } else {
                found |= fold(low, ignoreCase) == wanted;
            }
            p++;
        }
        if (found == not) {
            return -1;
        }
        return Math.min(p + 1, end);
    }

    private static int fold(int c, boolean ignoreCase) {
        return ignoreCase && c >= 'A' && c <= 'Z' ? c + 32 : c;
    }
}

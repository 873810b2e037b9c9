// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.resp;

import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One of Redis's glob patterns, read once and kept on the Java heap: for patterns that are few and matched often (access rules). Says the same as {@link Glob}.
 *
 * <p>Immutable, any thread; matching allocates nothing and takes pattern times text steps at most.
 */
public final class GlobPattern {
    private static final int ANY = 256;
    private static final int STAR = 257;
    /** Elements from here on are classes of characters. */
    private static final int CLASS = 258;
    private static final int LONGS_OF_CLASS = 4;

    private final String text;
    private final int[] elements;
    /** For each class a set of 256 bits. */
    private final long[] classes;

    private GlobPattern(String text, int[] elements, long[] classes) {
        this.text = text;
        this.elements = elements;
        this.classes = classes;
    }

    /** @param text one character a byte */
    public static GlobPattern of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int[] elements = new int[bytes.length];
        long[] classes = {};
        int count = 0;
        int at = 0;
        while (at < bytes.length) {
            int c = bytes[at] & 0xff;
            if (c == '*') {
                // Several in a row are as good as one.
                if (count == 0 || elements[count - 1] != STAR) {
                    elements[count++] = STAR;
                }
                at++;
            } else if (c == '[') {
                int number = classes.length / LONGS_OF_CLASS;
                classes = Arrays.copyOf(classes, classes.length + LONGS_OF_CLASS);
                at = readClass(bytes, at + 1, classes, number * LONGS_OF_CLASS);
                elements[count++] = CLASS + number;
            } else {
                if (c == '\\' && at + 1 < bytes.length) {
                    c = bytes[++at] & 0xff;
                } else if (c == '?') {
                    c = ANY;
                }
                elements[count++] = c;
                at++;
            }
        }
        return new GlobPattern(text, Arrays.copyOf(elements, count), classes);
    }

    /** Fills the class's bits; answers where the pattern goes on. A class without its closing bracket ends with the pattern, as Redis has it. */
    private static int readClass(byte[] pattern, int from, long[] classes, int bits) {
        int p = from;
        boolean not = p < pattern.length && pattern[p] == '^';
        if (not) {
            p++;
        }
        while (p < pattern.length && (pattern[p] != ']')) {
            int low = pattern[p] & 0xff;
            int high = low;
            if (low == '\\' && p + 1 < pattern.length) {
                p++;
                low = pattern[p] & 0xff;
                high = low;
            } else if (p + 2 < pattern.length && pattern[p + 1] == '-') {
                high = pattern[p + 2] & 0xff;
                p += 2;
            }
            for (int c = Math.min(low, high); c <= Math.max(low, high); c++) {
                classes[bits + (c >> 6)] |= 1L << c;
            }
            p++;
        }
        for (int i = 0; not && i < LONGS_OF_CLASS; i++) {
            classes[bits + i] = ~classes[bits + i];
        }
        return Math.min(p + 1, pattern.length);
    }

    /** As it was written. */
    public String text() {
        return text;
    }

    public boolean matches(long address, int length) {
        int p = 0;
        int t = 0;
        int starPattern = -1;
        int starText = 0;
        while (true) {
            if (p < elements.length && elements[p] == STAR) {
                p++;
                if (p == elements.length) {
                    return true;
                }
                starPattern = p;
                starText = t;
            } else if (t == length) {
                return p == elements.length;
            } else if (p < elements.length && accepts(elements[p], Mem.getUnsignedByte(address + t))) {
                p++;
                t++;
            } else if (starPattern >= 0) {
                // A later star makes every earlier one irrelevant.
                starText++;
                p = starPattern;
                t = starText;
            } else {
                return false;
            }
        }
    }

    private boolean accepts(int element, int c) {
        if (element < ANY) {
            return element == c;
        }
        return element == ANY || (classes[(element - CLASS) * LONGS_OF_CLASS + (c >> 6)] >>> c & 1) != 0;
    }

    @Override
    public String toString() {
        return text;
    }
}

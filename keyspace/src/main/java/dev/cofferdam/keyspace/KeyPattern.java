// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.keyspace;

import dev.cofferdam.memory.Mem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A glob over the bytes of a key, as Redis writes them: {@code *}, {@code ?}, {@code [a-z]}, {@code [^a]}, {@code \x}.
 *
 * <p>Owns the compiled pattern; immutable, so any thread may match, and matching allocates nothing. The pattern is cut at its stars: what
 * stands before the first must begin the key, what stands after the last must end it, the pieces between are looked for from left to
 * right. Taking each at its first place is enough, since a star takes whatever is left; so matching never backtracks over a star.
 *
 * <pre>
 * user:*:cart:[0-9]*   ->   head "user:"   middle ":cart:" + class   tail ""
 * </pre>
 */
public final class KeyPattern {
    private static final int ANY = 256;
    private static final int CLASS = 257;
    private static final int STAR = -1;

    private final String text;
    /** Without stars: one piece that is the whole pattern. With stars: head, middles, tail; head and tail may be empty. */
    private final int[][] pieces;
    /** 256 bits each: the bytes that element {@code CLASS + i} stands for. */
    private final long[][] classes;
    private final int shortestMatch;

    private KeyPattern(String text, int[][] pieces, long[][] classes) {
        this.text = text;
        this.pieces = pieces;
        this.classes = classes;
        int bytes = 0;
        for (int[] piece : pieces) {
            bytes += piece.length;
        }
        this.shortestMatch = bytes;
    }

    /** Compiles a pattern whose chars are bytes (ISO 8859-1). Every text is a pattern: Redis knows no malformed one. */
    public static KeyPattern of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        List<long[]> classes = new ArrayList<>();
        List<int[]> pieces = new ArrayList<>();
        int[] piece = new int[bytes.length];
        int length = 0;
        int at = 0;
        while (at < bytes.length) {
            int element = bytes[at] & 0xff;
            switch (element) {
                case '*' -> element = STAR;
                case '?' -> element = ANY;
                case '[' -> {
                    long[] members = new long[4];
                    at = readClass(bytes, at + 1, members);
                    element = CLASS + classes.size();
                    classes.add(members);
                }
                case '\\' -> {
                    if (at + 1 < bytes.length) {
                        element = bytes[++at] & 0xff;
                    }
                }
                default -> {
                }
            }
            at++;
            if (element == STAR) {
                // Two stars in a row say no more than one: only the head may be empty here.
                if (length > 0 || pieces.isEmpty()) {
                    pieces.add(Arrays.copyOf(piece, length));
                }
                length = 0;
            } else {
                piece[length++] = element;
            }
        }
        pieces.add(Arrays.copyOf(piece, length));
        return new KeyPattern(text, pieces.toArray(int[][]::new), classes.toArray(long[][]::new));
    }

    /** Reads a class from after its bracket; returns the index of its last byte: the closing bracket, or the last one of an unclosed pattern. */
    private static int readClass(byte[] bytes, int from, long[] members) {
        int at = from;
        boolean negated = at < bytes.length && bytes[at] == '^';
        if (negated) {
            at++;
        }
        while (at < bytes.length && bytes[at] != ']') {
            int first = bytes[at] & 0xff;
            int last = first;
            if (first == '\\' && at + 1 < bytes.length) {
                first = bytes[++at] & 0xff;
                last = first;
            } else if (at + 2 < bytes.length && bytes[at + 1] == '-') {
                last = bytes[at + 2] & 0xff;
                at += 2;
            }
            for (int b = Math.min(first, last); b <= Math.max(first, last); b++) {
                members[b >> 6] |= 1L << b;
            }
            at++;
        }
        if (negated) {
            for (int i = 0; i < members.length; i++) {
                members[i] = ~members[i];
            }
        }
        return Math.min(at, bytes.length - 1);
    }

    /** True when the bytes of the key match. */
    public boolean matches(long address, int length) {
        if (length < shortestMatch) {
            return false;
        }
        int[] head = pieces[0];
        if (pieces.length == 1) {
            return length == head.length && matchesAt(head, address);
        }
        int[] tail = pieces[pieces.length - 1];
        long from = address + head.length;
        long end = address + length - tail.length;
        // The shorter part first: a long tail of hex digits fits many a key whose beginning is too short for the rest.
        return end - from < tail.length
                ? middlesMatch(from, end) && matchesAt(tail, end) && matchesAt(head, address)
                : matchesAt(tail, end) && matchesAt(head, address) && middlesMatch(from, end);
    }

    /** True unless no key that begins with these bytes matches; what stands behind the first star is not looked at. */
    boolean mayBeginWith(long address, int length) {
        int[] head = pieces[0];
        return (pieces.length > 1 || head.length >= length) && matchesAt(head, address, Math.min(head.length, length));
    }

    /** Of a pattern that {@link #mayBeginWith} these bytes: true when all keys match that do. */
    boolean takesAllBeginningWith(int length) {
        return pieces.length == 2 && pieces[1].length == 0 && pieces[0].length <= length;
    }

    private boolean middlesMatch(long start, long end) {
        long from = start;
        for (int i = 1; i < pieces.length - 1; i++) {
            int[] piece = pieces[i];
            while (from + piece.length <= end && !matchesAt(piece, from)) {
                from++;
            }
            from += piece.length;
            if (from > end) {
                return false;
            }
        }
        return from <= end;
    }

    private boolean matchesAt(int[] piece, long address) {
        return matchesAt(piece, address, piece.length);
    }

    private boolean matchesAt(int[] piece, long address, int length) {
        for (int i = 0; i < length; i++) {
            int b = Mem.getUnsignedByte(address + i);
            int element = piece[i];
            if (element < ANY) {
                if (element != b) {
                    return false;
                }
            } else if (element != ANY && (classes[element - CLASS][b >> 6] & 1L << b) == 0) {
                return false;
            }
        }
        return true;
    }

    /** The fewest bytes a matching key has. */
    int shortestMatch() {
        return shortestMatch;
    }

    /** How far before a matching key's end the part behind the last star begins; 0 when nothing stands there, or there is no star. */
    int tailBytes() {
        return pieces.length == 1 ? 0 : pieces[pieces.length - 1].length;
    }

    /** 256 bits: the bytes that may stand where {@link #tailBytes} points, or at the key's beginning where that is 0. What most keys fail on, so it is asked before all else. */
    long[] telltales() {
        int[] piece = pieces[tailBytes() == 0 ? 0 : pieces.length - 1];
        int element = piece.length == 0 ? ANY : piece[0];
        if (element >= CLASS) {
            return classes[element - CLASS].clone();
        }
        long[] bytes = new long[4];
        if (element == ANY) {
            Arrays.fill(bytes, -1);
        } else {
            bytes[element >> 6] = 1L << element;
        }
        return bytes;
    }

    /** A byte that every matching key has somewhere behind the pattern's first star: the first plain one there; -1 when there is none. */
    int byteInside() {
        for (int i = 1; i < pieces.length; i++) {
            for (int element : pieces[i]) {
                if (element < ANY) {
                    return element;
                }
            }
        }
        return -1;
    }

    /** The bytes a key must begin with, and may go on after in any way, if this pattern is just that ({@code cache:*}); else null. */
    byte @Nullable [] prefix() {
        return pieces.length == 2 && pieces[1].length == 0 ? literal(pieces[0]) : null;
    }

    /** The one key this pattern stands for, if it has no wildcard; else null. */
    byte @Nullable [] exact() {
        return pieces.length == 1 ? literal(pieces[0]) : null;
    }

    private static byte @Nullable [] literal(int[] piece) {
        byte[] bytes = new byte[piece.length];
        for (int i = 0; i < piece.length; i++) {
            if (piece[i] >= ANY) {
                return null;
            }
            bytes[i] = (byte) piece[i];
        }
        return bytes;
    }

    /** The pattern as it was written. */
    @Override
    public String toString() {
        return text;
    }
}

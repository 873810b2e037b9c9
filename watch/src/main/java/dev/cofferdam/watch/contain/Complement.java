// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

import java.util.ArrayList;
import java.util.List;

/**
 * Says with globs, of which there are none that deny, "every key but these". Pure functions.
 *
 * <p>A key does not begin with P exactly when it is shorter than P or differs from it somewhere. So for each position i: any i characters and then the end, and
 * any i characters, then one that is not P[i], then anything. What stands before position i need not be said: a key that differs earlier as well is
 * no key of P either, and a key of P is caught by none because at i it has P[i]. That keeps the patterns free of P's other bytes, which matters because rules cannot hold
 * white space or a zero byte.
 *
 * <pre>
 *   P = ab     ""  [^a]*  ?  ?[^b]*          every key that does not begin with ab, the empty key too
 *   P = ab, one key only: the same and ??    followed by ?*, for keys that are longer
 * </pre>
 *
 * <p>A class is made of single bytes and of ranges whose ends are on one side of 0x80: Redis compares the ends as signed characters where the machine has such.
 */
final class Complement {
    /** Longest prefix: two patterns a byte for each user, looked at in order for each key a command names. */
    static final int BYTES_MAX = 128;

    private Complement() {
    }

    /**
     * Patterns for every key that begins with the base and is not in the range.
     *
     * @param base a beginning of the range's bytes
     * @throws RefusedException when the range cannot be said in a rule
     */
    static List<String> within(String base, KeyRange range) throws RefusedException {
        String bytes = range.bytes();
        if (bytes.length() > BYTES_MAX) {
            throw new RefusedException(
                    "the prefix is " + bytes.length() + " bytes long; rules for up to " + BYTES_MAX + " are made. Choose a shorter one");
        }
        String head = GlobText.escape(base);
        List<String> patterns = new ArrayList<>();
        for (int i = base.length(); i < bytes.length(); i++) {
            String before = head + "?".repeat(i - base.length());
            patterns.add(before);
            for (String other : others(bytes.charAt(i))) {
                patterns.add(before + other + "*");
            }
        }
        if (range.exact()) {
            patterns.add(head + "?".repeat(bytes.length() - base.length()) + "?*");
        }
        return patterns;
    }

    /** Classes that together have every byte but this one. */
    private static List<String> others(char c) throws RefusedException {
        if (c == 0) {
            return List.of("[\u0001-\u007f\u0080-\u00ff]");
        }
        if (c == ' ') {
            // A space cannot stand in a rule. A range from one neighbour to the other names it, and both neighbours, which are named by themselves.
            return List.of("[^\u001f-!]", "[\u001f!]");
        }
        if (c >= '\t' && c <= '\r') {
            throw new RefusedException(
                    "the prefix has a tab or line break in it, which no rule can hold. Choose a shorter prefix, that ends before it");
        }
        boolean special = c == ']' || c == '\\' || c == '^' || c == '-';
        return List.of("[^" + (special ? "\\" : "") + c + "]");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

/** Redis's globs, written down plainly: recursion, no care for speed. Ends of ranges compared as signed characters or not, as the machine of the server has it. */
final class NaiveGlob {
    private final boolean signed;

    NaiveGlob(boolean signed) {
        this.signed = signed;
    }

    boolean matches(String pattern, String text) {
        if (pattern.isEmpty()) {
            return text.isEmpty();
        }
        char p = pattern.charAt(0);
        if (p == '*') {
            for (int i = 0; i <= text.length(); i++) {
                if (matches(pattern.substring(1), text.substring(i))) {
                    return true;
                }
            }
            return false;
        }
        if (text.isEmpty()) {
            return false;
        }
        char t = text.charAt(0);
        if (p == '?') {
            return matches(pattern.substring(1), text.substring(1));
        }
        if (p == '[') {
            return inClass(pattern, t) && matches(pattern.substring(classEnd(pattern)), text.substring(1));
        }
        int at = p == '\\' && pattern.length() > 1 ? 1 : 0;
        return pattern.charAt(at) == t && matches(pattern.substring(at + 1), text.substring(1));
    }

    private static int classEnd(String pattern) {
        int i = pattern.startsWith("[^") ? 2 : 1;
        while (i < pattern.length() && pattern.charAt(i) != ']') {
            i += pattern.charAt(i) == '\\' ? 2 : 1;
        }
        return Math.min(pattern.length(), i + 1);
    }

    private boolean inClass(String pattern, char t) {
        boolean not = pattern.startsWith("[^");
        boolean found = false;
        for (int i = not ? 2 : 1; i < pattern.length() && pattern.charAt(i) != ']';) {
            if (pattern.charAt(i) == '\\' && i + 1 < pattern.length()) {
                found |= pattern.charAt(i + 1) == t;
                i += 2;
            } else if (i + 2 < pattern.length() && pattern.charAt(i + 1) == '-') {
                int low = Math.min(value(pattern.charAt(i)), value(pattern.charAt(i + 2)));
                int high = Math.max(value(pattern.charAt(i)), value(pattern.charAt(i + 2)));
                found |= value(t) >= low && value(t) <= high;
                i += 3;
            } else {
                found |= pattern.charAt(i) == t;
                i++;
            }
        }
        return found != not;
    }

    private int value(char c) {
        return signed ? (byte) c : c;
    }
}

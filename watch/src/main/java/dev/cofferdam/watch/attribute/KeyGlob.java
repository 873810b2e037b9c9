// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.attribute;

/** Globs of a user's workloads over names on the heap: {@code *} and {@code ?}, everything else means itself. In pattern times text steps at most. Pure function. */
final class KeyGlob {
    private KeyGlob() {
    }

    static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int afterStar = -1;
        int starText = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                afterStar = ++p;
                starText = t;
            } else if (p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
                p++;
                t++;
            } else if (afterStar >= 0) {
                p = afterStar;
                t = ++starText;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}

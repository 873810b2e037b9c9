// SPDX-License-Identifier: Apache-2.0
package dev.cofferdam.watch.contain;

/** Globs as Redis reads them, as far as patterns of keys are told apart here. Pure functions. */
final class GlobText {
    private GlobText() {
    }

    /** The pattern that matches this text only. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            escaped.append(c == '*' || c == '?' || c == '[' || c == '\\' ? "\\" : "").append(c);
        }
        return escaped.toString();
    }

    /** What every match begins with, and what of the pattern comes after that: empty, a star, or something not looked into. */
    record Parts(String head, String rest) {
        boolean isExact() {
            return rest.isEmpty();
        }

        boolean isPrefix() {
            return rest.equals("*");
        }
    }

    static Parts parts(String pattern) {
        StringBuilder head = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '*' || c == '?' || c == '[') {
                return new Parts(head.toString(), pattern.substring(i));
            }
            // A backslash at the very end stands for itself.
            if (c == '\\' && i + 1 < pattern.length()) {
                i++;
            }
            head.append(pattern.charAt(i));
        }
        return new Parts(head.toString(), "");
    }
}
